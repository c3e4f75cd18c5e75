"""Keep the tasks of a DAG run from starting: Airflow then fails the run by itself."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from airflow.models.dag_version import DagVersion
from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance
from sqlalchemy import bindparam, exists, insert, select, update
from sqlalchemy.orm import Session, object_session

from airflow_lineage_provider.store.attempts import TI
from airflow_lineage_provider.store.scheduler_savepoint import undoable
from airflow_lineage_provider.store.tables.base import core_table

log = logging.getLogger(__name__)

HELD = "upstream_failed"
_VERSION = core_table(DagVersion)  # type: ignore[arg-type]
_WRITTEN = ("state", "start_date", "end_date", "duration", "updated_at")

_OF_RUN = (TI.c.dag_id == bindparam("of_dag"), TI.c.run_id == bindparam("of_run"))
_HOLD = (
    update(TI)
    .where(*_OF_RUN, TI.c.state.is_(None))
    .values(
        state=HELD,
        start_date=bindparam("at"),
        end_date=bindparam("at"),
        duration=0,
        updated_at=bindparam("at"),
    )
)
_NEWEST = (
    select(_VERSION.c.id)
    .where(_VERSION.c.dag_id == bindparam("of_dag"))
    .order_by(_VERSION.c.created_at.desc())
    .limit(1)
    .subquery()
)
_NOT_YET_AT = select(_NEWEST.c.id).where(~exists().where(*_OF_RUN, TI.c.dag_version_id == _NEWEST.c.id))
_TASKS = select(TI.c.task_id).where(*_OF_RUN).distinct()


def hold_tasks(dag_run: DagRun, *, now: datetime, session: Session) -> int:
    """Set what has not begun to upstream_failed, and nothing else: what already ran or runs is left alone.

    :param session: inside a savepoint of the scheduler's transaction.
    :returns: how many task instances were held back.
    """
    run = {"of_dag": dag_run.dag_id, "of_run": dag_run.run_id}
    done: Any = session.execute(_HOLD, {**run, "at": now}, execution_options={"synchronize_session": False})
    held = int(done.rowcount)
    dag: Any = dag_run.dag
    # A run of a version of its bundle keeps the tasks it was made with.
    if dag is not None and not dag_run.bundle_version:
        try:
            with undoable(session.connection(), "lineage_new_tasks"):
                held += _hold_new_tasks(dag_run, dag, run, now, session)
        except Exception:
            log.warning(
                "Tasks that %s got since its run was made are not held back", dag_run.dag_id, exc_info=True
            )
    _forget_loaded(dag_run)
    return held


def _hold_new_tasks(dag_run: DagRun, dag: Any, run: dict[str, str], now: datetime, session: Session) -> int:
    """Make the task instances that the scheduler would make in a moment, for the DAG got tasks since the run was made."""
    newest = session.scalar(_NOT_YET_AT, run)
    if newest is None:
        return 0
    known = set(session.scalars(_TASKS, run))
    rows = [
        {
            **TaskInstance.insert_mapping(
                dag_run.run_id, task, map_index=-1, dag_version_id=newest, dag_run=dag_run
            ),
            "state": HELD,
            "start_date": now,
            "end_date": now,
            "duration": 0,
        }
        for task in _tasks_of(dag, dag_run)
        if task.task_id not in known
    ]
    if rows:
        session.execute(insert(TaskInstance), rows)
    return len(rows)


def _tasks_of(dag: Any, dag_run: DagRun) -> Iterator[Any]:
    """Tasks that a run has: those whose own start and end dates do not leave it out."""
    at = dag_run.logical_date
    for task in dag.task_dict.values():
        is_left_out = at is not None and (
            (task.start_date is not None and at < task.start_date)
            or (task.end_date is not None and task.end_date < at)
        )
        if dag_run.run_type == "backfill" or not is_left_out:
            yield task


def _forget_loaded(dag_run: DagRun) -> None:
    """Have the scheduler read again what it may have in memory: else it would start what was just held back."""
    scheduler = object_session(dag_run)
    for each in list(scheduler.identity_map.values()) if scheduler is not None else ():
        if (
            isinstance(each, TaskInstance)
            and (each.__dict__.get("dag_id"), each.__dict__.get("run_id")) == (dag_run.dag_id, dag_run.run_id)
            and scheduler is not None
        ):
            scheduler.expire(each, _WRITTEN)
