"""Everything about one dataset on one page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.dataset_names import MOST_NAMES
from airflow_lineage_provider.store.dataset_writes import Write, newest_writes
from airflow_lineage_provider.store.datasets import ALIAS, DATASET
from airflow_lineage_provider.store.edges import EDGE
from airflow_lineage_provider.store.found_dataset import FoundDataset
from airflow_lineage_provider.store.freshness import Freshness, freshness_of
from airflow_lineage_provider.store.ingest import JOB
from airflow_lineage_provider.store.masking import NOTHING, ShownColumn, hidden_columns, show_columns
from airflow_lineage_provider.store.run_refs import RunRef, read_refs, seen
from airflow_lineage_provider.store.schemas import current_schemas
from airflow_lineage_provider.store.sensitive_columns import BINDING, CONTRACT
from airflow_lineage_provider.store.upsert import CHUNK
from airflow_lineage_provider.store.visibility import visible_jobs

MOST_JOBS = 200
"""Writers, and readers, that are listed: those with the newest runs."""
MOST_EDGES = 5_000
RECENT_WRITES = 200
"""Runs that are read for freshness and trend: a mapped task writes with many."""
TREND = 20


@dataclass(frozen=True, slots=True)
class OtherName:
    """A name that leads to the dataset, and how that is known."""

    namespace: str
    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class BoundContract:
    """A contract in force that speaks for the dataset."""

    contract_id: str
    version: str
    status: str | None
    schema_name: str
    bound_by: str


@dataclass(frozen=True, slots=True)
class JobOfDataset:
    """A job that reads or writes the dataset."""

    namespace: str
    name: str
    dag_id: str | None
    task_id: str | None
    operator: str | None
    evidence: tuple[str, ...]
    runs: int
    last_seen: datetime
    last_run: RunRef | None
    """``None`` where it is not kept any more."""


@dataclass(frozen=True, slots=True)
class JobsOfDataset:
    """Jobs on one side of the dataset."""

    jobs: tuple[JobOfDataset, ...]
    total: int
    """With those that are not listed, or that the reader may not see."""
    masked: int


@dataclass(frozen=True, slots=True)
class RowCount:
    """How much a write wrote."""

    run_id: int
    """Row id."""
    at: datetime
    rows: int | None
    bytes: int | None


@dataclass(frozen=True, slots=True)
class DatasetProfile:
    """A dataset as a reader may see it."""

    namespace: str
    name: str
    first_seen: datetime
    aliases: tuple[OtherName, ...]
    columns: tuple[ShownColumn, ...]
    columns_since: datetime | None
    contracts: tuple[BoundContract, ...]
    writers: JobsOfDataset
    readers: JobsOfDataset
    freshness: Freshness
    trend: tuple[RowCount, ...]
    """The last writes that ended well and were counted, newest first."""


def read_profile(dataset: FoundDataset, access: Access, *, now: datetime, session: Session) -> DatasetProfile:
    """Profile of a dataset that the reader may see."""
    first_seen = session.scalar(select(DATASET.c.first_seen).where(DATASET.c.id == dataset.id))
    aliases = session.execute(
        select(ALIAS.c.digest, ALIAS.c.namespace, ALIAS.c.name, ALIAS.c.origin)
        .where(ALIAS.c.dataset_id == dataset.id)
        .order_by(ALIAS.c.namespace, ALIAS.c.name)
        .limit(MOST_NAMES)
    ).all()
    schema = current_schemas([dataset.id], session=session).get(dataset.id)
    hidden = hidden_columns([dataset.id], access, session=session).get(dataset.id, NOTHING)
    writes = newest_writes(dataset.id, limit=RECENT_WRITES, session=session)
    shown = {run.id for run in seen([write.run for write in writes], access, session=session)}
    return DatasetProfile(
        namespace=dataset.namespace,
        name=dataset.name,
        first_seen=first_seen or now,
        aliases=tuple(OtherName(alias.namespace, alias.name, alias.origin) for alias in aliases),
        columns=show_columns(schema.columns, hidden) if schema else (),
        columns_since=schema.valid_from if schema else None,
        contracts=_contracts([dataset.digest, *(alias.digest for alias in aliases)], session=session),
        writers=_jobs(dataset.id, Direction.OUTPUT, access, session=session),
        readers=_jobs(dataset.id, Direction.INPUT, access, session=session),
        freshness=freshness_of(writes, now),
        trend=_trend([write for write in writes if write.run.id in shown]),
    )


def _contracts(digests: list[str], *, session: Session) -> tuple[BoundContract, ...]:
    rows: list[Any] = []
    for part in parts(digests, CHUNK):
        rows += session.execute(
            select(
                CONTRACT.c.contract_id,
                CONTRACT.c.version,
                CONTRACT.c.status,
                BINDING.c.schema_name,
                BINDING.c.bound_by,
            )
            .join(BINDING, BINDING.c.contract_id == CONTRACT.c.id)
            .where(BINDING.c.digest.in_(part), CONTRACT.c.is_current.is_(True))
        )
    return tuple(BoundContract(*row) for row in sorted(set(map(tuple, rows)), key=str))


def _jobs(dataset_id: int, direction: Direction, access: Access, *, session: Session) -> JobsOfDataset:
    mine = (EDGE.c.dataset_id == dataset_id, EDGE.c.direction == direction.value)
    total = session.scalar(select(func.count()).select_from(EDGE).where(*mine)) or 0
    rows = session.execute(
        select(
            JOB.c.id,
            JOB.c.namespace,
            JOB.c.name,
            JOB.c.dag_id,
            JOB.c.task_id,
            JOB.c.operator,
            EDGE.c.evidence,
            EDGE.c.runs,
            EDGE.c.last_seen,
            EDGE.c.last_run_id,
        )
        .join(JOB, JOB.c.id == EDGE.c.job_id)
        .where(*mine)
        .order_by(EDGE.c.last_seen.desc(), JOB.c.id)
        .limit(MOST_JOBS if access.is_unrestricted else MOST_EDGES)
    ).all()
    jobs = visible_jobs({row.id for row in rows}, access, session=session)
    listed = [row for row in rows if row.id in jobs][:MOST_JOBS]
    runs = read_refs({row.last_run_id for row in listed}, access, session=session)
    return JobsOfDataset(
        jobs=tuple(
            JobOfDataset(
                namespace=row.namespace,
                name=row.name,
                dag_id=row.dag_id,
                task_id=row.task_id,
                operator=row.operator,
                evidence=Evidence(row.evidence).names,
                runs=row.runs,
                last_seen=row.last_seen,
                last_run=runs.get(row.last_run_id),
            )
            for row in listed
        ),
        total=total,
        masked=0 if access.is_unrestricted else total - len(jobs),
    )


def _trend(writes: list[Write]) -> tuple[RowCount, ...]:
    counted = [write for write in writes if write.ended_well and (write.rows, write.bytes) != (None, None)]
    counted.sort(key=lambda write: (write.run.at, write.run.id), reverse=True)
    return tuple(RowCount(write.run.id, write.run.at, write.rows, write.bytes) for write in counted[:TREND])
