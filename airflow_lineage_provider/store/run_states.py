"""Which of some runs succeeded."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.attempts import TI
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.row_ids import chunks, in_ids
from airflow_lineage_provider.store.succeeded import IN_DOUBT, SUCCEEDED

_SUCCESSFUL = (
    select(RUN.c.id)
    .select_from(RUN.join(JOB, JOB.c.id == RUN.c.job_id).outerjoin(TI, IN_DOUBT))
    .where(in_ids(RUN.c.id), SUCCEEDED)
)


def successful_runs(run_ids: Collection[int], *, session: Session) -> set[int]:
    """Row ids of those that succeeded; runs that were cleaned away are not known to have."""
    wanted = sorted(run_ids)
    found: set[int] = set()
    for part in chunks(wanted):
        found.update(session.scalars(_SUCCESSFUL, {"ids": part}).all())
    return found
