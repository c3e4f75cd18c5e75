"""Facets of an event: of its run, its job and its datasets, each name's newest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.openlineage.event import LineageEvent, ParentRef
from airflow_lineage_provider.store.external.told import Told
from airflow_lineage_provider.store.facet_policy import kept_facets
from airflow_lineage_provider.store.facets import StoredFacet, link_stored, store_facets
from airflow_lineage_provider.store.tables import DatasetFacet, JobFacet, RunFacet
from airflow_lineage_provider.store.tables.base import core_table

PARENT = "parent"
PARENT_JOB = "parentJob"
"""Facet of a job, of our making: which job starts it, kept as a facet to know the newest word on it."""
_PARENT_NAMES = (PARENT, "parentRun")

_RUN, _JOB, _DATASET = 0, 1, 2
_Key = tuple[int, int | DatasetId, str]
"""Kind of owner, the owner, name of the facet."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Whether an event is the newest word on what stands above."""

    run_parent: bool
    job_parent: bool


def link_event_facets(
    event: LineageEvent,
    told: Told,
    ids: Mapping[DatasetId, int],
    *,
    at: datetime,
    run_id: int | None,
    job_id: int | None,
    session: Session,
) -> Changed:
    """Store an event's facets and link them where they are the newest; the caller holds the rows' locks."""
    bodies: dict[_Key, Any] = {}
    if run_id is not None:
        bodies |= {(_RUN, run_id, name): body for name, body in _run_facets(event).items()}
    if job_id is not None:
        bodies |= {(_JOB, job_id, name): body for name, body in _job_facets(event).items()}
    for dataset, facets in told.touched.facets.items():
        kept = kept_facets(facets)
        bodies |= {(_DATASET, dataset, name): body for name, body in kept.items()}
    stored = _by_row(store_facets(bodies.items(), session=session), ids)
    changed = {
        kind: link_stored(core_table(table), owner, stored[kind], seen_at=at, session=session)
        for kind, table, owner in (
            (_RUN, RunFacet, "run_id"),
            (_JOB, JobFacet, "job_id"),
            (_DATASET, DatasetFacet, "dataset_id"),
        )
    }
    return Changed(
        run_parent=any(name == PARENT for _, name in changed[_RUN]),
        job_parent=any(name == PARENT_JOB for _, name in changed[_JOB]),
    )


def _run_facets(event: LineageEvent) -> dict[str, Any]:
    facets = {name: body for name, body in event.run_facets.items() if name not in _PARENT_NAMES}
    if event.parent is not None:
        sent: Any = next((event.run_facets[name] for name in _PARENT_NAMES if name in event.run_facets), {})
        # What was sent may spell the ids in another way: those we go by stand in front.
        facets[PARENT] = {**(sent if isinstance(sent, dict) else {}), **_parent(event.parent)}
    return kept_facets(facets)


def _job_facets(event: LineageEvent) -> dict[str, Any]:
    facets = {name: body for name, body in event.job_facets.items() if name != PARENT_JOB}
    if event.parent is not None:
        facets[PARENT_JOB] = _parent(event.parent)["job"]
    return kept_facets(facets)


def _parent(parent: ParentRef) -> dict[str, Any]:
    return {
        "run": {"runId": str(parent.run_id)},
        "job": {"namespace": parent.job.namespace, "name": parent.job.name},
    }


def _by_row(
    stored: Mapping[_Key, StoredFacet], ids: Mapping[DatasetId, int]
) -> dict[int, dict[int, dict[str, StoredFacet]]]:
    """Kind to owner's row id to facets by name; of two names of one dataset the contents decide, as among events."""
    found: dict[int, dict[int, dict[str, StoredFacet]]] = {_RUN: {}, _JOB: {}, _DATASET: {}}
    for (kind, owner, name), facet in stored.items():
        row_id = ids[owner] if isinstance(owner, DatasetId) else owner
        named = found[kind].setdefault(row_id, {})
        named[name] = max(named.get(name, facet), facet, key=lambda each: each.content_hash)
    return found
