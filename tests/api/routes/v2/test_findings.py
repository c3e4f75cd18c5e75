"""Routes of findings, verdicts and the judge."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from airflow_lineage_provider.api.routes.v2 import findings, judge, verdicts
from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.facets import link_facets
from airflow_lineage_provider.store.findings import FINDING, Judged, SeenFinding
from airflow_lineage_provider.store.tables import DatasetFacet, Verdict, core_table
from airflow_lineage_provider.store.verdicts import Gate, save_verdict
from tests.airflow_rows import NOW
from tests.api.conftest import MakeClient
from tests.governance.world import World
from tests.store.stories import Story, core, entry

URL = "/api/v2"
LAKE = "s3://lake"
ORDERS, SALARIES = DatasetId(LAKE, "orders"), DatasetId(LAKE, "salaries")
READER = Access(frozenset({"open"}), True)
NOBODY = Access(frozenset(), True)
VIEWER = Access(frozenset({"open"}), has_sensitive=False)


class Office:
    """DAG open reads raw and writes orders; DAG hush reads raw and writes orders too, and salaries alone."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.world = World(session)
        self.world.dag("open", "load")
        for dag_id, outputs in (("open", ["orders"]), ("hush", ["orders", "salaries"])):
            story = Story(session, dag_id, f"r-{dag_id}")
            story.ingest(
                core(
                    story.attempt("load"),
                    inputs=[entry("raw")],
                    outputs=[entry(name) for name in outputs],
                ),
                "load",
            )

    def say(
        self,
        *seen: SeenFinding,
        dag_id: str | None = "open",
        result: str = "fail",
        body: Any = None,
        minute: int = 0,
    ) -> int:
        verdict_id, _ = save_verdict(
            Gate("operator", dag_id, f"r-{dag_id}", "check", -1, 1),
            result=result,
            message="1 finding\n1. it is about hush.load",
            datasets=1,
            findings=seen,
            judged=Judged(),
            body=body,
            now=NOW + timedelta(minutes=minute),
            session=self.session,
        )
        return verdict_id

    def ids(self) -> list[int]:
        return list(self.session.scalars(select(FINDING.c.id).order_by(FINDING.c.id)))


def seen(
    number: int, dataset: DatasetId | None = ORDERS, rule: str = "owner-missing", **fields: Any
) -> SeenFinding:
    values: dict[str, Any] = {
        "key": f"{number:064}", "rule": rule, "level": "block", "result": "fail", "message": "nobody owns it",
        "digest": dataset.digest if dataset else None, "namespace": dataset.namespace if dataset else None,
        "name": dataset.name if dataset else None, **fields,
    }  # fmt: skip
    return SeenFinding(**values)


@pytest.fixture
def office(db: Session) -> Office:
    return Office(db)


def rules_of(answer: Any) -> list[str]:
    return [finding["rule"] for finding in answer["findings"]]


def test_findings_are_listed_in_pages_newest_first(office: Office, client_of: MakeClient) -> None:
    office.say(*(seen(number) for number in range(5)))
    client = client_of(findings.router)
    first = client.get(f"{URL}/findings", params={"limit": 2}).json()
    second = client.get(f"{URL}/findings", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    third = client.get(f"{URL}/findings", params={"limit": 2, "cursor": second["next_cursor"]}).json()

    listed = [finding["id"] for page in (first, second, third) for finding in page["findings"]]
    assert listed == office.ids()[::-1]
    assert third["next_cursor"] is None
    finding = first["findings"][0]
    assert (finding["state"], finding["standing"], finding["level"]) == ("open", "block", "block")


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, [0, 1, 2]),
        ({"state": "resolved"}, [3]),
        ({"state": "all"}, [0, 1, 2, 3]),
        ({"rule": "contract-missing"}, [1]),
        ({"level": "warn"}, [1]),
        ({"dag_id": "open"}, [2]),
        ({"namespace": LAKE, "name": "salaries"}, [1]),
        ({"owner": "ann"}, [0]),
        ({"owner": "nobody"}, []),
    ],
)
def test_findings_are_chosen(
    office: Office, client_of: MakeClient, params: dict[str, str], expected: list[int]
) -> None:
    office.say(
        seen(0, owner="ann"),
        seen(1, SALARIES, "contract-missing", level="warn"),
        seen(2, None, "capture-off", dag_id="open"),
        seen(3),
    )
    ids = office.ids()
    resolved = update(FINDING).where(FINDING.c.id == ids[3]).values(resolved_at=NOW)
    office.session.execute(resolved)
    found = client_of(findings.router).get(f"{URL}/findings", params=params).json()

    assert sorted(finding["id"] for finding in found["findings"]) == [ids[number] for number in expected]


