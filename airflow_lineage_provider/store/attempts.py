"""Airflow's own word about task attempts: which one a mailbox row belongs to and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance
from airflow.models.taskinstancehistory import TaskInstanceHistory
from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import TERMINAL_STATES

TI: Any = TaskInstance.__table__
HISTORY: Any = TaskInstanceHistory.__table__
DAG_RUN: Any = DagRun.__table__


class UnknownAttempt(LookupError):
    """No attempt of Airflow's fits what a mailbox row says it belongs to."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of one task instance, as Airflow holds it."""

    ti_id: UUID
    dag_run_id: int
    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    try_number: int
    state: str | None
    operator: str | None
    started_at: datetime | None
    ended_at: datetime | None
    ran: bool
    """A worker took it up. The scheduler ends empty, skipped and upstream_failed tasks without one."""
    archived: bool
    """It stands in the history: another try followed, or the task was cleared."""

    @property
    def is_over(self) -> bool:
        return self.archived or self.state in TERMINAL_STATES


@dataclass(frozen=True, slots=True)
class DagRunDates:
    """What a run's OpenLineage ids are made of."""

    dag_run_id: int
    date: datetime


def find_attempt(
    *,
    ti_id: str,
    try_number: int,
    dag_run_id: int,
    dag_id: str,
    run_id: str,
    task_id: str,
    map_index: int,
    session: Session,
) -> Attempt:
    """Find the attempt a mailbox row belongs to.

    Everything but ``ti_id`` comes from the row, which Airflow wrote under the task's own identity. The
    payload's ``ti_id`` only tells which try of that task it is, and must be one.

    :raises UnknownAttempt: the ids do not belong together.
    """
    try:
        uuid = UUID(ti_id)
    except ValueError:
        raise UnknownAttempt(f"{ti_id!r} is no task instance id") from None
    live = session.execute(_live().where(TI.c.id == uuid)).first()
    found = attempt_of(live, dag_run_id, archived=False) if live else None
    if found is None:
        past = session.execute(_past().where(HISTORY.c.task_instance_id == uuid)).first()
        found = attempt_of(past, dag_run_id, archived=True) if past else None
    if found is None:
        raise UnknownAttempt(f"there is no task instance {uuid}")
    if (found.dag_id, found.run_id, found.task_id, found.map_index) != (dag_id, run_id, task_id, map_index):
        raise UnknownAttempt(f"task instance {uuid} is another task's, not {dag_id}.{task_id}[{map_index}]")
    if found.try_number != try_number:
        raise UnknownAttempt(f"task instance {uuid} is try {found.try_number}, not {try_number}")
    return found


def attempts_of_run(dag_run_id: int, dag_id: str, run_id: str, *, session: Session) -> list[Attempt]:
    """Every attempt of a DAG run, past ones first."""
    past = session.execute(_past().where(HISTORY.c.dag_id == dag_id, HISTORY.c.run_id == run_id))
    live = session.execute(_live().where(TI.c.dag_id == dag_id, TI.c.run_id == run_id))
    return [
        *(attempt_of(row, dag_run_id, archived=True) for row in past),
        *(attempt_of(row, dag_run_id, archived=False) for row in live),
    ]


def dag_run_dates(dag_run_id: int, *, session: Session) -> DagRunDates | None:
    """Dates of a DAG run; ``None`` where the run is gone."""
    row = session.execute(
        select(DAG_RUN.c.logical_date, DAG_RUN.c.run_after).where(DAG_RUN.c.id == dag_run_id)
    ).first()
    return DagRunDates(dag_run_id, row.logical_date or row.run_after) if row else None


def attempt_columns(table: Any, ti_id: Any) -> list[Any]:
    """What :func:`attempt_of` needs of Airflow's table of live or of past attempts."""
    return [
        ti_id.label("ti_id"),
        *(
            table.c[name]
            for name in (
                "dag_id",
                "run_id",
                "task_id",
                "map_index",
                "try_number",
                "state",
                "operator",
                "start_date",
                "end_date",
            )
        ),
        _taken_up(table).label("ran"),
    ]


def _taken_up(table: Any) -> Any:
    """Whether a worker took the attempt up.

    Airflow leaves pid and dates of the try before in a row that it clears: until a worker takes the task up
    again, its try number or its start is still that of a try in the history.
    """
    if table is HISTORY:
        return HISTORY.c.pid.is_not(None)
    before = HISTORY.alias("before")
    same_task = [before.c[name] == TI.c[name] for name in ("dag_id", "task_id", "run_id", "map_index")]
    is_stale = or_(before.c.try_number == TI.c.try_number, before.c.start_date == TI.c.start_date)
    return and_(TI.c.pid.is_not(None), ~exists().where(*same_task, is_stale))


def _live() -> Select[Any]:
    return select(*attempt_columns(TI, TI.c.id))


def _past() -> Select[Any]:
    return select(*attempt_columns(HISTORY, HISTORY.c.task_instance_id))


def attempt_of(row: Any, dag_run_id: int, *, archived: bool) -> Attempt:
    """An attempt from a row of :func:`attempt_columns`."""
    return Attempt(
        ti_id=row.ti_id,
        dag_run_id=dag_run_id,
        dag_id=row.dag_id,
        run_id=row.run_id,
        task_id=row.task_id,
        map_index=row.map_index,
        try_number=row.try_number,
        state=str(row.state) if row.state is not None else None,
        operator=row.operator,
        started_at=row.start_date,
        ended_at=row.end_date,
        ran=bool(row.ran),
        archived=archived,
    )
