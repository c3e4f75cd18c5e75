"""Which jobs and runs are this Airflow's own: what it says of them itself, nobody else may say."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from airflow.models.dag import DagModel
from sqlalchemy import bindparam, literal_column, select, union_all
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.openlineage.event import JobRef
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.attempts import HISTORY, TI
from airflow_lineage_provider.store.tables import Job, Run
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK

DAG: Any = DagModel.__table__
JOB = core_table(Job)
RUN = core_table(Run)
_MAX_DAG_ID = 250
_OWN_RUN: Any = union_all(
    select(literal_column("1")).where(
        RUN.c.openlineage_run_id == bindparam("openlineage"), RUN.c.ti_id.is_not(None)
    ),
    *(
        select(literal_column("1")).where(column == bindparam(name))
        for name, column in (
            ("known", RUN.c.ti_id),
            ("live", TI.c.id),
            ("archived", HISTORY.c.task_instance_id),
        )
    ),
)
_OWN_RUN_IDS = ("openlineage", "known", "live", "archived")
"""Ids that a reader may ask for a run by: Airflow's own of an attempt too, before anything is recorded of it."""


def is_own_job(job: JobRef, *, session: Session) -> bool:
    """Whether a job of this Airflow's namespace is one of its DAGs or tasks, now or in our history."""
    known = select(JOB.c.id).where(JOB.c.digest == job.digest, JOB.c.dag_id.is_not(None))
    if session.scalar(known) is not None:
        return True
    # Ids of DAGs may hold dots, as the names of tasks in groups do.
    words = job.name.split(".")
    names = [".".join(words[:count]) for count in range(1, min(len(words), _MAX_DAG_ID) + 1)]
    ids = [name for name in names if len(name) <= _MAX_DAG_ID]
    for part in parts(ids, CHUNK):
        dags = select(DAG.c.dag_id).where(DAG.c.dag_id.in_(part))
        if session.scalar(dags.limit(1)) is not None:
            return True
    return False


def is_own_run(run_id: UUID, *, session: Session) -> bool:
    """Whether an OpenLineage run id is one of an attempt of this Airflow: its OpenLineage id, or Airflow's own."""
    return session.execute(_OWN_RUN, dict.fromkeys(_OWN_RUN_IDS, run_id)).first() is not None
