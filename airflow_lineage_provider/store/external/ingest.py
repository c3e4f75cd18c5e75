"""One event of another producer into the tables, in the caller's transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.openlineage.event import LineageEvent
from airflow_lineage_provider.store.edges import NO_RUN, merge_column_edges, merge_edges, merge_links
from airflow_lineage_provider.store.external.events import glance, save_event
from airflow_lineage_provider.store.external.facets import link_event_facets
from airflow_lineage_provider.store.external.jobs import held_job, set_parent
from airflow_lineage_provider.store.external.names import event_dataset_ids
from airflow_lineage_provider.store.external.runs import SUCCESS, held_run, run_digest, settle_run
from airflow_lineage_provider.store.external.schemas import record_told_schemas
from airflow_lineage_provider.store.external.told import Told, read_told
from airflow_lineage_provider.store.run_io import merge_run_io
from airflow_lineage_provider.store.watermarks import take_write_lock

log = logging.getLogger(__name__)

_MOST_LOGGED = 5
"""Namespaces that one line of the log names."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an event; ids are those of our rows."""

    is_new: bool
    """False: it had been taken before, and nothing changed."""
    event_id: int
    job_id: int | None
    run_id: int | None


def _may_merge_all(_: DatasetId) -> bool:
    return True


def ingest_event(
    event: LineageEvent,
    *,
    received_from: str,
    own_namespace: str,
    now: datetime,
    may_merge: Callable[[DatasetId], bool] = _may_merge_all,
    session: Session,
) -> Taken:
    """Merge an event into what is known.

    Events may come twice and in any order, from several servers at once: what they say is a union, and where
    only one can be right the newest is. A caller tries again when the database says that it is busy.

    Rows are locked in one order: the job, its run, the datasets by their ids.

    :param received_from: ``key:NAME`` or ``user:NAME``.
    :param own_namespace: OpenLineage namespace of this Airflow's jobs. An event about one of them adds to what is
        known of it; whether it is a task, and of which DAG, is for Airflow alone to say.
    :param may_merge: whether the sender may say what a dataset is: symlinks are followed where they may of both,
        owners count where they may. Otherwise that stays what the event says, in its facet.
    """
    take_write_lock(session=session)
    run_key = (
        run_digest(event.job, event.run_id) if event.job is not None and event.run_id is not None else None
    )
    known, is_known_run = glance(event.digest, run_key, session=session)
    if known is not None:
        return Taken(False, known.id, known.job_id, known.run_id)
    told = read_told(event, may_merge)
    # A producer's clock may be wrong, by a day at most. What is newer is compared by that clock all the same: cut
    # off at our own, two events from its future would be in the order in which they arrive.
    at = event.at
    job = run = None
    if event.job is not None:
        job = held_job(event.job, event.parent, now=now, session=session)
        if run_key is not None:
            run = held_run(event, run_key, job.id, is_known=is_known_run, at=at, now=now, session=session)
    job_id: int | None = job.id if job is not None else None
    run_id: int | None = run.id if run is not None else None
    event_id, is_new = save_event(
        event,
        job_id=job_id,
        run_id=run_id,
        received_from=received_from,
        now=now,
        session=session,
    )
    if not is_new:
        # Another server took it while we waited for its locks.
        return Taken(False, event_id, job_id, run_id)
    if told.unfollowed:
        log.info(
            "Symlinks are not followed: %s may not say what datasets of %s are",
            received_from,
            " and ".join(sorted({repr(dataset.namespace) for dataset in told.unfollowed})[:_MOST_LOGGED]),
        )

    ids = event_dataset_ids(told.names, told.symlinks, now=now, session=session)
    schema_ids = record_told_schemas(told.columns(ids), at=at, run_id=run_id, session=session)
    entitled = {dataset for dataset in told.touched.facets if may_merge(dataset)}
    changed = link_event_facets(
        event, told, ids, entitled, at=at, run_id=run_id, job_id=job_id, session=session
    )
    if job is not None and changed.job_parent:
        set_parent(job, session=session)
    first_touch: set[tuple[int, Direction]] = set()
    if run is not None:
        state, settled = settle_run(
            run, event, at=at, has_parent=changed.run_parent, now=now, session=session
        )
        first_touch = merge_run_io(
            run.id,
            told.touches(ids),
            schema_ids,
            outputs_are_updated=state == SUCCESS,
            settled=settled,
            is_new_run=run.is_new,
            session=session,
        )
    if job_id is not None:
        _merge_graph(told, ids, job_id, run_id, first_touch, at=at, now=now, session=session)
    return Taken(True, event_id, job_id, run_id)


def _merge_graph(
    told: Told,
    ids: Mapping[DatasetId, int],
    job_id: int,
    run_id: int | None,
    first_touch: set[tuple[int, Direction]],
    *,
    at: datetime,
    now: datetime,
    session: Session,
) -> None:
    # What is asked as of now has what is known now.
    first = min(at, now)
    by = run_id if run_id is not None else NO_RUN
    touched = {(ids[dataset], side) for dataset, side in told.touched.io}
    edges = {key: (Evidence.EXTERNAL, key in first_touch) for key in touched}
    merge_edges(job_id, by, edges, at=at, first=first, session=session)
    links = [(ids[output], ids[source]) for output, source in told.links]
    merge_links(job_id, links, at=at, first=first, session=session)
    merge_column_edges(job_id, by, told.column_links(ids), at=at, first=first, session=session)
