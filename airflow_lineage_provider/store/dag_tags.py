"""Tags of a DAG."""

from __future__ import annotations

from typing import Any

from airflow.models.dag import DagTag
from sqlalchemy import select
from sqlalchemy.orm import Session

TAG: Any = DagTag.__table__


def tags_of(dag_id: str, *, session: Session) -> set[str]:
    """Names of its tags, as its newest version has them."""
    return set(session.scalars(select(TAG.c.name).where(TAG.c.dag_id == dag_id)))
