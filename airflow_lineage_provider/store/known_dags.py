"""Whether there is, or was, such a DAG."""

from __future__ import annotations

from airflow.models.dag import DagModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.ingest import JOB


def is_known_dag(dag_id: str, *, session: Session) -> bool:
    """Whether Airflow knows it, or a task of it left lineage."""
    known = session.scalar(select(DagModel.dag_id).where(DagModel.dag_id == dag_id))
    return (
        known is not None
        or session.execute(select(JOB.c.id).where(JOB.c.dag_id == dag_id).limit(1)).first() is not None
    )


def is_live_dag(dag_id: str, *, session: Session) -> bool:
    """Whether Airflow has it today."""
    query = select(DagModel.dag_id).where(DagModel.dag_id == dag_id, DagModel.is_stale.is_(False))
    return session.scalar(query) is not None
