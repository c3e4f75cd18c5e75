from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from airflow_lineage_provider.governance.offline.live_lineage import LiveLineage, UnreachableLineage
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.verdict import Finding
from airflow_lineage_provider.governance.waiver import Waiver
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_policy import read_policy
from airflow_lineage_provider.store.decisions.approval import Request
from airflow_lineage_provider.store.decisions.waiver_requests import (
    WaiverScope,
    approve_waiver,
    create_waiver,
)
from tests.governance.offline.project import DATASET, NOW, Project, failing


def test_whom_a_change_reaches_is_asked_of_the_deployment(live: LiveLineage) -> None:
    assert [(hit.name, hit.dag_id, hit.degree) for hit in live.hits(DATASET)] == [("board", "board", "1")]


def test_of_a_dataset_that_nobody_knows_nobody_is_named(live: LiveLineage) -> None:
    assert live.hits(DatasetId("s3://x", "y")) == ()


def test_what_is_wrong_with_data_right_now_fails_the_check(live: LiveLineage, project: Project) -> None:
    project.reader("shop")
    project.contract()

    assert failing(project.check()) == set()
    report = project.check(live=live)
    assert failing(report) == {("quality-failed", "orders")}
    (found,) = report.failing
    assert (found.dags, found.finding.message) == (("shop",), "check failed")


def test_the_key_is_that_of_the_deployment(live: LiveLineage, project: Project) -> None:
    project.reader("shop")
    project.contract()
    (found,) = project.check(live=live).failing
    deployed = Finding(
        "quality-failed", Level.BLOCK, Result.FAIL, "", "", subject="not_null of id", about=DATASET
    )
    assert found.finding.key == deployed.key


@pytest.mark.parametrize("strict", ["a tag", "a scope of the rules"])
def test_data_that_is_wrong_counts_for_each_dag_at_its_own_level(
    live: LiveLineage, project: Project, strict: str
) -> None:
    scopes = [{"tags": ["*finance*"], "level": "block"}] if strict != "a tag" else []
    policy = read_policy(json.dumps({"quality-failed": {"level": "warn", "scopes": scopes}}))
    project.reader("lax")
    project.contract()
    assert failing(project.check(live=live, policy=policy)) == set()

    tag = "lineage-gate:block" if strict == "a tag" else "finance"
    project.reader("strict", extra=f", tags=[{tag!r}]")
    (found,) = project.check(live=live, policy=policy).failing
    assert (found.finding.rule, found.dags) == ("quality-failed", ("lax", "strict"))


def test_a_waiver_for_one_dag_holds_for_that_one(live: LiveLineage, project: Project) -> None:
    project.contract()
    project.reader("shop")
    waivers = [Waiver(1, "quality-failed", "known", NOW + timedelta(9), dag_id="shop", approved_at=NOW)]
    assert failing(project.check(live=live, waivers=waivers)) == set()

    project.reader("other")
    assert failing(project.check(live=live, waivers=waivers)) == {("quality-failed", "orders")}


def test_waivers_of_the_deployment_hold_for_what_it_tells(
    live: LiveLineage, transport: httpx.BaseTransport, project: Project, session: Any
) -> None:
    now = datetime.now(UTC)
    project.reader("shop")
    project.contract()
    waiver = create_waiver(
        WaiverScope("quality-failed", name="shop.*", dag_id="shop"),
        Request("being mended", "ann", now + timedelta(days=3)),
        longest=timedelta(days=90), now=now, session=session,
    )  # fmt: skip
    assert failing(project.check(live=live, now=now)) == {("quality-failed", "orders")}

    approve_waiver(waiver, by="bob", now=now, session=session)
    again = LiveLineage("http://testserver", "token", transport=transport)
    report = project.check(live=again, now=now + timedelta(minutes=1))
    assert failing(report) == set()
    assert [one.finding.waiver.id for one in report.reported if one.finding.waiver] == [waiver]


def test_what_is_in_the_baseline_of_the_deployment_counts_no_more(project: Project) -> None:
    key = Finding("quality-failed", Level.BLOCK, Result.FAIL, "", "", about=DATASET).key
    told = {"rule": "quality-failed", "result": "fail", "message": "m", "key": key, "is_baselined": True}
    answers = {"findings": [told], "waivers": [], "versions": []}
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=answers))
    project.reader("shop")
    project.contract()
    report = project.check(live=LiveLineage("http://a", None, transport=transport))

    assert failing(report) == set()
    assert [one.finding.rule for one in report.reported if one.finding.is_baselined] == ["quality-failed"]


def test_what_only_a_dag_itself_makes_does_not_hold_it_up(live: LiveLineage, project: Project) -> None:
    asset = "Asset('postgres://pg:5432/shop/public/orders')"
    body = f"BaseOperator(task_id='w', outlets=[{asset}]) >> BaseOperator(task_id='r', inlets=[{asset}])"
    project.dag("shop", body)
    project.contract()

    assert failing(project.check(live=live)) == set()
    project.reader("other")
    assert failing(project.check(live=live)) == {("quality-failed", "orders")}


def test_each_dataset_is_asked_about_once(project: Project) -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path.rpartition("/")[2])
        return httpx.Response(200, json={"findings": [], "waivers": [], "versions": []})

    project.reader("shop")
    project.reader("other")
    project.contract()
    project.check(live=LiveLineage("http://a", None, transport=httpx.MockTransport(answer)))
    assert sorted(asked) == ["findings", "schema-history", "waivers"]


@pytest.mark.parametrize(
    ("url", "words"), [("http://127.0.0.1:1", "does not answer"), ("http://[", "is no URL|does not answer")]
)
def test_a_server_that_is_not_there_is_said(url: str, words: str) -> None:
    with pytest.raises(UnreachableLineage, match=words):
        LiveLineage(url, None).hits(DATASET)


@pytest.mark.parametrize(("status", "words"), [(401, "AIRFLOW_LINEAGE_TOKEN"), (500, "500")])
def test_a_refusal_is_said(status: int, words: str) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(status, text="no"))
    with pytest.raises(UnreachableLineage, match=words):
        LiveLineage("http://a", None, transport=transport).hits(DATASET)


def answering(text: str, status: int = 200) -> LiveLineage:
    transport = httpx.MockTransport(lambda request: httpx.Response(status, text=text))
    return LiveLineage("http://ann:secret@a", "token", transport=transport)


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ('{"detail": "Not Found"}', 404, r"is not there \(404\)"),
        ("[]", 200, "no JSON object"),
        ("<html></html>", 200, "no JSON object"),
        ("{}", 200, "answers without "),
        ('{"items": null, "findings": 1}', 200, "answers without "),
        ("", 302, "answers 302"),
    ],
)
def test_another_server_is_not_taken_for_one_where_all_is_well(text: str, status: int, words: str) -> None:
    for ask in (LiveLineage.hits, LiveLineage.findings):
        with pytest.raises(UnreachableLineage, match=words) as told:
            ask(answering(text, status), DATASET)
        assert "secret" not in str(told.value)


def test_the_token_is_trimmed_and_one_that_cannot_be_sent_is_not_told() -> None:
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["Authorization"])
        return httpx.Response(200, json={"findings": []})

    LiveLineage("http://a", " abc.def\n", transport=httpx.MockTransport(answer)).findings(DATASET)
    assert seen == ["Bearer abc.def"]
    with pytest.raises(UnreachableLineage) as told:
        LiveLineage("http://a", "abc\ndef", transport=httpx.MockTransport(answer))
    assert "abc" not in str(told.value)
