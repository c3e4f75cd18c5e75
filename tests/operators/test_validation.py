from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def airflow_is_set_up(metadata_db: None) -> None:
    """Nothing of Airflow is imported before the session's home is set."""


def make(**arguments: Any) -> Any:
    from airflow_lineage_provider.operators.validation import LineageValidationOperator

    return LineageValidationOperator(task_id="validate", **arguments)


class Server:
    """Stands in for the mailbox: remembers the question, gives the answer."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.question: Any = None

    def ask(self, question: Any, *, timeout: float) -> Any:
        self.question, self.timeout = question, timeout
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def run(monkeypatch: pytest.MonkeyPatch, answer: Any, **arguments: Any) -> tuple[Server, Any]:
    from airflow_lineage_provider.capture import notes
    from airflow_lineage_provider.operators import server as asked

    server = Server(answer)
    monkeypatch.setattr(asked, "ask", server.ask)
    notes.reset()
    return server, make(**arguments).execute({})


def verdict(result: str = "pass", *, blocks: bool = False, findings: Any = ()) -> dict[str, Any]:
    return {
        "v": 1,
        "result": result,
        "blocks": blocks,
        "message": "the one message",
        "datasets": [{"namespace": "n", "name": "orders"}],
        "findings": list(findings),
        "verdict_id": 7,
    }


FINDING = {
    "rule": "owner-missing",
    "level": "block",
    "result": "fail",
    "dataset": {"namespace": "n", "name": "orders"},
    "message": "nobody owns this dataset",
    "fix": "name one",
    "owner": None,
    "channel": "#orders",
    "contract": {"id": "c", "version": "1"},
    "known_by": [],
}


def test_the_question_is_what_the_server_reads(monkeypatch: pytest.MonkeyPatch):
    from airflow_lineage_provider.governance.question import read_question

    server, answer = run(
        monkeypatch,
        verdict(),
        datasets=["s3://b/x", ("n", "m")],
        rules={"owner-missing": "warn"},
        level="block",
    )

    assert server.question == {
        "v": 1,
        "ask": "validate",
        "datasets": [{"uri": "s3://b/x"}, {"namespace": "n", "name": "m"}],
        "rules": {"owner-missing": "warn"},
        "level": "block",
    }
    assert server.timeout == 120.0
    assert read_question(server.question).levels["owner-missing"] == "warn"
    assert answer["verdict_id"] == 7


def test_what_an_older_server_does_not_know_is_only_asked_where_it_is_wanted(monkeypatch: pytest.MonkeyPatch):
    from airflow_lineage_provider.governance.question import read_question

    server, _ = run(monkeypatch, verdict(), transitive_depth=3, on_fail="skip")

    assert set(server.question) == {"v", "ask", "datasets", "rules", "level", "depth"}
    assert read_question(server.question).depth == 3


@pytest.mark.parametrize(
    "error",
    [
        "question has unknown fields: columns",
        "question.ask must be 'validate'",
        "question.v is 1; this server reads 2",
    ],
)
def test_a_server_that_knows_less_is_named_as_the_cause(monkeypatch: pytest.MonkeyPatch, error: str):
    from airflow.sdk.exceptions import AirflowFailException

    with pytest.raises(AirflowFailException) as caught:
        run(monkeypatch, {"error": error})
    assert str(caught.value).startswith(
        f"Lineage validation could not ask: {error}. The API server has an older"
    )


def test_without_datasets_the_server_finds_out_what_the_dag_reads(monkeypatch: pytest.MonkeyPatch):
    server, _ = run(monkeypatch, verdict())

    assert server.question["datasets"] is None


def test_a_blocking_verdict_fails_without_retries_and_with_the_one_message(monkeypatch: pytest.MonkeyPatch):
    from airflow.sdk.exceptions import AirflowFailException

    with pytest.raises(AirflowFailException, match="Lineage validation stops this DAG run: the one message"):
        run(monkeypatch, verdict("fail", blocks=True, findings=[FINDING]), retries=3)


def test_level_warn_fails_only_where_the_server_says_that_the_deployment_blocks(
    monkeypatch: pytest.MonkeyPatch,
):
    from airflow.sdk.exceptions import AirflowFailException

    _, answer = run(monkeypatch, verdict("warn", findings=[FINDING]), level="warn")
    assert answer["result"] == "warn"

    with pytest.raises(AirflowFailException):
        run(monkeypatch, verdict("fail", blocks=True, findings=[FINDING]), level="warn")


def test_on_fail_says_what_a_verdict_that_blocks_does(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    from airflow.sdk.exceptions import AirflowSkipException

    blocking = {**verdict("fail", blocks=True, findings=[FINDING]), "enforced": False}
    with pytest.raises(AirflowSkipException, match="the one message"):
        run(monkeypatch, blocking, on_fail="skip")

    _, answer = run(monkeypatch, blocking, on_fail="warn")
    assert answer == blocking
    assert "Going on, because on_fail is warn" in capfd.readouterr().out


def test_on_fail_warn_does_not_loosen_what_the_deployment_blocks(monkeypatch: pytest.MonkeyPatch):
    from airflow.sdk.exceptions import AirflowFailException

    with pytest.raises(AirflowFailException, match="the one message"):
        run(monkeypatch, {**verdict("fail", blocks=True), "enforced": True}, on_fail="warn")


@pytest.mark.parametrize(("on_fail", "stops"), [("fail", True), ("skip", True), ("warn", False)])
def test_on_fail_counts_too_where_nobody_answered(monkeypatch: pytest.MonkeyPatch, on_fail: str, stops: bool):
    from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__ON_ERROR", "closed")

    if stops:
        with pytest.raises(
            AirflowSkipException if on_fail == "skip" else AirflowFailException, match="on_error"
        ):
            run(monkeypatch, no_answer(), on_fail=on_fail)
    else:
        assert run(monkeypatch, no_answer(), on_fail=on_fail)[1]["result"] == "error"


@pytest.mark.parametrize(
    ("rendered", "message"),
    [
        ({"level": "strict"}, "level is 'strict'; it must be one of warn, block"),
        ({"on_fail": ""}, "on_fail is ''; it must be one of fail, skip, warn"),
        ({"transitive_depth": "many"}, "transitive_depth is 'many'; it must be a whole number from 1 to 20"),
        ({"datasets": []}, "datasets is empty; leave it out"),
        ({"datasets": [None]}, r"datasets\[0\] is NoneType"),
        ({"rules": {"owner-missing": "x"}}, "rules"),
    ],
)
def test_what_a_template_gave_is_checked_before_anybody_is_asked(
    monkeypatch: pytest.MonkeyPatch, rendered: dict[str, Any], message: str
):
    from airflow.sdk.exceptions import AirflowFailException

    from airflow_lineage_provider.operators import server as asked

    server = Server(verdict())
    monkeypatch.setattr(asked, "ask", server.ask)
    operator = make(**dict.fromkeys(rendered, "{{ params.x }}"))
    for name, value in rendered.items():
        setattr(operator, name, value)

    with pytest.raises(AirflowFailException, match=f"cannot be asked for: {message}") as caught:
        operator.execute({})
    assert caught.value.__context__ is None
    assert server.question is None


def test_templates_are_rendered_inside_names_of_datasets():
    operator = make(
        datasets=["s3://lake/{{ ds }}", ("postgres://db:5432", "shop.{{ ds }}.orders")],
        level="{{ params.level }}",
        transitive_depth="{{ params.depth }}",
    )

    operator.render_template_fields({"ds": "public", "params": {"level": "warn", "depth": 4}})
    operator._check()

    assert operator.datasets == [
        {"uri": "s3://lake/public"},
        {"namespace": "postgres://db:5432", "name": "shop.public.orders"},
    ]
    assert (operator.level, operator.transitive_depth) == ("warn", 4)


def test_what_another_task_returns_may_be_judged():
    from airflow.sdk import DAG

    with DAG("shop", schedule=None):
        from airflow.sdk import task

        @task
        def choose() -> list[str]:
            return ["s3://lake/orders"]

        operator = make(datasets=choose())

    assert operator.upstream_task_ids == {"choose"}
    operator.datasets = ["s3://lake/orders"]
    operator._check()
    assert operator.datasets == [{"uri": "s3://lake/orders"}]


def test_findings_are_a_table_in_the_log(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]):
    run(monkeypatch, verdict("warn", findings=[FINDING]))
    log = capfd.readouterr().out

    assert "rule          | level | dataset  | contract | owner | channel | what" in log
    assert "owner-missing | block | n orders | c 1      | -     | #orders | nobody owns this dataset" in log


@pytest.mark.parametrize("result", ["unknown", "error"])
def test_why_it_could_not_be_judged_is_logged(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], result: str
):
    run(monkeypatch, verdict(result))

    assert "the one message" in capfd.readouterr().out


@pytest.mark.parametrize("blocks", [False, True])
def test_what_was_judged_becomes_an_input_also_when_it_blocks(monkeypatch: pytest.MonkeyPatch, blocks: bool):
    from airflow.sdk.exceptions import AirflowFailException

    from airflow_lineage_provider.capture import notes

    try:
        run(monkeypatch, verdict("fail" if blocks else "pass", blocks=blocks))
    except AirflowFailException:
        assert blocks

    (noted,) = notes.taken().inputs
    assert str(noted.dataset) == "n orders"
    assert noted.evidence.names == ("operator",)


def no_answer() -> Exception:
    from airflow_lineage_provider.mailbox.question import NoAnswer

    return NoAnswer("no lineage server answered within 120 s")


def test_no_answer_lets_the_dag_go_on_by_default(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    _, answer = run(monkeypatch, no_answer())

    assert (answer["result"], answer["blocks"], answer["verdict_id"]) == ("error", False, None)
    assert "could not be judged: no lineage server answered" in capfd.readouterr().out


def test_no_answer_stops_the_dag_where_errors_are_closed(monkeypatch: pytest.MonkeyPatch):
    from airflow.sdk.exceptions import AirflowFailException

    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__ON_ERROR", "closed")

    with pytest.raises(AirflowFailException, match="no lineage server answered") as caught:
        run(monkeypatch, no_answer())
    assert caught.value.__context__ is None
    assert run(monkeypatch, no_answer(), level="warn")[1]["result"] == "error"


def test_a_question_the_server_refuses_fails_with_its_words(monkeypatch: pytest.MonkeyPatch):
    from airflow.sdk.exceptions import AirflowFailException

    with pytest.raises(AirflowFailException, match=r"could not ask: question\.rules: there is no rule 'x'"):
        run(monkeypatch, {"error": "question.rules: there is no rule 'x'"}, rules={"x": "warn"})


def references() -> list[tuple[Any, dict[str, str]]]:
    from airflow.sdk import Asset
    from openlineage.client.event_v2 import Dataset

    return [
        (Asset("s3://bucket/orders"), {"uri": "s3://bucket/orders"}),
        (
            Asset(name="orders", uri="postgres://pg/shop/public/orders"),
            {"uri": "postgres://pg:5432/shop/public/orders"},
        ),
        (Asset("orders"), {"asset_name": "orders"}),
        (Asset.ref(name="orders"), {"asset_name": "orders"}),
        (Asset.ref(uri="s3://bucket/orders"), {"uri": "s3://bucket/orders"}),
        (("n", "m"), {"namespace": "n", "name": "m"}),
        (["n", "m"], {"namespace": "n", "name": "m"}),
        ("s3://bucket/orders", {"uri": "s3://bucket/orders"}),
        (Dataset(namespace="n", name="m"), {"namespace": "n", "name": "m"}),
    ]


@pytest.mark.parametrize("index", range(9))
def test_a_dataset_may_be_named_in_many_ways(index: int):
    value, reference = references()[index]
    if isinstance(value, object) and "postgres" in str(getattr(value, "uri", "")):
        pytest.importorskip("airflow.providers.postgres")

    assert make(datasets=[value]).datasets == [reference]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"level": "off"}, ValueError, "level is 'off'; it must be one of warn, block"),
        ({"on_fail": "retry"}, ValueError, "on_fail is 'retry'; it must be one of fail, skip, warn"),
        (
            {"transitive_depth": 0},
            ValueError,
            "transitive_depth is 0; it must be a whole number from 1 to 20",
        ),
        ({"transitive_depth": True}, ValueError, "transitive_depth is True"),
        ({"transitive_depth": 21}, ValueError, "transitive_depth is 21"),
        ({"observe_live_schema": "yes"}, TypeError, "observe_live_schema is 'yes'; it must be True or False"),
        (
            {"conn_id": "shop"},
            ValueError,
            "conn_id is only used to read columns; add observe_live_schema=True",
        ),
        ({"conn_id": 7, "observe_live_schema": True}, TypeError, "conn_id is int"),
        ({"conn_id": [], "observe_live_schema": True}, ValueError, "conn_id is empty"),
        ({"conn_id": ["a", ""], "observe_live_schema": True}, ValueError, "conn_id has ''"),
        (
            {"datasets": [{"namespace": "n"}]},
            TypeError,
            r"datasets\[0\] is {'namespace': 'n'}; an object has",
        ),
        ({"datasets": []}, ValueError, "datasets is empty"),
        ({"datasets": "s3://b/x"}, TypeError, "datasets is str; it must be a list"),
        (
            {"datasets": ["orders"]},
            ValueError,
            r"datasets\[0\] is 'orders'; a dataset given as text is a URI",
        ),
        ({"datasets": ["s3://b/x", 7]}, TypeError, r"datasets\[1\] is int; expected an Asset"),
        ({"datasets": [("a", "b", "c")]}, TypeError, r"a pair is \(namespace, name\)"),
        ({"datasets": [("", "b")]}, ValueError, "must not be empty"),
        ({"rules": ["owner-missing"]}, TypeError, "rules is list; it must be a mapping"),
        (
            {"rules": {"owner-missing": "strict"}},
            ValueError,
            r"rules\['owner-missing'\] is 'strict'; it must be one of",
        ),
    ],
)
def test_a_wrong_argument_is_said_when_the_dag_is_parsed(
    arguments: dict[str, Any], error: type[Exception], message: str
):
    with pytest.raises(error, match=message):
        make(**arguments)


def test_the_module_imports_light():
    heavy = ["sqlalchemy", "sqlglot", "jsonschema", "yaml", "open_data_contract_standard", "fastapi"]
    code = (
        "import sys\n"
        "import airflow.sdk, airflow.configuration\n"
        "from airflow.sdk import BaseOperator\n"
        "from airflow.sdk.exceptions import AirflowFailException\n"
        "before = set(sys.modules)\n"
        "import airflow_lineage_provider.operators.validation\n"
        "import airflow_lineage_provider.operators.freshness\n"
        "new = set(sys.modules) - before\n"
        f"print([name for name in {heavy!r} if name in new], len(new))\n"
        "print([name for name in new if '.store' in name or '.governance' in name or '.contracts' in name])\n"
    )

    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    loaded, ours = output.splitlines()[-2:]
    assert loaded.startswith("[] "), loaded
    assert int(loaded.split()[-1]) < 40
    assert ours == "[]"
