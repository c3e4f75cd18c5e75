"""DAG runs with very many attempts, and runs that are over while a task of theirs is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from airflow.models.taskinstance import TaskInstance
from sqlalchemy import event, func, insert, select

from airflow_lineage_provider.mailbox import reconciler
from airflow_lineage_provider.store.ingest import RUN
from tests.airflow_rows import end_dag_run, set_state
from tests.mailbox.office import Office
from tests.store.stories import core, entry, outputs_of

LONG_AGO = datetime.now(UTC) - timedelta(hours=1)


def add_many(office: Office, count: int, state: str = "upstream_failed") -> None:
    table: Any = TaskInstance.__table__
    rows = [
        {
            "id": uuid4(), "dag_id": "shop", "run_id": "r1", "task_id": f"mapped{number % 3}",
            "map_index": number, "try_number": 0, "max_tries": 0, "state": state, "pool": "default_pool",
            "pool_slots": 1, "end_date": LONG_AGO, "operator": "PythonOperator",
        }
        for number in range(count)
    ]  # fmt: skip
    with office.session() as session:
        session.execute(insert(table), rows)


def states(office: Office) -> dict[tuple[str | None, str], int]:
    with office.session() as session:
        query = select(RUN.c.state, RUN.c.capture, func.count()).group_by(RUN.c.state, RUN.c.capture)
        return {(row[0], row[1]): row[2] for row in session.execute(query)}


def test_thousands_of_attempts_are_settled_in_short_transactions(office: Office) -> None:
    count = 3000
    add_many(office, count)
    committed: list[object] = []

    def commit(connection: Any) -> None:
        committed.append(connection)

    event.listen(office.engine, "commit", commit)
    try:
        office.drainer.reconcile(force=True)
    finally:
        event.remove(office.engine, "commit", commit)
    assert len(committed) >= count / reconciler.CHUNK
    assert states(office) == {("upstream_failed", "not_run"): count}
    assert office.count("lineage_job") == 3
    with office.session() as session:
        assert session.scalar(select(func.count(func.distinct(RUN.c.openlineage_run_id)))) == count


def test_rows_that_are_there_are_changed_in_groups(office: Office) -> None:
    add_many(office, 700, "running")
    office.drainer.reconcile(force=True)
    assert states(office) == {("running", "pending"): 700}
    table: Any = TaskInstance.__table__
    with office.session() as session:
        session.execute(table.update().where(table.c.map_index < 600).values(state="success", pid=7))
    statements: list[str] = []

    def note(*args: Any) -> None:
        statements.append(args[2])

    event.listen(office.engine, "before_cursor_execute", note)
    office.drainer.reconcile(force=True)
    event.remove(office.engine, "before_cursor_execute", note)
    assert states(office) == {("running", "pending"): 100, ("success", "missing"): 600}
    assert len(statements) < 60
    with office.session() as session:
        assert set(session.scalars(select(RUN.c.ended_at).where(RUN.c.state == "success"))) == {LONG_AGO}


def test_pages_and_chunks_miss_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciler, "PAGE", 7)
    monkeypatch.setattr(reconciler, "CHUNK", 3)
    add_many(office, 50)
    office.drainer.reconcile(force=True)
    assert states(office) == {("upstream_failed", "not_run"): 50}


def test_an_attempt_that_the_database_refuses_keeps_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import DataError

    add_many(office, 20)
    real = reconciler.settle

    def refusing(attempts: Any, **kwargs: Any) -> None:
        if any(attempt.map_index == 7 for attempt in attempts):
            raise DataError("INSERT", {}, Exception("refused"))
        real(attempts, **kwargs)

    monkeypatch.setattr(reconciler, "settle", refusing)
    office.drainer.reconcile(force=True)
    assert states(office) == {("upstream_failed", "not_run"): 19}


def test_a_run_that_is_over_stays_open_while_a_task_of_it_runs(office: Office) -> None:
    office.drainer.reconcile(force=True)
    ti_id = office.attempt(state="running", ended_at=None)
    office.post_record(core(ti_id, outputs=[entry("t")]))
    office.drainer.drain()
    with office.session() as session:
        end_dag_run(session, office.dag_run_id, "failed")
    for _ in range(3):
        office.drainer.reconcile(force=True)
    assert states(office) == {("running", "recorded"): 1}
    assert office.count("lineage_open_dag_run") == 1
    with office.session() as session:
        set_state(session, ti_id, "failed", end_date=LONG_AGO)
    office.drainer.reconcile(force=True)
    assert states(office) == {("failed", "recorded"): 1}
    assert office.count("lineage_open_dag_run") == 0
    with office.session() as session:
        assert outputs_of(session, session.scalar(select(RUN.c.id))) == {"t": "attempted"}


def test_an_attempt_that_vanished_keeps_no_run_open(office: Office) -> None:
    ti_id = office.attempt(state="running", ended_at=None)
    office.drainer.reconcile(force=True)
    table: Any = TaskInstance.__table__
    with office.session() as session:
        session.execute(table.delete().where(table.c.id == ti_id))
        end_dag_run(session, office.dag_run_id)
    office.drainer.reconcile(force=True)
    assert states(office) == {("removed", "missing"): 1}
    assert office.count("lineage_open_dag_run") == 0
