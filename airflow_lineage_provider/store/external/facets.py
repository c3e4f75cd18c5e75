"""Facets of an event: of its run, its job and its datasets, each name's newest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.openlineage.event import LineageEvent, ParentRef
from airflow_lineage_provider.store.classifications import keep_classifications
from airflow_lineage_provider.store.external.facet_bodies import kept_bodies
from airflow_lineage_provider.store.external.told import Told
from airflow_lineage_provider.store.facets import (
    FacetBody,
    FacetLinks,
    add_facets,
    facet_body,
    facet_links,
    link_all,
)
from airflow_lineage_provider.store.quality_checks import keep_checks
from airflow_lineage_provider.store.quality_results import results_by_row
from airflow_lineage_provider.store.tables import DatasetFacet, JobFacet, RunFacet
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.told_owners import TOLD_OWNERS, told_owner_facets

PARENT = "parent"
PARENT_JOB = "parentJob"
"""Facet of a job, of our making: which job starts it, kept as a facet to know the newest word on it."""
_PARENT_NAMES = (PARENT, "parentRun")

_RUN = facet_links(core_table(RunFacet), "run_id")
_JOB = facet_links(core_table(JobFacet), "job_id")
_DATASET = facet_links(core_table(DatasetFacet), "dataset_id")


@dataclass(frozen=True, slots=True)
class Changed:
    """Whether an event is the newest word on what stands above."""

    run_parent: bool
    job_parent: bool


def link_event_facets(
    event: LineageEvent,
    told: Told,
    ids: Mapping[DatasetId, int],
    entitled: Collection[DatasetId],
    *,
    at: datetime,
    run_id: int | None,
    job_id: int | None,
    session: Session,
) -> Changed:
    """Store an event's facets and link them where they are the newest; the caller holds the rows' locks.

    :param entitled: datasets whose owners the sender may name.
    """
    facets: dict[FacetLinks, dict[int, dict[str, FacetBody]]] = {
        _RUN: {run_id: kept_bodies(_run_facets(event))} if run_id is not None else {},
        _JOB: {job_id: kept_bodies(_job_facets(event))} if job_id is not None else {},
        _DATASET: {},
    }
    for dataset, told_facets in told.touched.facets.items():
        add_facets(facets[_DATASET].setdefault(ids[dataset], {}), kept_bodies(told_facets))
    keep_classifications(facets[_DATASET], session=session)
    owned = {dataset: facets for dataset, facets in told.touched.facets.items() if dataset in entitled}
    for row_id, owners in told_owner_facets(owned, ids, session=session).items():
        facets[_DATASET].setdefault(row_id, {})[TOLD_OWNERS] = facet_body(owners)
    changed = link_all(facets, seen_at=at, session=session)
    if event.job is not None:
        results = results_by_row(told.touched.facets, event.run_facets, ids)
        keep_checks(results, at=at, job=event.job.name, run_id=run_id, session=session)
    return Changed(
        run_parent=any(links is _RUN and name == PARENT for links, _, name in changed),
        job_parent=any(links is _JOB and name == PARENT_JOB for links, _, name in changed),
    )


def _run_facets(event: LineageEvent) -> dict[str, Any]:
    facets = {name: body for name, body in event.run_facets.items() if name not in _PARENT_NAMES}
    if event.parent is not None:
        sent: Any = next((event.run_facets[name] for name in _PARENT_NAMES if name in event.run_facets), {})
        # What was sent may spell the ids in another way: those we go by stand in front.
        facets[PARENT] = {**(sent if isinstance(sent, dict) else {}), **_parent(event.parent)}
    return facets


def _job_facets(event: LineageEvent) -> dict[str, Any]:
    facets = {name: body for name, body in event.job_facets.items() if name != PARENT_JOB}
    if event.parent is not None:
        facets[PARENT_JOB] = _parent(event.parent)["job"]
    return facets


def _parent(parent: ParentRef) -> dict[str, Any]:
    return {
        "run": {"runId": str(parent.run_id)},
        "job": {"namespace": parent.job.namespace, "name": parent.job.name},
    }
