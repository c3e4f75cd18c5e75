"""DAG runs whose attempts the reconciler has still to settle."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session, object_session

from airflow_lineage_provider.store.attempts import DAG_RUN
from airflow_lineage_provider.store.tables import OpenDagRun, core_table
from airflow_lineage_provider.store.upsert import insert_missing
from airflow_lineage_provider.store.watermarks import read_watermark, write_watermark

log = logging.getLogger(__name__)

OPEN = core_table(OpenDagRun)
OVER = ("success", "failed")
LAST_DAG_RUN = "reconcile.dag_run"
_ACTIVE = ("running", "queued")
_BATCH = 1000

IS_SAME_RUN: Any = and_(
    # The id alone is not enough: SQLite hands out the id of a deleted run again.
    DAG_RUN.c.id == OPEN.c.dag_run_id,
    DAG_RUN.c.dag_id == OPEN.c.dag_id,
    DAG_RUN.c.run_id == OPEN.c.run_id,
)


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A DAG run that is not settled."""

    dag_run_id: int
    dag_id: str
    run_id: str
    state: str | None
    """``None``: the DAG run is gone."""

    @property
    def is_over(self) -> bool:
        return self.state in OVER


def open_dag_runs(runs: Iterable[tuple[int, str, str]], *, now: datetime, session: Session) -> None:
    """Have runs looked at. ``runs``: (dag run id, dag id, run id)."""
    rows = [
        {"dag_run_id": dag_run_id, "dag_id": dag_id, "run_id": run_id, "opened_at": now}
        for dag_run_id, dag_id, run_id in sorted(runs)
    ]
    insert_missing(OPEN, rows, session=session)


def read_open_runs(
    dag_id: str | None = None, run_id: str | None = None, *, limit: int, after: int, session: Session
) -> list[OpenRun]:
    """Open runs (of a DAG, of one run id) with an id above ``after``, in the order of their ids."""
    query = (
        select(OPEN.c.dag_run_id, OPEN.c.dag_id, OPEN.c.run_id, DAG_RUN.c.state)
        .outerjoin(DAG_RUN, IS_SAME_RUN)
        .where(OPEN.c.dag_run_id > after)
        .order_by(OPEN.c.dag_run_id)
        .limit(limit)
    )
    if dag_id is not None:
        query = query.where(OPEN.c.dag_id == dag_id)
    if run_id is not None:
        query = query.where(OPEN.c.run_id == run_id)
    return [
        OpenRun(row.dag_run_id, row.dag_id, row.run_id, str(row.state) if row.state else None)
        for row in session.execute(query)
    ]


def find_new_dag_runs(*, now: datetime, session: Session) -> None:
    """Open the runs that appeared since the last look, and those that are active.

    Both are answered by indexes: the primary key, and Airflow's partial indexes over active runs. Runs that
    ended before this provider was installed are none of ours.
    """
    columns = (DAG_RUN.c.id, DAG_RUN.c.dag_id, DAG_RUN.c.run_id)
    last = read_watermark(LAST_DAG_RUN, session=session)
    if last is None:
        newest = session.scalar(select(func.max(DAG_RUN.c.id))) or 0
        write_watermark(LAST_DAG_RUN, newest, now=now, session=session)
    else:
        while new := session.execute(
            select(*columns).where(DAG_RUN.c.id > last).order_by(DAG_RUN.c.id).limit(_BATCH)
        ).all():
            open_dag_runs([tuple(row) for row in new], now=now, session=session)
            last = new[-1].id
            write_watermark(LAST_DAG_RUN, last, now=now, session=session)
    known = exists().where(OPEN.c.dag_run_id == DAG_RUN.c.id)
    active = session.execute(select(*columns).where(DAG_RUN.c.state.in_(_ACTIVE), ~known)).all()
    open_dag_runs([tuple(row) for row in active], now=now, session=session)


def open_dag_run_of(ti: Any) -> None:
    """Open the run of an ORM task instance from inside a listener.

    The transaction is the scheduler's or the API server's: a Core savepoint keeps our failure ours, nothing
    is committed, nothing raised.
    """
    session = object_session(ti)
    if session is None:
        return
    try:
        connection = session.connection()
        with connection.begin_nested():
            dag_run_id = connection.scalar(
                select(DAG_RUN.c.id).where(DAG_RUN.c.dag_id == ti.dag_id, DAG_RUN.c.run_id == ti.run_id)
            )
            if dag_run_id is None or connection.scalar(
                select(OPEN.c.dag_run_id).where(OPEN.c.dag_run_id == dag_run_id)
            ):
                return
            connection.execute(
                OPEN.insert().values(
                    dag_run_id=dag_run_id, dag_id=ti.dag_id, run_id=ti.run_id, opened_at=datetime.now(UTC)
                )
            )
    except Exception:
        log.debug("Could not note the run of %s.%s for reconciliation", ti.dag_id, ti.task_id, exc_info=True)
