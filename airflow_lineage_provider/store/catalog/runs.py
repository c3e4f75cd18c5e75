"""Runs: one by its id, those of a job, and the newest ones of many jobs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.catalog.event_mask import masked_facets
from airflow_lineage_provider.store.catalog.facets import facets_of_runs
from airflow_lineage_provider.store.catalog.job_edges import edges_of
from airflow_lineage_provider.store.catalog.page import Page, page_ids
from airflow_lineage_provider.store.catalog.sight import Sight, open_facets
from airflow_lineage_provider.store.catalog.versions import (
    JobEdge,
    SchemaVersion,
    job_version,
    schema_versions,
    version_at,
)
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.job_sources import sources_of
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.upsert import CHUNK


@dataclass(frozen=True, slots=True)
class RunInput:
    """A dataset that a run read or wrote, in the version that it met."""

    dataset_id: int
    dataset: DatasetId
    direction: Direction
    version: UUID | None


@dataclass(frozen=True, slots=True)
class RunView:
    """One run of a job."""

    row_id: int
    run_id: UUID | None
    """How OpenLineage knows it; an attempt of which nobody knows that has Airflow's id of the attempt."""
    job_id: int
    namespace: str
    name: str
    job_version: UUID
    state: str | None
    started_at: datetime | None
    ended_at: datetime | None
    recorded_at: datetime
    io: tuple[RunInput, ...]
    facets: Mapping[str, Any]


def run_uuid(row: Any) -> UUID | None:
    """Id of a run for other systems."""
    found: UUID | None = row.openlineage_run_id or row.ti_id
    return found


def latest_runs(
    edges: Mapping[int, Sequence[JobEdge]], count: int, sight: Sight, *, detailed: bool
) -> dict[int, list[RunView]]:
    """The newest runs by job, newest first.

    :param edges: job to what it reads and writes.
    :param detailed: the newest of each job comes with its facets and what it touched; the others never do.
    """
    by_job = latest_run_ids(edges, count, session=sight.session)
    ids = [run_id for runs in by_job.values() for run_id in runs]
    newest = {runs[0] for runs in by_job.values()} if detailed else set()
    found: dict[int, list[RunView]] = {}
    for run in describe_runs(ids, sight, detailed=newest, edges=edges):
        found.setdefault(run.job_id, []).append(run)
    return found


def latest_run_ids(job_ids: Collection[int], count: int, *, session: Session) -> dict[int, list[int]]:
    """Row ids of the newest runs by job: steps down an index for each, however long its history is."""
    wanted = sorted(set(job_ids))
    found: dict[int, list[int]] = {}
    for part in parts(wanted, CHUNK):
        query = select(JOB.c.id, *(_newest(place) for place in range(count))).where(JOB.c.id.in_(part))
        for job_id, *runs in session.execute(query):
            if ids := [run_id for run_id in runs if run_id is not None]:
                found[job_id] = ids
    return found


def newest_state() -> Any:
    """State of a job's newest run, for use in a query over jobs."""
    return (
        select(RUN.c.state)
        .where(RUN.c.job_id == JOB.c.id)
        .order_by(RUN.c.id.desc())
        .limit(1)
        .correlate(JOB)
        .scalar_subquery()
    )


def runs_of_job(job_id: int, sight: Sight, *, limit: int, offset: int) -> Page[RunView]:
    """Runs of one job, newest first."""
    query = select(RUN.c.id).where(RUN.c.job_id == job_id).order_by(RUN.c.id.desc())
    ids, total = page_ids(query, None, limit=limit, offset=offset, session=sight.session)
    return Page(tuple(describe_runs(ids, sight)), total)


def find_run(run_id: UUID, sight: Sight) -> RunView | None:
    """The run of an id; of several that share it an attempt of Airflow's first, then the newest that may be seen."""
    row_id = find_run_row(run_id, sight)
    return next(iter(describe_runs([row_id], sight)), None) if row_id is not None else None


def find_run_row(run_id: UUID, sight: Sight) -> int | None:
    """Row id of the run of an id."""
    query = (
        select(RUN.c.id, RUN.c.job_id)
        .where(or_(RUN.c.openlineage_run_id == run_id, RUN.c.ti_id == run_id))
        .order_by(RUN.c.ti_id.is_(None), RUN.c.id.desc())
        .limit(1_000)
    )
    rows = sight.session.execute(query).all()
    seen = sight.jobs({row.job_id for row in rows})
    return next((row.id for row in rows if row.job_id in seen), None)


