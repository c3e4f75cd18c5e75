"""How the jobs of an impact list last went."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.edges import EDGE
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.row_ids import chunks, in_ids
from airflow_lineage_provider.store.run_refs import MOMENT

CANDIDATES = 20
"""Runs of a job that arrived last, of which the newest counts: events may come late. What the job's edges call
their newest run is compared as well, however long ago that arrived."""

_FLOOR = (
    select(RUN.c.id)
    .where(RUN.c.job_id == JOB.c.id)
    .order_by(RUN.c.id.desc())
    .offset(CANDIDATES - 1)
    .limit(1)
    .correlate(JOB)
    .scalar_subquery()
)
# One look at the end of the index for each job, whatever number of runs it had.
_ARRIVED = select(JOB.c.id, func.coalesce(_FLOOR, 0).label("floor")).subquery()
_LAST = select(RUN.c.job_id, RUN.c.id, RUN.c.state, RUN.c.started_at, RUN.c.ended_at, MOMENT.label("at"))
_BY_ARRIVAL = _LAST.join(_ARRIVED, and_(_ARRIVED.c.id == RUN.c.job_id, RUN.c.id >= _ARRIVED.c.floor)).where(
    in_ids(_ARRIVED.c.id)
)
_BY_EDGES = _LAST.where(
    RUN.c.id.in_(select(EDGE.c.last_run_id).where(in_ids(EDGE.c.job_id))),
    in_ids(RUN.c.job_id),
)


@dataclass(frozen=True, slots=True)
class LastRun:
    """The newest run of a job."""

    id: int
    """Row id."""
    state: str | None
    started_at: datetime | None
    ended_at: datetime | None
    at: datetime
    """When it counts: its end, or what is known that is next to it."""

    def to_wire(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "state": self.state,
            "started_at": self.started_at.isoformat() if self.started_at else None,
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
        }


def last_runs(job_ids: Collection[int], *, session: Session) -> dict[int, LastRun]:
    """Newest run by job; jobs without a run are not in there."""
    found: dict[int, Any] = {}
    for part in chunks(sorted(set(job_ids))):
        for query in (_BY_ARRIVAL, _BY_EDGES):
            for row in session.execute(query, {"ids": part}):
                known = found.get(row.job_id)
                if known is None or (row.at, row.id) > (known.at, known.id):
                    found[row.job_id] = row
    return {
        job_id: LastRun(row.id, row.state, row.started_at, row.ended_at, row.at)
        for job_id, row in found.items()
    }
