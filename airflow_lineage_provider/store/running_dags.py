"""DAGs with runs under way."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.attempts import DAG_RUN

# Only what has been started: a run that waits is what holding its DAG back leaves behind, and must not end that.
_RUNNING = select(DAG_RUN.c.dag_id).where(DAG_RUN.c.state == "running").distinct()


def running_dags(*, session: Session) -> frozenset[str]:
    """DAGs with a run that has been started and not ended; Airflow has an index of those."""
    return frozenset(session.scalars(_RUNNING))
