"""Rows as Airflow leaves them behind: DAG runs, task instances, their history, the task state store."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from airflow.models.dagrun import DagRun
from airflow.models.task_state_store import TaskStateStoreModel
from airflow.models.taskinstance import TaskInstance
from airflow.models.taskinstancehistory import TaskInstanceHistory
from sqlalchemy import insert, select

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
PID = 4711


def add_dag_run(
    session: Any, dag_id: str = "shop", run_id: str = "r1", *, state: str = "running", at: datetime = NOW
) -> int:
    """A DAG run; returns its id."""
    session.execute(
        insert(DagRun.__table__).values(
            dag_id=dag_id, run_id=run_id, run_type="manual", state=state, logical_date=at, run_after=at
        )
    )
    found = session.scalar(select(DagRun.id).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id))
    assert found is not None
    return int(found)


def add_attempt(
    session: Any,
    task_id: str = "load",
    *,
    dag_id: str = "shop",
    run_id: str = "r1",
    state: str | None = "success",
    try_number: int = 1,
    map_index: int = -1,
    ran: bool = True,
    started_at: datetime | None = NOW,
    ended_at: datetime | None = NOW + timedelta(seconds=5),
    archived: bool = False,
) -> UUID:
    """A task instance, or a past try of one; returns the id of the attempt.

    :param ran: a worker took it up.
    :param archived: it stands in the history.
    """
    ti_id = uuid4()
    values: dict[str, Any] = {
        "dag_id": dag_id,
        "run_id": run_id,
        "task_id": task_id,
        "map_index": map_index,
        "try_number": try_number,
        "max_tries": 3,
        "state": state,
        "pool": "default_pool",
        "pool_slots": 1,
        "start_date": started_at if ran else None,
        "end_date": ended_at,
        "pid": PID if ran else None,
        "operator": "PythonOperator",
    }
    if archived:
        session.execute(insert(TaskInstanceHistory.__table__).values(task_instance_id=ti_id, **values))
    else:
        session.execute(insert(TaskInstance.__table__).values(id=ti_id, **values))
    return ti_id


def set_state(session: Any, ti_id: UUID, state: str | None, **values: Any) -> None:
    table: Any = TaskInstance.__table__
    session.execute(table.update().where(table.c.id == ti_id).values(state=state, **values))


def end_dag_run(session: Any, dag_run_id: int, state: str = "success") -> None:
    table: Any = DagRun.__table__
    session.execute(table.update().where(table.c.id == dag_run_id).values(state=state))


def add_state(
    session: Any,
    dag_run_id: int,
    key: str,
    value: Any,
    *,
    task_id: str = "load",
    dag_id: str = "shop",
    run_id: str = "r1",
    map_index: int = -1,
    updated_at: datetime = NOW,
    row_id: int | None = None,
) -> int:
    """A row of the task state store; ``value`` that is no text is written as JSON. Returns its id."""
    values: dict[str, Any] = {
        "dag_run_id": dag_run_id,
        "dag_id": dag_id,
        "run_id": run_id,
        "task_id": task_id,
        "map_index": map_index,
        "key": key,
        "value": value if isinstance(value, str) else json.dumps(value),
        "updated_at": updated_at,
    }
    if row_id is not None:
        values["id"] = row_id
    inserted = session.execute(insert(TaskStateStoreModel.__table__).values(**values))
    return int(inserted.inserted_primary_key[0])


def state_keys(session: Any) -> list[str]:
    """Keys of all rows in the task state store, oldest first."""
    return list(session.scalars(select(TaskStateStoreModel.key).order_by(TaskStateStoreModel.id)))
