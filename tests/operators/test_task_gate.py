from __future__ import annotations

import logging
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def airflow_is_set_up(metadata_db: None) -> None:
    """Nothing of Airflow is imported before the session's home is set."""


VERDICT: dict[str, Any] = {
    "v": 1,
    "result": "pass",
    "blocks": False,
    "message": "all is well",
    "findings": [],
}
FINDING = {"rule": "owner-missing", "level": "block", "message": "nobody owns this dataset"}
BLOCKS = {**VERDICT, "result": "fail", "blocks": True, "message": "nobody owns it", "findings": [FINDING]}


class Server:
    """In the place of the mailbox."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.questions: list[Any] = []

    def ask(self, question: Any, *, timeout: float) -> Any:
        self.questions.append(question)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def server_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], Server]:
    def make(answer: Any) -> Server:
        from airflow_lineage_provider.operators import server as asked

        server = Server(answer)
        monkeypatch.setattr(asked, "ask", server.ask)
        return server

    return make


def task_with(*inlets: Any, **arguments: Any) -> Any:
    from airflow.sdk import BaseOperator

    return BaseOperator(task_id="load", inlets=list(inlets), **arguments)


def start(task: Any, *, resumed: bool = False) -> Any:
    """What the task runner does before ``execute``."""
    context = SimpleNamespace(next_method="resume" if resumed else None)
    ti = SimpleNamespace(task=task, _ti_context_from_server=context)
    return task._pre_execute_hook({"ti": ti})


def gate(task: Any, level: str = "block") -> Any:
    from airflow_lineage_provider.model.level import Level
    from airflow_lineage_provider.operators.task_gate import gate_task

    gate_task(task, Level(level))
    return task


def test_a_task_whose_inlets_pass_goes_on(server_of: Any):
    server = server_of(VERDICT)

    start(gate(task_with("s3://b/orders")))

    assert [each["datasets"] for each in server.questions] == [[{"uri": "s3://b/orders"}]]


def test_the_server_understands_the_question(server_of: Any):
    from airflow_lineage_provider.governance.question import read_question

    server = server_of(VERDICT)
    start(gate(task_with("s3://b/orders")))

    asked = read_question(server.questions[0])

    assert (asked.gate, asked.ceiling) == ("task", "block")


def test_inlets_that_block_fail_the_task_with_one_message_and_no_cause(server_of: Any):
    from airflow.sdk.exceptions import AirflowFailException

    server_of(BLOCKS)

    with pytest.raises(AirflowFailException, match="nobody owns it") as raised:
        start(gate(task_with("s3://b/orders")))

    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
    assert "clear this task" in str(raised.value)


def test_a_gate_that_warns_logs_and_goes_on(server_of: Any, caplog: pytest.LogCaptureFixture):
    server_of(BLOCKS)

    with caplog.at_level(logging.WARNING):
        start(gate(task_with("s3://b/orders"), "warn"))

    assert "nobody owns it" in caplog.text


@pytest.mark.parametrize("result", ["unknown", "error"])
def test_why_it_could_not_be_judged_is_logged(server_of: Any, caplog: pytest.LogCaptureFixture, result: str):
    server_of({**VERDICT, "result": result, "message": "the judge broke off"})

    with caplog.at_level(logging.WARNING):
        start(gate(task_with("s3://b/orders")))

    assert "the judge broke off" in caplog.text


def test_what_the_author_runs_before_the_task_still_runs_after_the_check(server_of: Any):
    server = server_of(VERDICT)
    heard: list[int] = []

    start(gate(task_with("s3://b/orders", pre_execute=lambda context: heard.append(len(server.questions)))))

    assert heard == [1]


def test_what_the_author_runs_before_the_task_does_not_run_for_a_task_that_is_stopped(server_of: Any):
    from airflow.sdk.exceptions import AirflowFailException

    server_of(BLOCKS)
    heard: list[Any] = []

    with pytest.raises(AirflowFailException):
        start(gate(task_with("s3://b/orders", pre_execute=heard.append)))

    assert heard == []


def test_an_authors_generator_stays_one_so_that_airflow_takes_what_it_yields(server_of: Any):
    server = server_of(VERDICT)

    def tell(context: Any) -> Any:
        yield "metadata"

    assert list(start(gate(task_with("s3://b/orders", pre_execute=tell)))) == ["metadata"]
    assert len(server.questions) == 1


def test_a_task_is_not_checked_again_when_it_resumes_after_a_deferral(server_of: Any):
    server = server_of(BLOCKS)
    heard: list[Any] = []

    start(gate(task_with("s3://b/orders", pre_execute=heard.append)), resumed=True)

    assert server.questions == []
    assert len(heard) == 1


def test_a_task_that_starts_in_the_triggerer_is_checked_when_a_worker_takes_it_over(server_of: Any):
    from airflow.providers.standard.sensors.date_time import DateTimeSensorAsync
    from airflow.sdk.exceptions import AirflowFailException

    server = server_of(BLOCKS)
    task = DateTimeSensorAsync(
        task_id="wait", target_time="2026-06-15T12:00:00Z", inlets=["s3://b/orders"], start_from_trigger=True
    )
    assert task.start_from_trigger

    # The scheduler has said already which method is to be resumed.
    with pytest.raises(AirflowFailException):
        start(gate(task), resumed=True)
    assert len(server.questions) == 1


def test_a_task_that_two_policies_meet_is_checked_once(server_of: Any):
    server = server_of(VERDICT)

    start(gate(gate(task_with("s3://b/orders"))))

    assert len(server.questions) == 1


def test_a_mapped_task_hands_the_check_to_what_it_expands_to():
    from airflow.providers.standard.operators.bash import BashOperator

    mapped = BashOperator.partial(task_id="load", inlets=["s3://b/orders"]).expand(bash_command=["true"])

    assert callable(gate(mapped).partial_kwargs["pre_execute"])


@pytest.mark.parametrize(("on_error", "goes_on"), [("open", True), ("closed", False)])
@pytest.mark.parametrize("failure", ["no-answer", "refused", "broken"])
def test_without_a_verdict_on_error_decides(
    server_of: Any, monkeypatch: pytest.MonkeyPatch, on_error: str, goes_on: bool, failure: str
):
    from airflow.sdk.exceptions import AirflowFailException

    from airflow_lineage_provider.mailbox.question import NoAnswer

    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__ON_ERROR", on_error)
    server_of(
        {
            "no-answer": NoAnswer("nobody answered"),
            "refused": {"error": "question.v is 1; this server reads 2"},
            "broken": KeyError("what"),
        }[failure]
    )
    task = gate(task_with("s3://b/orders"))

    if goes_on:
        start(task)
    else:
        with pytest.raises(AirflowFailException, match="could not be judged"):
            start(task)


def test_an_inlet_that_names_no_dataset_is_told_and_the_others_are_judged(
    server_of: Any, caplog: pytest.LogCaptureFixture
):
    server = server_of(VERDICT)

    with caplog.at_level(logging.WARNING):
        start(gate(task_with("no uri", "s3://b/orders")))

    assert server.questions[0]["datasets"] == [{"uri": "s3://b/orders"}]
    assert "inlets[0]" in caplog.text
