"""What happened since a moment that may change a verdict, as far as it is cheap to tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.contract_bodies import CONTRACT
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.heard_runs import heard_runs
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.tables import ContractDataset, ContractProblem, Owner, core_table

_BINDING, _PROBLEM, _OWNER = core_table(ContractDataset), core_table(ContractProblem), core_table(Owner)


@dataclass(frozen=True, slots=True)
class Touched:
    """Datasets and DAGs of runs that something was heard of."""

    digests: frozenset[str]
    dag_ids: frozenset[str]


def newest_run(*, session: Session) -> int:
    """Row id of the newest run; 0 without any."""
    return session.scalar(select(func.max(RUN.c.id))) or 0


def touched_since(moment: datetime, newest: int, *, session: Session) -> Touched:
    """What was touched by runs that something was heard of since.

    :param newest: row id of the newest run at that moment: see :func:`store.heard_runs.heard_runs`.
    """
    heard = heard_runs(moment, newest)
    datasets = (
        select(DATASET.c.digest)
        .join(RUN_IO, RUN_IO.c.dataset_id == DATASET.c.id)
        .join(heard, heard.c.id == RUN_IO.c.run_id)
        .distinct()
    )
    dags = (
        select(JOB.c.dag_id)
        .join(RUN, RUN.c.job_id == JOB.c.id)
        .join(heard, heard.c.id == RUN.c.id)
        .where(JOB.c.dag_id.is_not(None))
    )
    return Touched(frozenset(session.scalars(datasets)), frozenset(session.scalars(dags.distinct())))


def register_marks(*, session: Session) -> list[Any]:
    """Counts and ends of contracts, their bindings and owners: the same as long as none of them changed."""
    marks: list[Any] = []
    for query in (
        select(func.count(), func.max(CONTRACT.c.id), func.max(CONTRACT.c.applied_at)).select_from(CONTRACT),
        select(func.count(), func.max(CONTRACT.c.id)).where(CONTRACT.c.is_current.is_(True)),
        select(func.count(_BINDING.c.digest), func.max(_BINDING.c.contract_id)),
        select(func.count(), func.max(_PROBLEM.c.id), func.max(_PROBLEM.c.seen_at)).select_from(_PROBLEM),
        select(func.count(), func.max(_OWNER.c.id), func.max(_OWNER.c.set_at)).select_from(_OWNER),
    ):
        marks += [str(value) for value in session.execute(query).one()]
    return marks
