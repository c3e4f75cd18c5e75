"""What is stored of attempts, read many at a time: what their events are made of."""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.attempts import DAG_RUN, HISTORY
from airflow_lineage_provider.store.datasets import ALIAS, DATASET
from airflow_lineage_provider.store.edges import COLUMN_EDGE
from airflow_lineage_provider.store.facets import FACET
from airflow_lineage_provider.store.owners import dag_owners
from airflow_lineage_provider.store.run_facets import read_run_facets
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.schemas import SCHEMA, read_columns
from airflow_lineage_provider.store.tables import DatasetFacet, Job, JobFacet, Run
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK

JOB = core_table(Job)
RUN = core_table(Run)


@dataclass(frozen=True, slots=True)
class StoredLink:
    """A column of an output, or ``*`` for all its rows, and the column of an input it comes from."""

    output_column: str
    input: DatasetId
    input_column: str
    transformations: list[dict[str, Any]]


@dataclass(slots=True)
class StoredIo:
    """A dataset that an attempt read or wrote."""

    dataset: DatasetId
    direction: str
    evidence: int
    state: str
    rows: int | None
    bytes: int | None
    columns: list[Column]
    facets: dict[str, Any]
    aliases: list[tuple[DatasetId, str]]
    """(other name, how it is known)"""
    links: list[StoredLink] = field(default_factory=list)


@dataclass(slots=True)
class StoredAttempt:
    """An attempt with everything its events say."""

    run: Any
    """Row of the run with ``namespace``, ``name``, ``dag_id``, ``task_id`` and ``operator`` of its job."""
    is_archived: bool
    dag_run: Any | None
    """Row of Airflow's DAG run; ``None`` where it is gone."""
    run_facets: dict[str, Any]
    job_facets: dict[str, Any]
    owners: list[str]
    io: list[StoredIo]


def read_attempts(
    ti_ids: Sequence[UUID], is_wanted: Callable[[Any, bool], bool], *, session: Session
) -> list[StoredAttempt]:
    """Attempts by id, in that order; those without a run row or an OpenLineage run id are left out.

    :param is_wanted: asked with the row of a run and whether it is archived, before the rest is read.
    """
    found: dict[UUID, StoredAttempt] = {}
    for part in parts(ti_ids, CHUNK):
        found.update(_read(part, is_wanted, session))
    return [found[ti_id] for ti_id in ti_ids if ti_id in found]


def _read(
    ti_ids: Sequence[UUID], is_wanted: Callable[[Any, bool], bool], session: Session
) -> dict[UUID, StoredAttempt]:
    job_columns = (JOB.c.namespace, JOB.c.name, JOB.c.dag_id, JOB.c.task_id, JOB.c.operator)
    runs: Sequence[Any] = session.execute(
        select(RUN, *job_columns)
        .join(JOB, JOB.c.id == RUN.c.job_id)
        .where(RUN.c.ti_id.in_(ti_ids), RUN.c.openlineage_run_id.is_not(None))
    ).all()
    archived = set(
        session.scalars(select(HISTORY.c.task_instance_id).where(HISTORY.c.task_instance_id.in_(ti_ids)))
    )
    runs = [run for run in runs if is_wanted(run, run.ti_id in archived)]
    if not runs:
        return {}
    dag_runs = _dag_runs({run.dag_run_id for run in runs if run.dag_run_id is not None}, session)
    io = _io({run.id: run for run in runs}, session)
    run_facets = read_run_facets([run.id for run in runs], session=session)
    job_facets = _facets(core_table(JobFacet), "job_id", sorted({run.job_id for run in runs}), session)
    owners = dag_owners({run.dag_id for run in runs if run.dag_id}, session=session)
    return {
        run.ti_id: StoredAttempt(
            run=run,
            is_archived=run.ti_id in archived,
            dag_run=dag_runs.get((run.dag_run_id, run.run_id)),
            run_facets=run_facets.get(run.id, {}),
            job_facets=job_facets.get(run.job_id, {}),
            owners=owners.get(run.dag_id, []),
            io=io.get(run.id, []),
        )
        for run in runs
    }