def test_the_findings_of_a_dag_are_about_what_it_reads_too(office: Office, client_of: MakeClient) -> None:
    raw = DatasetId(LAKE, "raw")
    office.say(seen(0, raw), seen(1, SALARIES), seen(2, raw, "input-undeclared", dag_id="hush"))
    found = client_of(findings.router).get(f"{URL}/findings", params={"dag_id": "open"}).json()

    assert [(finding["rule"], finding["name"]) for finding in found["findings"]] == [("owner-missing", "raw")]


@pytest.mark.parametrize("by", ["owner", "rule", "level", "namespace", "dag_id"])
@pytest.mark.parametrize("access", [READER, Access(None, True)])
def test_findings_are_counted(office: Office, client_of: MakeClient, by: str, access: Access) -> None:
    office.say(seen(0, owner="ann"), seen(1, rule="contract-missing"), seen(2, dag_id="open", level="warn"))
    found = client_of(findings.router, access=access).get(f"{URL}/findings/counts", params={"by": by}).json()

    expected = {
        "owner": {"ann": 1, None: 2},
        "rule": {"owner-missing": 2, "contract-missing": 1},
        "level": {"block": 2, "warn": 1},
        "namespace": {LAKE: 3},
        "dag_id": {"open": 1, None: 2},
    }
    assert {count["value"]: count["findings"] for count in found["counts"]} == expected[by]
    assert found["counts"][0]["findings"] == max(expected[by].values())


def test_one_finding_shows_its_verdicts(office: Office, client_of: MakeClient) -> None:
    first = office.say(seen(0, level="warn"), dag_id="hush")
    second = office.say(seen(0, evidence='{"a":1}'), minute=1)
    client = client_of(findings.router)
    found = client.get(f"{URL}/findings/{office.ids()[0]}").json()

    assert found["evidence"] == {"a": 1}
    assert [(verdict["verdict_id"], verdict["level"]) for verdict in found["verdicts"]] == [
        (second, "block"),
        (first, "warn"),
    ]
    reader = client_of(findings.router, access=READER)
    found = reader.get(f"{URL}/findings/{office.ids()[0]}").json()
    assert [verdict["dag_id"] for verdict in found["verdicts"]] == ["open"]


# --- what others may not see


def test_a_reader_sees_findings_about_what_their_dags_touch(office: Office, client_of: MakeClient) -> None:
    office.say(
        seen(0, ORDERS),
        seen(1, SALARIES),
        seen(2, ORDERS, "input-undeclared", dag_id="hush"),
        seen(3, None, "capture-off", dag_id="open"),
        seen(4, None, "capture-off", dag_id="hush"),
        seen(5, None, "contract-unbound", subject="loose"),
        seen(6, DatasetId(LAKE, "nobody-knows")),
    )
    ids = office.ids()
    client = client_of(findings.router, access=READER)
    found = client.get(f"{URL}/findings").json()

    assert [finding["id"] for finding in found["findings"]] == [ids[3], ids[0]]
    for number in (1, 2, 4, 5, 6):
        assert client.get(f"{URL}/findings/{ids[number]}").status_code == 404
    assert client_of(findings.router, access=NOBODY).get(f"{URL}/findings").json()["findings"] == []


def test_names_of_other_dags_and_their_owners_are_hidden(office: Office, client_of: MakeClient) -> None:
    facts = {
        "producers": ["hush.load", "open.load"],
        "owners": [
            {"name": "hannah", "source": "owner of DAG hush"},
            {"name": "olga", "source": "owner of DAG open"},
        ],
        "known_by": ["read by hush.load in run r1"],
    }
    office.say(
        seen(
            0, rule="upstream-failed", subject="hush.load", owner="hannah", evidence=json.dumps({"dataset": facts}),
            message="the last run of hush.load failed. Ask hannah or olga.", fix="run hush again",
        )
    )  # fmt: skip
    client = client_of(findings.router, access=READER)
    answer = client.get(f"{URL}/findings/{office.ids()[0]}")

    assert "hush" not in answer.text
    assert "hannah" not in answer.text
    finding = answer.json()["finding"]
    assert finding["message"] == "the last run of (hidden) failed. Ask (hidden) or olga."
    assert (finding["subject"], finding["owner"], finding["fix"]) == (
        "(hidden)",
        "(hidden)",
        "run (hidden) again",
    )
    assert answer.json()["evidence"]["dataset"]["producers"] == ["(hidden)", "open.load"]
    # Who guesses the name learns nothing either.
    assert client.get(f"{URL}/findings", params={"owner": "hannah"}).json()["findings"] == []
    everybody = client_of(findings.router).get(f"{URL}/findings", params={"owner": "hannah"}).json()
    assert len(everybody["findings"]) == 1


