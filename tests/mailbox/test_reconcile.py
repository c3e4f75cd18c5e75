from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from airflow_lineage_provider.model.record import Outcome
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.open_dag_runs import open_dag_run_of
from tests.airflow_rows import DagRun, add_attempt, add_dag_run, end_dag_run, set_state
from tests.mailbox.office import Office
from tests.store.stories import core, entry, late, outputs_of

LONG_AGO = datetime.now(UTC) - timedelta(hours=1)


def just_now() -> datetime:
    return datetime.now(UTC)


def captures(office: Office) -> dict[tuple[str, int], tuple[str | None, str]]:
    """(task, try) to (state, what is recorded of it)."""
    with office.session() as session:
        query = select(RUN, JOB.c.task_id).join(JOB, JOB.c.id == RUN.c.job_id)
        found = [((row.task_id, row.try_number), (row.state, row.capture)) for row in session.execute(query)]
    assert len(found) == len(dict(found))
    return dict(found)


def reconcile(office: Office) -> None:
    office.drainer.reconcile(force=True)


def test_a_killed_worker_is_waited_for_and_then_missing(office: Office) -> None:
    ti_id = office.attempt(state="failed", started_at=LONG_AGO, ended_at=just_now())
    reconcile(office)
    assert captures(office) == {("load", 1): ("failed", "pending")}
    with office.session() as session:
        set_state(session, ti_id, "failed", end_date=LONG_AGO)
    reconcile(office)
    assert captures(office) == {("load", 1): ("failed", "missing")}


@pytest.mark.parametrize("state", ["upstream_failed", "skipped", "success", "removed"])
def test_what_the_scheduler_ended_without_a_worker_is_not_run(office: Office, state: str) -> None:
    office.attempt(state=state, ran=False, ended_at=just_now())
    reconcile(office)
    assert captures(office) == {("load", 1): (state, "not_run")}


def test_what_ran_before_a_clear_and_then_fell_to_its_upstream_is_not_run(office: Office) -> None:
    reconcile(office)
    office.attempt(state="upstream_failed", try_number=1, ended_at=LONG_AGO)
    office.attempt(state="success", try_number=1, archived=True, ended_at=LONG_AGO)
    with office.session() as session:
        # Both tries bear the number 1: the cleared one was never queued.
        end_dag_run(session, office.dag_run_id, "failed")
    reconcile(office)
    with office.session() as session:
        found = sorted((row.state, row.capture) for row in session.execute(select(RUN)))
    assert found == [("success", "missing"), ("upstream_failed", "not_run")]


@pytest.mark.parametrize("state", [None, "scheduled", "queued", "up_for_retry"])
def test_what_has_not_started_is_no_run_yet(office: Office, state: str | None) -> None:
    office.attempt(state=state, ran=False, ended_at=None)
    reconcile(office)
    assert captures(office) == {}


@pytest.mark.parametrize("state", ["running", "deferred", "up_for_reschedule"])
def test_what_has_started_is_pending(office: Office, state: str) -> None:
    office.attempt(state=state, ended_at=None)
    reconcile(office)
    reconcile(office)
    assert captures(office) == {("load", 1): (state, "pending")}


def test_a_past_try_that_sent_nothing_is_missing_too(office: Office) -> None:
    office.attempt(state="success", try_number=2, started_at=just_now(), ended_at=just_now())
    office.attempt(state="failed", archived=True, ended_at=LONG_AGO)
    reconcile(office)
    assert captures(office) == {("load", 1): ("failed", "missing"), ("load", 2): ("success", "pending")}


def test_what_was_announced_and_never_came_is_partial(office: Office) -> None:
    ti_id = office.attempt(ended_at=just_now())
    office.post_record(core(ti_id, awaits=("late",)))
    office.drainer.drain()
    reconcile(office)
    assert captures(office) == {("load", 1): ("success", "announced")}
    with office.session() as session:
        set_state(session, ti_id, "success", end_date=LONG_AGO)
    reconcile(office)
    assert captures(office) == {("load", 1): ("success", "partial")}
    office.post_record(late(ti_id))
    office.drainer.drain()
    assert captures(office) == {("load", 1): ("success", "recorded")}


def test_a_record_that_arrives_after_it_was_called_missing_is_recorded(office: Office) -> None:
    reconcile(office)
    ti_id = office.attempt(ended_at=LONG_AGO)
    with office.session() as session:
        end_dag_run(session, office.dag_run_id)
    reconcile(office)
    assert captures(office) == {("load", 1): ("success", "missing")}
    assert office.count("lineage_open_dag_run") == 0
    office.post_record(core(ti_id, outputs=[entry("t")]))
    office.drainer.drain()
    reconcile(office)
    assert captures(office) == {("load", 1): ("success", "recorded")}
    assert office.count("lineage_run") == 1


