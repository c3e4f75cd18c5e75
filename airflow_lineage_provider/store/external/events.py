"""Events as they were sent: what makes a second delivery change nothing."""

from __future__ import annotations

import json
import zlib
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, literal_column, select, union_all
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.model.openlineage.event import LineageEvent
from airflow_lineage_provider.store.facet_policy import kept_event
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.tables import Event
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import insert_new

EVENT = core_table(Event)
_MOST_SENDER = 250
_FIND = select(EVENT.c.id, EVENT.c.job_id, EVENT.c.run_id).where(EVENT.c.digest == bindparam("sought"))
_GLANCE = union_all(
    select(EVENT.c.id, EVENT.c.job_id, EVENT.c.run_id, literal_column("1").label("is_event")).where(
        EVENT.c.digest == bindparam("sought")
    ),
    select(RUN.c.id, RUN.c.job_id, RUN.c.id, literal_column("0")).where(
        RUN.c.external_digest == bindparam("run")
    ),
)


def glance(digest: str, run_digest: UUID | None, *, session: Session) -> tuple[Any, bool]:
    """An event as of :func:`find_event`, and whether there is a run of that digest, in one statement."""
    rows = session.execute(_GLANCE, {"sought": digest, "run": run_digest}).all()
    return next((row for row in rows if row.is_event), None), any(not row.is_event for row in rows)


def find_event(digest: str, *, session: Session) -> Any:
    """Row (``id``, ``job_id``, ``run_id``) of an event that was taken before; ``None`` where it was not."""
    return session.execute(_FIND, {"sought": digest}).first()


def save_event(
    event: LineageEvent,
    *,
    job_id: int | None,
    run_id: int | None,
    received_from: str,
    now: datetime,
    session: Session,
) -> tuple[int, bool]:
    """Keep an event without secrets in it.

    :return: id of its row, and whether it is new; if another transaction keeps the same event, its end is awaited.
    """
    row = {
        "digest": event.digest,
        "kind": event.kind.value,
        "phase": event.phase.value if event.phase is not None else None,
        "event_at": event.at,
        "job_id": job_id,
        "run_id": run_id,
        "received_at": now,
        "received_from": received_from[:_MOST_SENDER],
        "body": zlib.compress(canonical_json(kept_event(json.loads(event.body)))),
        "size": len(event.body),
    }
    new = insert_new(EVENT, [row], ("id",), session=session)
    if new:
        return int(new[0].id), True
    return int(find_event(event.digest, session=session).id), new is None