def test_a_dataset_that_is_called_like_a_hidden_dag_keeps_its_name(
    office: Office, client_of: MakeClient
) -> None:
    story = Story(office.session, "orders", "r9")
    story.ingest(core(story.attempt("load"), outputs=[entry("x")]), "load")
    office.say(seen(0, message="orders has no owner; orders.load writes it"))
    (finding,) = client_of(findings.router, access=READER).get(f"{URL}/findings").json()["findings"]

    assert finding["name"] == "orders"
    assert finding["message"] == "orders has no owner; (hidden) writes it"


def test_sensitive_columns_are_not_named_to_who_may_not_see_them(
    office: Office, client_of: MakeClient
) -> None:
    dataset_id = office.session.scalar(select(DATASET.c.id).where(DATASET.c.name == "orders"))
    tagged = {"tags": {"tags": [{"key": "pii", "value": "true", "field": "email"}]}}
    assert dataset_id is not None
    link_facets(core_table(DatasetFacet), "dataset_id", dataset_id, tagged, session=office.session)
    office.say(
        seen(
            0,
            rule="column-missing",
            subject="email",
            message="column email is missing",
            evidence='{"column":"email"}',
        ),
        seen(1, rule="column-missing", subject="id", message="column id is missing, email is not"),
        seen(2, rule="classification-leaked", subject="note", message="s3://lake hr.ssn flows into note"),
    )
    viewer = client_of(findings.router, access=VIEWER)
    found = {finding["id"]: finding for finding in viewer.get(f"{URL}/findings").json()["findings"]}
    masked, other, leaked = (found[number] for number in office.ids())

    assert (masked["subject"], masked["message"]) == (None, "it is about a column that you may not see")
    assert (other["subject"], other["message"]) == ("id", "column id is missing, (hidden) is not")
    assert "ssn" not in leaked["message"]
    assert "email" not in viewer.get(f"{URL}/findings/{office.ids()[0]}").text
    assert "email" in client_of(findings.router).get(f"{URL}/findings").text


def leak(source: str) -> dict[str, Any]:
    """A finding about orders that names where a column comes from."""
    return {
        "rule": "classification-leaked", "subject": f"note from {LAKE} {source} pay",
        "message": f"column note takes in column pay of {LAKE} {source}",
        "evidence": {"source": {"namespace": LAKE, "name": source}, "source_column": "pay"},
    }  # fmt: skip


@pytest.mark.parametrize(("source", "is_told"), [("raw", True), ("salaries", False)])
def test_a_dataset_that_a_reader_may_not_see_is_not_named_as_a_source(
    office: Office, client_of: MakeClient, source: str, is_told: bool
) -> None:
    told = leak(source)
    office.say(seen(0, **{**told, "evidence": json.dumps(told["evidence"])}))
    found = {
        **body(ORDERS),
        "findings": [{**body(ORDERS)["findings"][0], **told}],
        "message": f"1 finding\n{told['message']}",
    }
    verdict = office.say(body=found, minute=1)
    reader = client_of(findings.router, verdicts.router, access=READER)
    unrestricted = client_of(findings.router, verdicts.router)

    for path in ("findings", f"findings/{office.ids()[0]}", f"verdicts/{verdict}"):
        assert (source in reader.get(f"{URL}/{path}").text) is is_told, path
        assert source in unrestricted.get(f"{URL}/{path}").text


