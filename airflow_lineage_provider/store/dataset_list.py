"""Known datasets, for lists and searches."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.edges import EDGE
from airflow_lineage_provider.store.identity import canonical_namespace
from airflow_lineage_provider.store.schemas import current_schemas


def list_datasets(
    *, namespace: str | None = None, search: str | None = None, limit: int, session: Session
) -> list[dict[str, Any]]:
    """``{"namespace", "name", "writers", "readers", "last_seen", "columns"}`` by namespace and name."""

    def jobs(direction: Direction) -> Any:
        return (
            select(func.count())
            .select_from(EDGE)
            .where(EDGE.c.dataset_id == DATASET.c.id, EDGE.c.direction == direction.value)
            .scalar_subquery()
        )

    last_seen = select(func.max(EDGE.c.last_seen)).where(EDGE.c.dataset_id == DATASET.c.id).scalar_subquery()
    query = (
        select(
            DATASET.c.id,
            DATASET.c.namespace,
            DATASET.c.name,
            jobs(Direction.OUTPUT).label("writers"),
            jobs(Direction.INPUT).label("readers"),
            last_seen.label("last_seen"),
        )
        .order_by(DATASET.c.namespace, DATASET.c.name)
        .limit(limit)
    )
    if namespace:
        query = query.where(DATASET.c.namespace.in_({namespace, canonical_namespace(namespace)}))
    if search:
        query = query.where(func.lower(DATASET.c.name).contains(search.lower(), autoescape=True))
    rows = session.execute(query).all()
    schemas = current_schemas([row.id for row in rows], session=session)
    return [
        {
            "namespace": row.namespace,
            "name": row.name,
            "writers": row.writers,
            "readers": row.readers,
            "last_seen": row.last_seen.isoformat() if row.last_seen else None,
            "columns": [column.to_wire() for column in schemas[row.id].columns] if row.id in schemas else [],
        }
        for row in rows
    ]
