"""Jobs with what they read and write, their facets and newest runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import identity_digest
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.catalog.event_mask import masked_facets
from airflow_lineage_provider.store.catalog.facets import JOB_FACET, facets_of
from airflow_lineage_provider.store.catalog.job_edges import edges_of
from airflow_lineage_provider.store.catalog.page import Page, page_ids
from airflow_lineage_provider.store.catalog.runs import RunView, latest_runs, newest_state
from airflow_lineage_provider.store.catalog.secret_jobs import secret_jobs
from airflow_lineage_provider.store.catalog.sight import Sight, open_facets
from airflow_lineage_provider.store.catalog.versions import JobEdge, job_version
from airflow_lineage_provider.store.ingest import JOB
from airflow_lineage_provider.store.upsert import CHUNK

LATEST_RUNS = 10
"""Runs that a job is shown with."""


@dataclass(frozen=True, slots=True)
class JobView:
    """One job."""

    row_id: int
    namespace: str
    name: str
    dag_id: str | None
    task_id: str | None
    operator: str | None
    parent_name: str | None
    """``None``: it has no parent, or one that the reader may not know."""
    first_seen: datetime
    updated_at: datetime
    version: UUID
    edges: tuple[JobEdge, ...]
    runs: tuple[RunView, ...]
    """Newest first."""
    facets: Mapping[str, Any]


def list_jobs(
    namespace: str | None, states: Collection[str | None], sight: Sight, *, limit: int, offset: int
) -> Page[JobView]:
    """Jobs by namespace and name.

    :param namespace: ``None`` for all.
    :param states: states of the newest run, of which one must be met; empty for any. ``None`` is no state yet.
    """
    query = select(JOB.c.id).order_by(JOB.c.namespace, JOB.c.name, JOB.c.id)
    if namespace is not None:
        query = query.where(JOB.c.namespace == namespace)
    if states:
        words = [state for state in states if state is not None]
        newest = newest_state()
        is_met = newest.in_(words)
        query = query.where(is_met | newest.is_(None) if None in states else is_met)
    ids, total = page_ids(query, sight.job_filter, limit=limit, offset=offset, session=sight.session)
    return Page(tuple(describe_jobs(ids, sight)), total)


def find_job(namespace: str, name: str, sight: Sight) -> int | None:
    """Row id of a job that may be seen."""
    digest = identity_digest(namespace, name)
    row_id = sight.session.scalar(select(JOB.c.id).where(JOB.c.digest == digest))
    return row_id if row_id is not None and row_id in sight.jobs([row_id]) else None


def describe_jobs(
    row_ids: Sequence[int], sight: Sight, *, runs: int = LATEST_RUNS, detailed: bool = True
) -> list[JobView]:
    """Jobs in the order of the ids, each with its newest runs.

    :param detailed: the newest run comes with its facets and what it touched.
    """
    session = sight.session
    rows = _rows(row_ids, session=session)
    edges = edges_of(rows, session=session)
    facets = masked_facets(facets_of(JOB_FACET, "job_id", rows, session=session), sight)
    latest = latest_runs({row_id: edges.get(row_id, []) for row_id in rows}, runs, sight, detailed=detailed)
    secret = secret_jobs(rows, sight)
    parents = _parents({row.parent_id for row in rows.values() if row.parent_id is not None}, sight)
    found = []
    for row_id in row_ids:
        if row_id not in rows:
            continue
        row, known, newest = rows[row_id], edges.get(row_id, []), latest.get(row_id, [])
        own = facets.get(row_id, {})
        moments = [edge.last_seen for edge in known] + [run.recorded_at for run in newest[:1]]
        found.append(
            JobView(
                row_id=row_id,
                namespace=row.namespace,
                name=row.name,
                dag_id=row.dag_id,
                task_id=row.task_id,
                operator=row.operator,
                parent_name=parents.get(row.parent_id),
                first_seen=row.first_seen,
                updated_at=max(moments, default=row.first_seen),
                version=job_version(row.namespace, row.name, known),
                edges=tuple(known),
                runs=tuple(newest),
                facets=open_facets(own) if row_id in secret else own,
            )
        )
    return found


def _parents(ids: Collection[int], sight: Sight) -> dict[int, str]:
    rows = _rows(sight.jobs(ids), session=sight.session)
    return {row_id: row.name for row_id, row in rows.items()}


def _rows(ids: Collection[int], *, session: Session) -> dict[int, Any]:
    wanted = sorted(set(ids))
    found: dict[int, Any] = {}
    for part in parts(wanted, CHUNK):
        for row in session.execute(select(JOB).where(JOB.c.id.in_(part))):
            found[row.id] = row
    return found
