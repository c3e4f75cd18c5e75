"""Names of tasks that other producers used before Airflow did: nothing they said stays with the task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.tables import (
    ColumnEdge,
    DatasetSchema,
    Edge,
    Event,
    Job,
    JobFacet,
    Link,
    Run,
    RunFacet,
    RunIo,
)
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK

JOB, RUN, EVENT = core_table(Job), core_table(Run), core_table(Event)
_OF_JOBS: tuple[Table, ...] = tuple(map(core_table, (Edge, Link, ColumnEdge, JobFacet)))
_OF_RUNS: tuple[Table, ...] = tuple(map(core_table, (RunIo, RunFacet)))
_NAMED_RUNS: tuple[Table, ...] = (EVENT, core_table(DatasetSchema))
"""Where a run's row is named without a foreign key: SQLite hands out the id of its newest row again."""


def take_over(job_id: int, values: Mapping[str, Any], *, session: Session) -> None:
    """Make a bare job row a task's, unless another server has done it; the row is locked from then on.

    Who told something about the name before there was a DAG of it may not have been allowed to since. Their
    events stay, and which jobs the task starts does too.

    :param values: the job's columns, ``dag_id`` among them.
    """
    taken: Any = session.execute(
        JOB.update().where(JOB.c.id == job_id, JOB.c.dag_id.is_(None)).values(**values, parent_id=None)
    )
    if not taken.rowcount:
        return
    for table in _OF_JOBS:
        session.execute(table.delete().where(table.c.job_id == job_id))
    session.execute(EVENT.update().where(EVENT.c.job_id == job_id).values(job_id=None))
    told = select(RUN.c.id).where(RUN.c.job_id == job_id, RUN.c.ti_id.is_(None))
    runs = session.scalars(told.order_by(RUN.c.id).with_for_update()).all()
    for part in parts(runs, CHUNK):
        for table in _NAMED_RUNS:
            session.execute(table.update().where(table.c.run_id.in_(part)).values(run_id=None))
        for table in _OF_RUNS:
            session.execute(table.delete().where(table.c.run_id.in_(part)))
        session.execute(RUN.delete().where(RUN.c.id.in_(part)))
