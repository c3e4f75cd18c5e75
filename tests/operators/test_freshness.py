from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.operators.asked import Server, serve

MOMENT = datetime(2026, 1, 31, 6, tzinfo=UTC)


@pytest.fixture(autouse=True)
def airflow_is_set_up(metadata_db: None) -> None:
    """Nothing of Airflow is imported before the session's home is set."""


def make(**arguments: Any) -> Any:
    from airflow_lineage_provider.operators.freshness import LineageFreshnessSensor

    return LineageFreshnessSensor(task_id="wait", **{"datasets": ["s3://lake/orders"], **arguments})


def told(*, fresh: bool) -> dict[str, Any]:
    dataset = {
        "namespace": "s3://lake",
        "name": "orders",
        "is_fresh": fresh,
        "written_at": MOMENT.isoformat() if fresh else None,
        "by": "shop.load" if fresh else None,
    }
    return {"v": 1, "is_fresh": fresh, "since": MOMENT.isoformat(), "datasets": [dataset]}


def asked(monkeypatch: pytest.MonkeyPatch, context: dict[str, Any] | None = None, **arguments: Any) -> Any:
    server = serve(monkeypatch, told(fresh=True))
    assert make(**arguments).execute(context or {}) == told(fresh=True)
    (question,) = server.questions
    return question


@pytest.mark.parametrize(
    ("arguments", "question"),
    [
        ({"since": MOMENT}, {"since": "2026-01-31T06:00:00+00:00"}),
        ({"since": "2026-01-31T07:00:00+01:00"}, {"since": "2026-01-31T07:00:00+01:00"}),
        ({"max_age": timedelta(hours=2)}, {"max_age": 7200}),
        ({"max_age": "90"}, {"max_age": 90}),
        ({"max_age": 90, "since": MOMENT}, {"max_age": 90, "since": "2026-01-31T06:00:00+00:00"}),
        ({}, {"since": "2026-01-31T06:00:00+00:00"}),
    ],
)
def test_the_question_says_what_is_fresh(
    monkeypatch: pytest.MonkeyPatch, arguments: dict[str, Any], question: dict[str, Any]
) -> None:
    from airflow_lineage_provider.governance.question import read_question

    given = asked(monkeypatch, {"data_interval_end": MOMENT}, **arguments)

    assert given == {"v": 1, "ask": "freshness", "datasets": [{"uri": "s3://lake/orders"}], **question}
    assert read_question(given).datasets


def test_a_run_without_data_interval_has_to_say_since_when(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    serve(monkeypatch, told(fresh=True))
    with pytest.raises(AirflowFailException, match="this run has no data interval; give since or max_age"):
        make().execute({"data_interval_end": None})


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"datasets": None}, TypeError, "datasets is None; name the datasets to wait for"),
        ({"datasets": []}, ValueError, "datasets is empty; name the datasets to wait for"),
        ({"since": "yesterday"}, ValueError, "since is 'yesterday'; it must be a moment"),
        ({"since": MOMENT.replace(tzinfo=None)}, ValueError, "must have a time zone"),
        ({"since": 7}, TypeError, "since is int"),
        ({"max_age": 0}, ValueError, "max_age is datetime.timedelta"),
        ({"max_age": "soon"}, ValueError, "max_age is 'soon'; it must be a number of seconds"),
        ({"max_age": 1e12}, ValueError, "at most 366 days"),
    ],
)
def test_a_wrong_argument_is_said_when_the_dag_is_parsed(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        make(**arguments)


def test_what_a_template_gave_is_checked_when_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    server = serve(monkeypatch, told(fresh=True))
    sensor = make(since="{{ params.since }}", datasets="{{ params.datasets }}")
    sensor.since, sensor.datasets = "soon", ["s3://lake/orders"]

    with pytest.raises(
        AirflowFailException, match="Freshness cannot be asked for: since is 'soon'"
    ) as caught:
        sensor.execute({})
    assert caught.value.__context__ is None
    assert server.questions == []


def deferred(sensor: Any, deadline: datetime | None = None) -> Any:
    from airflow.sdk.exceptions import TaskDeferred

    context = {"data_interval_end": MOMENT}
    with pytest.raises(TaskDeferred) as caught:
        _go_on(sensor, deadline, context)
    return caught.value


def _go_on(sensor: Any, deadline: datetime | None, context: dict[str, Any]) -> Any:
    if deadline is None:
        return sensor.execute(context)
    return sensor.resume_execution("look_again", {"deadline": deadline.isoformat()}, context)


def test_it_gives_its_slot_back_and_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow_lineage_provider.capture import notes
    from airflow_lineage_provider.mailbox.question import NoAnswer

    server = serve(monkeypatch, told(fresh=False), NoAnswer("no server"), told(fresh=True))
    sensor = make(deferrable=True, poke_interval=30, timeout=600)

    first = deferred(sensor)
    assert first.method_name == "look_again"
    assert 28 < (first.trigger.moment - datetime.now(UTC)).total_seconds() <= 30
    deadline = datetime.fromisoformat(first.kwargs["deadline"])
    assert 590 < (deadline - datetime.now(UTC)).total_seconds() <= 600
    second = deferred(sensor, deadline)
    assert second.kwargs == first.kwargs
    assert notes.taken().inputs == []
    given = sensor.resume_execution("look_again", first.kwargs, {"data_interval_end": MOMENT})

    assert given == told(fresh=True)
    assert len(server.questions) == 3
    assert [str(entry.dataset) for entry in notes.taken().inputs] == ["s3://lake orders"]


def test_it_is_not_resumed_before_the_scheduler_knows_that_it_was_deferred(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    serve(monkeypatch, told(fresh=False))

    parked = deferred(make(deferrable=True, poke_interval=1, timeout=600))

    assert 9 < (parked.trigger.moment - datetime.now(UTC)).total_seconds() <= 10


@pytest.mark.parametrize("soft_fail", [False, True])
def test_the_wait_ends_with_the_sensors_timeout(monkeypatch: pytest.MonkeyPatch, soft_fail: bool) -> None:
    from airflow.sdk.exceptions import AirflowSensorTimeout, AirflowSkipException

    serve(monkeypatch, told(fresh=False))
    sensor = make(deferrable=True, timeout=60, soft_fail=soft_fail)
    over = {"deadline": (datetime.now(UTC) - timedelta(seconds=1)).isoformat()}

    with pytest.raises(AirflowSkipException if soft_fail else AirflowSensorTimeout):
        sensor.resume_execution("look_again", over, {"data_interval_end": MOMENT})


def test_without_a_triggerer_it_is_rescheduled(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk.exceptions import AirflowRescheduleException

    class Ti:
        def get_first_reschedule_date(self, context: Any) -> None:
            return None

    serve(monkeypatch, told(fresh=False))
    with pytest.raises(AirflowRescheduleException):
        make(mode="reschedule").execute({"data_interval_end": MOMENT, "ti": Ti()})


def test_a_refusal_is_not_waited_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    server: Server = serve(monkeypatch, {"error": "question.ask must be 'validate'"})
    with pytest.raises(AirflowFailException, match="older airflow-lineage-provider"):
        make(since=MOMENT, deferrable=True).execute({})
    assert len(server.questions) == 1
