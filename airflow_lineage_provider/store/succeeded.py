"""Which runs count as successful: Airflow's own word for attempts, their own end for runs of other producers."""

from __future__ import annotations

from sqlalchemy import and_, case, null, or_

from airflow_lineage_provider.model.attempt import Capture
from airflow_lineage_provider.store.attempts import TI
from airflow_lineage_provider.store.ingest import JOB, RUN

SUCCESS = "success"
# Most of our rows say it themselves: then there is nothing to look up.
IN_DOUBT = TI.c.id == case((RUN.c.state == SUCCESS, null()), else_=RUN.c.ti_id)
"""For an outer join of Airflow's task instances: our row may lag behind Airflow's, so both are asked."""

HAS_SUCCEEDED = or_(RUN.c.state == SUCCESS, TI.c.state == SUCCESS)
"""Whoever says so of the run: needs the runs, and Airflow's task instances joined by :data:`IN_DOUBT`."""

SUCCEEDED = and_(
    HAS_SUCCEEDED,
    # For a task of ours only its own attempts speak, not what another producer tells of it.
    or_(JOB.c.dag_id.is_(None), RUN.c.capture != Capture.EXTERNAL.value),
)
"""Likewise, and needs the jobs too."""
