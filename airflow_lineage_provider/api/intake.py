"""One event taken in: read, permitted, stored in a transaction of its own."""

from __future__ import annotations

import logging
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.exc import DataError, DBAPIError, StatementError
from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.api.ingest_auth import Sender, why_refused
from airflow_lineage_provider.mailbox.failure import first_line
from airflow_lineage_provider.model.openlineage.reader import InvalidEvent, read_event
from airflow_lineage_provider.store import metrics
from airflow_lineage_provider.store.external.ingest import ingest_event
from airflow_lineage_provider.store.watermarks import take_write_lock

TRIES = 3
PAUSE = 0.05
"""Seconds before the second try; each further one waits twice as long."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an event was not taken."""

    status: int
    """The HTTP status that says so."""
    reason: str
    field: str | None = None
    """Path of the wrong field."""
    is_retriable: bool = False
    """Whether the same event may be taken later."""


def take_in(document: object, sender: Sender, *, session: Session) -> Refusal | None:
    """Take in one decoded event; the session commits. ``None``: it is stored, or was before."""
    refusal = _take_in(document, sender, session)
    if refusal is None:
        metrics.note_ingested("api")
    else:
        metrics.note_ingest_error("api")
    return refusal


def _take_in(document: object, sender: Sender, session: Session) -> Refusal | None:
    now = datetime.now(UTC)
    try:
        event = read_event(document, now=now)
    except InvalidEvent as error:
        return Refusal(422, str(error), error.field)
    own_namespace = config.namespace()
    attempt = 1
    while True:
        session.rollback()  # whatever was read before belongs to another transaction
        try:
            take_write_lock(session=session)
            reason = why_refused(event, sender, own_namespace=own_namespace, session=session)
            if reason is not None:
                session.rollback()
                return Refusal(403, reason)
            ingest_event(
                event,
                received_from=sender.name,
                own_namespace=own_namespace,
                now=now,
                may_merge=sender.may_merge,
                session=session,
            )
            session.commit()
            return None
        except StatementError as error:
            session.rollback()
            refusal = _refusal_of(error)
        except Exception as error:
            session.rollback()
            log.exception("An event of %s could not be stored", sender.name)
            return Refusal(500, f"The event could not be stored: {type(error).__name__}.")
        if not refusal.is_retriable or attempt >= TRIES:
            log.warning("An event of %s was not stored: %s", sender.name, refusal.reason)
            return refusal
        time.sleep(PAUSE * 2 ** (attempt - 1) * random.uniform(1, 2))  # noqa: S311
        attempt += 1


def _refusal_of(error: StatementError) -> Refusal:
    """What the database said is for the server's log, not for whoever sent the event."""
    said = first_line(error)
    if isinstance(error, DataError) or not isinstance(error, DBAPIError):
        log.error("The metadata database cannot hold an event: %s", said)
        return Refusal(422, "The event holds something that the metadata database cannot hold.", "event")
    log.info("The metadata database did not take an event: %s", said)
    return Refusal(
        503, "The metadata database did not take the event; send it again later.", is_retriable=True
    )