@pytest.mark.parametrize("job", ["hush_job", "nightly hush/load (v2)"])
def test_jobs_of_other_producers_are_hidden(office: Office, client_of: MakeClient, job: str) -> None:
    office.world.record(None, job, writes=(ORDERS,))
    told = {
        "rule": "upstream-failed", "subject": job, "message": f"the last run of {job}, which writes this, failed",
        "evidence": {"job": job, "dataset": {"producers": [job, "open.load"]}},
    }  # fmt: skip
    office.say(seen(0, **{**told, "evidence": json.dumps(told["evidence"])}))
    found = body(ORDERS)
    found["datasets"][0]["producers"] = [job, "open.load"]
    verdict = office.say(body={**found, "findings": [{**found["findings"][0], **told}]}, minute=1)
    reader = client_of(findings.router, verdicts.router, access=READER)

    for path in ("findings", f"findings/{office.ids()[0]}", f"verdicts/{verdict}"):
        assert job not in reader.get(f"{URL}/{path}").text, path
        assert job in client_of(findings.router, verdicts.router).get(f"{URL}/{path}").text
    message = reader.get(f"{URL}/findings").json()["findings"][0]["message"]
    assert message == "the last run of (hidden), which writes this, failed"


def test_what_is_further_up_is_not_known_by_what_is_left_out(office: Office, client_of: MakeClient) -> None:
    raw = DatasetId(LAKE, "raw")
    found = body(ORDERS, SALARIES, raw)
    found["datasets"][2]["known_by"] = [f"read by a job, which writes {SALARIES}"]
    verdict = office.say(body=found)
    reader = client_of(verdicts.router, access=READER)
    answer = reader.get(f"{URL}/verdicts/{verdict}").json()["answer"]

    assert [each["name"] for each in answer["datasets"]] == ["orders", "raw"]
    assert "salaries" not in json.dumps(answer)


# --- verdicts


def body(*datasets: DatasetId, **fields: Any) -> dict[str, Any]:
    wire = [{"namespace": each.namespace, "name": each.name} for each in datasets]
    return {
        "v": 1, "result": "fail", "blocks": True, "message": "2 findings\n1. salaries by hush.load",
        "datasets": [
            {**each, "degree": degree, "owners": [], "contracts": [], "producers": ["hush.load"]}
            for degree, each in enumerate(wire, 1)
        ],
        "findings": [
            {"rule": "owner-missing", "dataset": each, "subject": None, "message": "m", "fix": "f", "waive": "w",
             "evidence": {}} for each in wire
        ],
        "grant": None, **fields,
    }  # fmt: skip


def test_verdicts_are_listed_and_read(office: Office, client_of: MakeClient) -> None:
    first = office.say(seen(0), body=body(ORDERS))
    second = office.say(dag_id="hush", result="pass")
    third = office.say(dag_id=None, result="warn")
    client = client_of(verdicts.router)
    listed = client.get(f"{URL}/verdicts").json()["verdicts"]

    assert [(verdict["id"], verdict["findings"]) for verdict in listed] == [
        (third, 0),
        (second, 0),
        (first, 1),
    ]
    page = client.get(f"{URL}/verdicts", params={"limit": 2}).json()
    rest = client.get(f"{URL}/verdicts", params={"limit": 2, "cursor": page["next_cursor"]}).json()
    assert [verdict["id"] for verdict in rest["verdicts"]] == [first]
    for params, expected in (
        ({"dag_id": "open"}, [first]),
        ({"run_id": "r-hush"}, [second]),
        ({"result": "warn"}, [third]),
        ({"gate": "cli"}, []),
    ):
        found = client.get(f"{URL}/verdicts", params=params).json()["verdicts"]
        assert [verdict["id"] for verdict in found] == expected
    one = client.get(f"{URL}/verdicts/{first}").json()
    assert one["answer"] == {**body(ORDERS), "facts": []}
    assert client.get(f"{URL}/verdicts/{second}").json()["answer"] is None
    assert client.get(f"{URL}/verdicts/{third + 1_000}").status_code == 404


def test_a_reader_sees_verdicts_of_their_dags_without_the_rest(office: Office, client_of: MakeClient) -> None:
    mine = office.say(body=body(ORDERS, SALARIES))
    office.say(dag_id="hush", body=body(ORDERS))
    office.say(dag_id=None, body=body(ORDERS))
    client = client_of(verdicts.router, access=READER)

    assert [verdict["id"] for verdict in client.get(f"{URL}/verdicts").json()["verdicts"]] == [mine]
    for number in (1, 2):
        assert client.get(f"{URL}/verdicts/{mine + number}").status_code == 404
    found = client.get(f"{URL}/verdicts/{mine}")
    assert "hush" not in found.text
    assert "salaries" not in found.text
    answer = found.json()["answer"]
    assert [dataset["name"] for dataset in answer["datasets"]] == ["orders"]
    assert len(answer["findings"]) == 1
    assert "left out" in answer["message"]
    assert "facts" not in answer