def describe_runs(
    row_ids: Sequence[int],
    sight: Sight,
    *,
    detailed: Collection[int] | None = None,
    edges: Mapping[int, Sequence[JobEdge]] | None = None,
) -> list[RunView]:
    """Runs in the order of the ids.

    :param detailed: those that come with what they touched and their facets; ``None``: all.
    :param edges: of their jobs, where the caller has them.
    """
    session = sight.session
    chosen = set(row_ids if detailed is None else detailed)
    rows = {row.id: row for row in _rows(row_ids, _RUNS, RUN.c.id, session=session)}
    if not rows:
        return []
    io: dict[int, list[Any]] = {}
    for row in _rows(chosen, _IO, RUN_IO.c.run_id, session=session):
        io.setdefault(row.run_id, []).append(row)
    touched = {row.dataset_id for entries in io.values() for row in entries}
    versions = schema_versions(touched, session=session)
    sources = (
        {}
        if sight.access.has_sensitive
        else sources_of({row.job_id for row in rows.values()}, session=session)
    )
    hidden = sight.hidden_columns(touched.union(*sources.values()))
    if edges is None:
        edges = edges_of({row.job_id for row in rows.values()}, session=session)
    facets = masked_facets(facets_of_runs(chosen, session=session), sight)
    found = []
    for row_id in row_ids:
        if row_id not in rows:
            continue
        row = rows[row_id]
        entries = io.get(row_id, [])
        own = facets.get(row_id, {})
        told = {entry.dataset_id for entry in entries} | sources.get(row.job_id, set())
        found.append(
            RunView(
                row_id=row_id,
                run_id=run_uuid(row),
                job_id=row.job_id,
                namespace=row.namespace,
                name=row.name,
                job_version=job_version(row.namespace, row.name, edges.get(row.job_id, [])),
                state=row.state,
                started_at=row.started_at,
                ended_at=row.ended_at,
                recorded_at=row.recorded_at,
                io=tuple(_touched(entry, row, versions) for entry in entries),
                # SQL text tells of columns, and so may anything that a producer makes up.
                facets=open_facets(own) if any(dataset_id in hidden for dataset_id in told) else own,
            )
        )
    return found


_RUNS = select(
    RUN.c.id,
    RUN.c.job_id,
    RUN.c.ti_id,
    RUN.c.openlineage_run_id,
    RUN.c.state,
    RUN.c.started_at,
    RUN.c.ended_at,
    RUN.c.recorded_at,
    JOB.c.namespace,
    JOB.c.name,
).join(JOB, JOB.c.id == RUN.c.job_id)

_IO = (
    select(
        RUN_IO.c.run_id,
        RUN_IO.c.dataset_id,
        RUN_IO.c.direction,
        RUN_IO.c.schema_id,
        DATASET.c.namespace,
        DATASET.c.name,
    )
    .join(DATASET, DATASET.c.id == RUN_IO.c.dataset_id)
    .order_by(RUN_IO.c.run_id, RUN_IO.c.direction, DATASET.c.namespace, DATASET.c.name)
)


def _rows(ids: Iterable[int], query: Select[Any], column: Any, *, session: Session) -> list[Any]:
    wanted = sorted(set(ids))
    found: list[Any] = []
    for part in parts(wanted, CHUNK):
        found += session.execute(query.where(column.in_(part)))
    return found


def _touched(entry: Any, run: Any, versions: Mapping[int, Sequence[SchemaVersion]]) -> RunInput:
    met = version_at(
        versions.get(entry.dataset_id, ()), entry.schema_id, run.ended_at or run.started_at or run.recorded_at
    )
    return RunInput(
        dataset_id=entry.dataset_id,
        dataset=DatasetId(entry.namespace, entry.name),
        direction=Direction(entry.direction),
        version=met.version if met else None,
    )


def _newest(place: int) -> Any:
    return (
        select(RUN.c.id)
        .where(RUN.c.job_id == JOB.c.id)
        .order_by(RUN.c.id.desc())
        .limit(1)
        .offset(place)
        .correlate(JOB)
        .scalar_subquery()
        .label(f"run_{place}")
    )
