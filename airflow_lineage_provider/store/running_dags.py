"""DAGs with runs under way."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.attempts import DAG_RUN

_RUNNING = select(DAG_RUN.c.dag_id).where(DAG_RUN.c.state.in_(("running", "queued"))).distinct()


def running_dags(*, session: Session) -> frozenset[str]:
    """DAGs with a run that waits or runs; Airflow has an index of those."""
    return frozenset(session.scalars(_RUNNING))