def _dag_runs(ids: Collection[int], session: Session) -> dict[tuple[int, str], Any]:
    names = ("id", "run_id", "logical_date", "run_after", "clear_number")
    columns = [DAG_RUN.c[name] for name in (*names, "data_interval_start", "data_interval_end")]
    found = {}
    for part in parts(sorted(ids), CHUNK):
        for row in session.execute(select(*columns).where(DAG_RUN.c.id.in_(part))):
            # A DAG run that took over the id of a deleted one is another.
            found[row.id, row.run_id] = row
    return found


def _io(runs: dict[int, Any], session: Session) -> dict[int, list[StoredIo]]:
    rows = session.execute(
        select(RUN_IO, DATASET.c.namespace, DATASET.c.name, SCHEMA.c.columns)
        .join(DATASET, DATASET.c.id == RUN_IO.c.dataset_id)
        .outerjoin(SCHEMA, SCHEMA.c.id == RUN_IO.c.schema_id)
        .where(RUN_IO.c.run_id.in_(runs))
        .order_by(DATASET.c.namespace, DATASET.c.name, RUN_IO.c.direction)
    ).all()
    touched = sorted({row.dataset_id for row in rows})
    facets = _facets(core_table(DatasetFacet), "dataset_id", touched, session)
    aliases = _aliases(touched, session)
    links = _links({runs[row.run_id].job_id for row in rows if row.direction == "output"}, session)
    found: dict[int, list[StoredIo]] = defaultdict(list)
    for row in rows:
        run = runs[row.run_id]
        known = StoredIo(
            dataset=DatasetId(row.namespace, row.name),
            direction=row.direction,
            evidence=row.evidence,
            state=row.state,
            rows=row.row_count,
            bytes=row.byte_count,
            columns=read_columns(row.columns) if row.columns else [],
            facets=facets.get(row.dataset_id, {}),
            aliases=aliases.get(row.dataset_id, []),
        )
        if row.direction == "output":
            # What the job once did and did not do this time is no lineage of this run.
            known.links = [
                link
                for last_run_id, last_seen, link in links.get((run.job_id, row.dataset_id), ())
                if last_run_id == run.id or (run.started_at is not None and last_seen >= run.started_at)
            ]
        found[row.run_id].append(known)
    return found


def _links(job_ids: Collection[int], session: Session) -> dict[tuple[int, int], list[Any]]:
    found: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for part in parts(sorted(job_ids), CHUNK):
        query = (
            select(COLUMN_EDGE, DATASET.c.namespace, DATASET.c.name)
            .join(DATASET, DATASET.c.id == COLUMN_EDGE.c.input_dataset_id)
            .where(COLUMN_EDGE.c.job_id.in_(part), COLUMN_EDGE.c.input_column.is_not(None))
            .order_by(COLUMN_EDGE.c.output_column, DATASET.c.namespace, DATASET.c.name, COLUMN_EDGE.c.digest)
        )
        for row in session.execute(query):
            link = StoredLink(
                row.output_column,
                DatasetId(row.namespace, row.name),
                row.input_column,
                json.loads(row.transformations),
            )
            found[row.job_id, row.output_dataset_id].append((row.last_run_id, row.last_seen, link))
    return found


def _aliases(dataset_ids: Sequence[int], session: Session) -> dict[int, list[tuple[DatasetId, str]]]:
    found: dict[int, list[tuple[DatasetId, str]]] = defaultdict(list)
    for part in parts(dataset_ids, CHUNK):
        query = select(ALIAS).where(ALIAS.c.dataset_id.in_(part)).order_by(ALIAS.c.namespace, ALIAS.c.name)
        for row in session.execute(query):
            found[row.dataset_id].append((DatasetId(row.namespace, row.name), row.origin))
    return found


def _facets(table: Table, owner: str, ids: Sequence[int], session: Session) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for part in parts(ids, CHUNK):
        query = (
            select(table.c[owner], table.c.name, FACET.c.body)
            .join(FACET, FACET.c.id == table.c.facet_id)
            .where(table.c[owner].in_(part))
        )
        for owner_id, name, body in session.execute(query):
            found[owner_id][name] = json.loads(zlib.decompress(body))
    return found
