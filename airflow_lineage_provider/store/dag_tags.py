"""Tags of DAGs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from airflow.models.dag import DagTag
from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.upsert import CHUNK, some

TAG: Any = DagTag.__table__
_TAGS = select(TAG.c.dag_id, TAG.c.name).where(TAG.c.dag_id.in_(some()))


def tags_of_dags(dag_ids: Collection[str], *, session: Session) -> dict[str, frozenset[str]]:
    """By DAG; those without any are left out."""
    wanted = sorted(set(dag_ids))
    found: dict[str, set[str]] = {}
    for part in parts(wanted, CHUNK):
        for dag_id, name in session.execute(_TAGS, {"some": part}):
            found.setdefault(dag_id, set()).add(name)
    return {dag_id: frozenset(tags) for dag_id, tags in found.items()}
