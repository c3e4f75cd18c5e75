"""What many jobs read and write."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.catalog.versions import JobEdge
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.edges import EDGE
from airflow_lineage_provider.store.upsert import CHUNK


def edges_of(job_ids: Collection[int], *, session: Session) -> dict[int, list[JobEdge]]:
    """Edges by job, over all its history, by direction and name of the dataset."""
    wanted = sorted(set(job_ids))
    found: dict[int, list[JobEdge]] = {}
    for part in parts(wanted, CHUNK):
        query = (
            select(
                EDGE.c.job_id,
                EDGE.c.dataset_id,
                EDGE.c.direction,
                EDGE.c.first_seen,
                EDGE.c.last_seen,
                DATASET.c.namespace,
                DATASET.c.name,
            )
            .join(DATASET, DATASET.c.id == EDGE.c.dataset_id)
            .where(EDGE.c.job_id.in_(part))
            .order_by(EDGE.c.job_id, EDGE.c.direction, DATASET.c.namespace, DATASET.c.name)
        )
        for row in session.execute(query):
            found.setdefault(row.job_id, []).append(
                JobEdge(
                    dataset_id=row.dataset_id,
                    dataset=DatasetId(row.namespace, row.name),
                    direction=Direction(row.direction),
                    first_seen=row.first_seen,
                    last_seen=row.last_seen,
                )
            )
    return found
