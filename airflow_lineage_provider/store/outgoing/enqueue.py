"""What settles in the store leaves as events: queued in the transaction that settles it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.model.attempt import Capture

if TYPE_CHECKING:
    from airflow_lineage_provider.store.outgoing.rows import StoredAttempt

log = logging.getLogger(__name__)


def is_forwarding() -> bool:
    """Whether anything is to leave at all."""
    return config.transport() is not None


def enqueue_attempts(
    ti_ids: Sequence[UUID],
    *,
    known: Mapping[UUID, Any],
    now: datetime,
    session: Session,
    has_more: bool = False,
) -> None:
    """Queue the events of attempts about which nothing more is expected.

    The first time that is a START and the event that ends the run; when a record arrives after that, or Airflow thinks
    otherwise about how the attempt ended, the second one once more with all that is known. Building them
    may not fail the caller, whose work is worth more: then it is logged, and nothing is queued.

    :param known: rows of runs as they were before the caller's change, with ``state`` and ``capture``.
    :param has_more: what the attempts read or wrote may have changed, not only how they ended.
    """
    transport = config.transport()
    if transport is None or not ti_ids:
        return
    from airflow_lineage_provider.store.outgoing.queue import put_events
    from airflow_lineage_provider.store.outgoing.rows import read_attempts
    from airflow_lineage_provider.store.outgoing.targets import targets_of

    try:
        with session.begin_nested():
            attempts = read_attempts(
                ti_ids,
                lambda run, is_archived: _is_news(run, is_archived, known.get(run.ti_id), has_more),
                session=session,
            )
            events = [
                event for attempt in attempts for event in _events(attempt, known.get(attempt.run.ti_id))
            ]
            put_events(events, targets_of(transport), now=now, session=session)
    except (OperationalError, InterfaceError):
        # The database is busy or gone: the caller's transaction is done again as a whole.
        raise
    except Exception:
        log.exception("%d attempts, first %s, cannot be forwarded", len(ti_ids), ti_ids[0])


def _is_news(run: Any, is_archived: bool, before: Any, has_more: bool) -> bool:
    """Whether the attempt is over and recorded, and that, or how, is not what was told before."""
    from airflow_lineage_provider.store.outgoing.build import type_of

    kind = type_of(run.state, is_archived=is_archived)
    if kind is None or not Capture(run.capture).settled:
        return False
    return has_more or _told(before) is not kind or before.capture != run.capture


def _told(before: Any) -> Any:
    """How a run ended by what was told of it; ``None`` where nothing was."""
    from airflow_lineage_provider.store.outgoing.build import type_of

    if before is None or not Capture(before.capture).settled:
        return None
    return type_of(before.state, is_archived=False)


def _events(attempt: StoredAttempt, before: Any) -> list[tuple[str, dict[str, Any]]]:
    from airflow_lineage_provider.store.outgoing.build import end_event, start_event, type_of

    run = attempt.run
    kind = type_of(run.state, is_archived=attempt.is_archived)
    if kind is None:
        return []
    key = str(run.ti_id)
    try:
        first = [] if _told(before) is not None else [(key, start_event(attempt))]
        return [*first, (key, end_event(attempt, kind))]
    except Exception:
        # One attempt with a facet that nobody foresaw must not keep the others back.
        log.exception("The attempt %s of %s.%s cannot be forwarded", key, run.dag_id, run.task_id)
        return []
