"""Whether the records of the tasks before a question have arrived."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import SUCCESS_STATES, TERMINAL_STATES, Capture
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.attempts import TI, attempt_columns
from airflow_lineage_provider.store.tables import Run, core_table
from airflow_lineage_provider.store.upsert import CHUNK

RUN = core_table(Run)
_UNSETTLED = tuple(capture.value for capture in Capture if not capture.settled)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Upstream attempts that ended in a worker and whose lineage is not whole."""

    late: tuple[str, ...]
    """Their records may still come."""
    missing: tuple[str, ...]
    """They succeeded and their records will not come any more."""


def arrival_of(
    dag_run_id: int, dag_id: str, run_id: str, task_ids: Collection[str], *, session: Session
) -> Arrival:
    """How the records of a DAG run's tasks stand. Only the latest try of a task counts: it is what was left behind.

    A waiting question asks this every second, so the database compares, and only what is not whole comes back.
    """
    late: list[str] = []
    missing: list[str] = []
    wanted = sorted(task_ids)
    is_late = or_(RUN.c.capture.is_(None), RUN.c.capture.in_(_UNSETTLED))
    for part in parts(wanted, CHUNK):
        attempts = (
            select(*attempt_columns(TI, TI.c.id))
            .where(TI.c.dag_id == dag_id, TI.c.run_id == run_id)
            .where(TI.c.task_id.in_(part))
            .where(TI.c.state.in_(tuple(sorted(TERMINAL_STATES))))
            .subquery()
        )
        left_nothing = and_(
            RUN.c.capture == Capture.MISSING.value, attempts.c.state.in_(tuple(sorted(SUCCESS_STATES)))
        )
        query = (
            select(attempts.c.task_id, attempts.c.map_index, attempts.c.try_number, is_late.label("is_late"))
            .select_from(
                attempts.outerjoin(RUN, and_(RUN.c.ti_id == attempts.c.ti_id, RUN.c.dag_run_id == dag_run_id))
            )
            .where(attempts.c.ran, or_(is_late, left_nothing))
        )
        for row in session.execute(query):
            mapped = f"[{row.map_index}]" if row.map_index >= 0 else ""
            (late if row.is_late else missing).append(f"{row.task_id}{mapped} try {row.try_number}")
    return Arrival(tuple(sorted(late)), tuple(sorted(missing)))