def test_a_verdict_of_before_says_nothing_of_others(office: Office, client_of: MakeClient) -> None:
    verdict_id = office.say()
    found = client_of(verdicts.router, access=READER).get(f"{URL}/verdicts/{verdict_id}").json()

    assert (found["message"], found["answer"]) == ("1 finding", None)


# --- the judge


def test_the_judge_answers_and_stores_nothing(office: Office, client_of: MakeClient) -> None:
    client = client_of(judge.router)
    about = {"datasets": [{"namespace": LAKE, "name": "orders"}]}
    found = client.post(f"{URL}/judge", json=about).json()

    assert (found["result"], found["blocks"]) == ("fail", True)
    assert "owner-missing" in rules_of(found)
    milder = client.post(f"{URL}/judge", json={**about, "level": "warn"}).json()
    assert (milder["result"], milder["blocks"]) == ("warn", False)
    of_dag = client.post(f"{URL}/judge", json={"dag_id": "open", "depth": 3}).json()
    assert [dataset["name"] for dataset in of_dag["datasets"]] == ["raw"]
    assert office.ids() == []
    assert office.session.scalar(select(func.count()).select_from(Verdict)) == 0


def test_the_judge_tells_a_reader_of_their_own_alone(office: Office, client_of: MakeClient) -> None:
    client = client_of(judge.router, access=READER)

    def ask(**question: Any) -> Any:
        return client.post(f"{URL}/judge", json=question)

    assert ask(dag_id="open").status_code == 200
    assert ask(dag_id="hush").status_code == ask(dag_id="nobody").status_code == 404
    seen_one = ask(datasets=[{"namespace": LAKE, "name": "orders"}])
    assert seen_one.status_code == 200
    assert "hush" not in seen_one.text
    for name in ("salaries", "nobody-knows"):
        assert ask(datasets=[{"namespace": LAKE, "name": name}]).status_code == 404


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"dag_id": "a", "datasets": [{"namespace": "n", "name": "d"}]},
        {"datasets": []},
        {"datasets": [{"namespace": "n"}]},
        {"datasets": [{"namespace": "", "name": "d"}]},
        {"datasets": [{"namespace": "n\0", "name": "d"}]},
        {"datasets": [{"namespace": "n", "name": "d"}] * 201},
        {"dag_id": "a", "depth": 0},
        {"dag_id": "a", "depth": 21},
        {"dag_id": "a", "depth": True},
        {"dag_id": "a", "level": "off"},
        {"dag_id": "a", "store": True},
        {"dag_id": "x" * 251},
    ],
)
def test_a_malformed_question_is_refused(
    office: Office, client_of: MakeClient, question: dict[str, Any]
) -> None:
    assert client_of(judge.router).post(f"{URL}/judge", json=question).status_code == 422


@pytest.mark.parametrize(
    ("router", "path", "code"),
    [
        (findings.router, "/findings?state=closed", 422),
        (findings.router, "/findings?rule=", 422),
        (findings.router, "/findings?cursor=x", 400),
        (findings.router, "/findings?limit=0", 422),
        (findings.router, "/findings?owner=%00", 422),
        (findings.router, "/findings/counts?by=message", 422),
        (findings.router, "/findings/99999999999999999999", 422),
        (findings.router, "/findings/-1", 422),
        (findings.router, "/findings/9223372036854775807", 404),
        (verdicts.router, "/verdicts?cursor=x", 400),
        (verdicts.router, "/verdicts?result=%00", 422),
        (verdicts.router, "/verdicts/99999999999999999999", 422),
        (verdicts.router, "/verdicts/9223372036854775807", 404),
    ],
)
def test_what_cannot_be_asked_is_refused(
    office: Office, client_of: MakeClient, router: Any, path: str, code: int
) -> None:
    assert client_of(router).get(f"{URL}{path}").status_code == code


def test_a_contract_that_may_be_meant_is_named_to_who_sees_all_contracts(
    office: Office, client_of: MakeClient
) -> None:
    fix = "apply one; or is it meant by contract pay 1.0.0? It is bound to s3://lake hidden, which nobody has seen"
    office.say(seen(0, ORDERS, "contract-missing", fix=fix))

    def told(access: Access) -> str:
        (found,) = client_of(findings.router, access=access).get(f"{URL}/findings").json()["findings"]
        return str(found["fix"])

    assert told(Access(None, True)) == fix
    assert told(READER) == told(VIEWER) == "apply one"