def test_the_final_state_reaches_a_record_that_came_before_it(office: Office) -> None:
    ti_id = office.attempt(state="running", ended_at=None)
    office.post_record(core(ti_id, outputs=[entry("t")]))
    office.drainer.drain()
    assert captures(office) == {("load", 1): ("running", "recorded")}
    with office.session() as session:
        set_state(session, ti_id, "failed", end_date=just_now())
    reconcile(office)
    assert captures(office) == {("load", 1): ("failed", "recorded")}
    with office.session() as session:
        run_id = session.scalar(select(RUN.c.id))
        assert outputs_of(session, run_id) == {"t": "attempted"}


def test_a_successful_attempts_outputs_stay_updated(office: Office) -> None:
    ti_id = office.attempt(state="running", ended_at=None)
    office.post_record(core(ti_id, outputs=[entry("t")]))
    office.drainer.drain()
    with office.session() as session:
        set_state(session, ti_id, "success", end_date=just_now())
        end_dag_run(session, office.dag_run_id)
    reconcile(office)
    with office.session() as session:
        assert outputs_of(session, session.scalar(select(RUN.c.id))) == {"t": "updated"}
    assert office.count("lineage_open_dag_run") == 0


def test_a_dag_run_that_was_deleted_leaves_missing_and_partial_runs(office: Office) -> None:
    office.attempt(state="running", ended_at=None)
    announced = office.attempt("announced", ended_at=just_now())
    office.post_record(core(announced, awaits=("late",)), task_id="announced")
    office.drainer.drain()
    reconcile(office)
    with office.session() as session:
        table: Any = DagRun.__table__
        session.execute(table.delete().where(table.c.id == office.dag_run_id))
    reconcile(office)
    assert captures(office) == {("load", 1): ("removed", "missing"), ("announced", 1): ("success", "partial")}
    assert office.count("lineage_open_dag_run") == 0


def test_a_settled_run_is_looked_at_again_when_a_task_of_it_is_cleared(office: Office) -> None:
    ti_id = office.attempt(ended_at=LONG_AGO)
    office.post_record(core(ti_id))
    office.drainer.drain()
    with office.session() as session:
        end_dag_run(session, office.dag_run_id)
    reconcile(office)
    assert office.count("lineage_open_dag_run") == 0
    with office.session() as session:
        end_dag_run(session, office.dag_run_id, "running")
    office.attempt("second", state="running", ended_at=None)
    reconcile(office)
    assert captures(office)["second", 1] == ("running", "pending")


def test_runs_that_ended_before_installation_are_left_alone(office: Office) -> None:
    with office.session() as session:
        end_dag_run(session, office.dag_run_id)
        add_attempt(session, ended_at=LONG_AGO)
    reconcile(office)
    assert office.count("lineage_run") == 0
    with office.session() as session:
        add_dag_run(session, "shop", "new", state="success", at=just_now())
        add_attempt(session, run_id="new", ended_at=LONG_AGO)
    reconcile(office)
    assert captures(office) == {("load", 1): ("success", "missing")}


def test_a_run_row_is_made_once_whoever_comes_first(office: Office) -> None:
    ti_id = office.attempt(state="failed", ended_at=just_now())
    for _ in range(3):
        reconcile(office)
    office.post_record(core(ti_id, Outcome.FAILED))
    office.drainer.drain()
    reconcile(office)
    assert captures(office) == {("load", 1): ("failed", "recorded")}


def test_a_turn_is_taken_once_an_interval(office: Office) -> None:
    assert office.drainer.reconcile()
    assert not office.new_drainer().reconcile()
    assert office.new_drainer().reconcile(force=True)


def test_a_state_set_by_hand_opens_the_run_in_the_same_transaction(office: Office) -> None:
    from airflow.models.taskinstance import TaskInstance

    ti_id = office.attempt()
    with office.session() as session:
        ti = session.get(TaskInstance, ti_id)
        assert ti is not None
        ti.state = "failed"
        session.flush()
        open_dag_run_of(ti)
        open_dag_run_of(ti)
        session.rollback()
    assert office.count("lineage_open_dag_run") == 0
    with office.session() as session:
        open_dag_run_of(session.get(TaskInstance, ti_id))
    assert office.count("lineage_open_dag_run") == 1


def test_noting_a_run_fails_silently_and_leaves_the_callers_transaction_whole(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.models.taskinstance import TaskInstance

    from airflow_lineage_provider.store import open_dag_runs as module

    ti_id = office.attempt(state="running")
    missing = module.OPEN.to_metadata(type(module.OPEN.metadata)(), name="lineage_nowhere")
    monkeypatch.setattr(module, "OPEN", missing)
    with office.session() as session:
        ti = session.get(TaskInstance, ti_id)
        assert ti is not None
        ti.state = "success"
        open_dag_run_of(ti)
    with office.session() as session:
        assert session.scalar(select(TaskInstance.state).where(TaskInstance.id == ti_id)) == "success"
