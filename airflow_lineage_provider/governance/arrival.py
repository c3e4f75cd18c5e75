"""Whether the records of the tasks before a question have arrived."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import SUCCESS_STATES, Capture
from airflow_lineage_provider.store.attempts import attempts_of_run
from airflow_lineage_provider.store.tables import Run


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
    """How the records of a DAG run's tasks stand. Only the latest try of a task counts: it is what was left behind."""
    if not task_ids:
        return Arrival((), ())
    captured = {
        ti_id: Capture(capture)
        for ti_id, capture in session.execute(
            select(Run.ti_id, Run.capture).where(Run.dag_run_id == dag_run_id)
        )
    }
    late, missing = [], []
    for attempt in attempts_of_run(dag_run_id, dag_id, run_id, session=session):
        if attempt.archived or attempt.task_id not in task_ids or not (attempt.ran and attempt.is_over):
            continue
        mapped = f"[{attempt.map_index}]" if attempt.map_index >= 0 else ""
        label = f"{attempt.task_id}{mapped} try {attempt.try_number}"
        capture = captured.get(attempt.ti_id)
        if capture is None or not capture.settled:
            late.append(label)
        elif capture is Capture.MISSING and attempt.state in SUCCESS_STATES:
            missing.append(label)
    return Arrival(tuple(sorted(late)), tuple(sorted(missing)))
