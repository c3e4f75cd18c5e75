"""Run events of other producers as they were sent, newest first or last."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.catalog.event_mask import masked_events
from airflow_lineage_provider.store.catalog.page import Page
from airflow_lineage_provider.store.catalog.secret_jobs import secret_jobs, secret_runs
from airflow_lineage_provider.store.catalog.sight import Sight
from airflow_lineage_provider.store.ingest import JOB
from airflow_lineage_provider.store.tables import Event, core_table
from airflow_lineage_provider.store.upsert import CHUNK

EVENT = core_table(Event)


@dataclass(frozen=True, slots=True)
class EventSpan:
    """Which events are asked for."""

    after: datetime | None = None
    """At this moment or later, by the time that the event names."""
    before: datetime | None = None
    """Before this moment."""
    newest_first: bool = True
    job_namespace: str | None = None


def list_events(span: EventSpan, sight: Sight, *, limit: int, offset: int) -> Page[dict[str, Any]]:
    """Run events whose content is still kept.

    Whoever sees a job sees what it reads and writes; names beside that, and sensitive columns, are masked.
    """
    wanted: list[ColumnElement[bool]] = [EVENT.c.kind == "run", EVENT.c.body.is_not(None)]
    if span.after is not None:
        wanted.append(EVENT.c.event_at >= span.after)
    if span.before is not None:
        wanted.append(EVENT.c.event_at < span.before)
    if sight.access.is_unrestricted and span.job_namespace is None:
        ids, total = _page(wanted, span, limit=limit, offset=offset, session=sight.session)
    else:
        ids, total = _page_of_jobs(_jobs(span, sight), wanted, span, limit, offset, sight.session)
    events = _bodies(ids, session=sight.session)
    secret = _secret([event_id for event_id, _ in events], sight)
    shown = masked_events([body for _, body in events], sight, secret=secret)
    return Page(tuple(shown), total)


def _secret(ids: list[int], sight: Sight) -> set[int]:
    """Places of events whose job or run touches sensitive columns: the event of a start names no dataset yet."""
    if sight.access.has_sensitive:
        return set()
    owners: dict[int, tuple[int | None, int | None]] = {}
    for part in parts(ids, CHUNK):
        query = select(EVENT.c.id, EVENT.c.job_id, EVENT.c.run_id).where(EVENT.c.id.in_(part))
        owners.update({row[0]: (row[1], row[2]) for row in sight.session.execute(query)})
    jobs = secret_jobs({job for job, _ in owners.values() if job is not None}, sight)
    runs = secret_runs({run for _, run in owners.values() if run is not None}, sight)
    return {
        place
        for place, event_id in enumerate(ids)
        if event_id in owners and (owners[event_id][0] in jobs or owners[event_id][1] in runs)
    }


def _jobs(span: EventSpan, sight: Sight) -> list[int]:
    query = select(JOB.c.id)
    if span.job_namespace is not None:
        query = query.where(JOB.c.namespace == span.job_namespace)
    return sorted(sight.jobs(list(sight.session.scalars(query))))


def _page(
    wanted: list[ColumnElement[bool]], span: EventSpan, *, limit: int, offset: int, session: Session
) -> tuple[list[int], int]:
    total = session.scalar(select(func.count()).select_from(EVENT).where(*wanted))
    query = select(EVENT.c.id).where(*wanted).order_by(*_order(span)).limit(limit).offset(offset)
    return list(session.scalars(query)), total or 0


def _page_of_jobs(
    jobs: list[int],
    wanted: list[ColumnElement[bool]],
    span: EventSpan,
    limit: int,
    offset: int,
    session: Session,
) -> tuple[list[int], int]:
    total, found = 0, list[tuple[datetime, int]]()
    for part in parts(jobs, CHUNK):
        mine = [*wanted, EVENT.c.job_id.in_(part)]
        total += session.scalar(select(func.count()).select_from(EVENT).where(*mine)) or 0
        # No page begins later than at the end of what one chunk alone has.
        query = (
            select(EVENT.c.event_at, EVENT.c.id).where(*mine).order_by(*_order(span)).limit(offset + limit)
        )
        found = sorted(
            [*found, *((row[0], row[1]) for row in session.execute(query))], reverse=span.newest_first
        )[: offset + limit]
    return [event_id for _, event_id in found[offset:]], total


def _order(span: EventSpan) -> tuple[Any, Any]:
    if span.newest_first:
        return EVENT.c.event_at.desc(), EVENT.c.id.desc()
    return EVENT.c.event_at, EVENT.c.id


def _bodies(ids: list[int], *, session: Session) -> list[tuple[int, dict[str, Any]]]:
    found: dict[int, dict[str, Any]] = {}
    for part in parts(ids, CHUNK):
        query = select(EVENT.c.id, EVENT.c.body).where(EVENT.c.id.in_(part))
        found.update((row[0], json.loads(zlib.decompress(row[1]))) for row in session.execute(query))
    return [(event_id, found[event_id]) for event_id in ids if event_id in found]
