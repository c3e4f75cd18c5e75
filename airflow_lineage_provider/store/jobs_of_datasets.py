"""Which jobs write and read datasets, for somebody who may not see them all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.edges import EDGE
from airflow_lineage_provider.store.ingest import JOB
from airflow_lineage_provider.store.upsert import CHUNK, some
from airflow_lineage_provider.store.visibility import visible_jobs

_TOUCHING = (
    select(EDGE.c.dataset_id, EDGE.c.direction, JOB.c.id, JOB.c.name)
    .join(JOB, JOB.c.id == EDGE.c.job_id)
    .where(EDGE.c.dataset_id.in_(some()))
    .order_by(JOB.c.name, JOB.c.id)
)


@dataclass(slots=True)
class Touching:
    """Names of jobs that write a dataset, and that read it, in their order."""

    writers: list[str] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)


def jobs_of_datasets(
    dataset_ids: Collection[int], access: Access, *, session: Session
) -> dict[int, Touching]:
    """Jobs by the row id of the dataset that they touch, as far as the reader may see them."""
    wanted = sorted(dataset_ids)
    found: dict[int, Touching] = {}
    for part in parts(wanted, CHUNK):
        rows = session.execute(_TOUCHING, {"some": part}).all()
        visible = visible_jobs({row.id for row in rows}, access, session=session)
        for row in rows:
            if row.id in visible:
                touching = found.setdefault(row.dataset_id, Touching())
                is_write = row.direction == Direction.OUTPUT.value
                (touching.writers if is_write else touching.readers).append(row.name)
    return found
