"""When DAGs run next, as Airflow plans it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from airflow.models.dag import DagModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.upsert import CHUNK

_NO_SCHEDULE = "None"
"""Airflow's word for a DAG without a schedule."""


@dataclass(frozen=True, slots=True)
class NextRun:
    """The next run of a DAG."""

    dag_id: str
    next_run_at: datetime | None
    """Not before then; ``None``: nobody knows when, for its assets, a person or nothing at all starts it."""
    schedule: str | None
    """In Airflow's words: ``0 3 * * *``, ``Asset``; ``None``: it has none."""
    is_paused: bool


def next_runs(dag_ids: Iterable[str], access: Access, *, session: Session) -> list[NextRun]:
    """Next runs by DAG id; DAGs that are unknown, gone or may not be read are left out."""
    wanted = sorted({dag_id for dag_id in dag_ids if access.may_read(dag_id)})
    found: list[NextRun] = []
    for part in parts(wanted, CHUNK):
        query = select(
            DagModel.dag_id, DagModel.next_dagrun_create_after, DagModel.timetable_summary, DagModel.is_paused
        ).where(DagModel.dag_id.in_(part), DagModel.is_stale.is_(False))
        found += [
            NextRun(dag_id, at, None if said == _NO_SCHEDULE else said, bool(paused))
            for dag_id, at, said, paused in session.execute(query)
        ]
    return sorted(found, key=lambda each: each.dag_id)
