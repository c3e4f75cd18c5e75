"""The durable queue of outgoing events: put in, claimed for a while, done, or tried again later and later.

A row's digest is three keys in one: eight hex digits of the target, 28 of the run, 28 of the event's content. So equal
events are queued once, and the earlier events of a run, which must arrive before the later ones, are found by
the unique index.
"""

from __future__ import annotations

import hashlib
import json
import random
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.store.outgoing.targets import KEY_LENGTH, target_key
from airflow_lineage_provider.store.tables import OutgoingEvent
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK, insert_missing

OUTGOING = core_table(OutgoingEvent)

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 600.0
"""Seconds between two tries of an event that was not taken."""
_JITTER = 0.25
_SHORT_WAIT = timedelta(seconds=2)
_RUN_LENGTH = 28
_ORDER_LENGTH = KEY_LENGTH + _RUN_LENGTH
_LONGEST_ERROR = 2000


@dataclass(frozen=True, slots=True)
class Claimed:
    """An event that is ours to send until the lease ends."""

    id: int
    digest: str
    event: dict[str, Any]
    tries: int
    """How often it was tried in vain."""

    @property
    def order_key(self) -> str:
        """Equal for events of one run that go to one target."""
        return self.digest[:_ORDER_LENGTH]


def digest_of(target: str, run: str, body: bytes) -> str:
    """Digest of an event's row.

    :param run: OpenLineage run id and whatever else tells two runs apart.
    """
    parts = (hashlib.sha256(part).hexdigest()[:_RUN_LENGTH] for part in (run.encode("utf-8"), body))
    return target_key(target) + "".join(parts)


def put_events(
    events: Iterable[tuple[str, dict[str, Any]]], targets: Iterable[str], *, now: datetime, session: Session
) -> None:
    """Queue events for each target, in the order in which they are to arrive.

    :param events: (run, event as JSON object).
    """
    names = list(targets)
    rows = []
    for run, event in events:
        body = canonical_json(event)
        packed = zlib.compress(body)
        rows += [
            {
                "digest": digest_of(name, run, body),
                "body": packed,
                "created_at": now,
                "next_try_at": now,
                "tries": 0,
            }
            for name in names
        ]
    insert_missing(OUTGOING, rows, session=session)


def claim(target: str, *, limit: int, lease: timedelta, now: datetime, session: Session) -> list[Claimed]:
    """Take events that are due, oldest first; nobody else gets them until the lease ends.

    The caller's transaction must be a writing one, and be committed before anything is sent. An event whose run has
    an earlier one that others are sending, or that failed, is put off until that has been tried again.
    """
    rows = session.execute(
        select(OUTGOING)
        .where(OUTGOING.c.next_try_at <= now, _of(target_key(target)))
        .order_by(OUTGOING.c.next_try_at, OUTGOING.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    ids = {row.id for row in rows}
    before = _unsent_before(rows, ids, session)
    taken = []
    for row in sorted(rows, key=lambda row: row.id):
        first = before.get(row.digest[:_ORDER_LENGTH])
        if first is not None and first.id < row.id:
            # One that failed says itself when it is tried again; one that is being sent is gone in a moment.
            until = first.next_try_at if first.tries else min(first.next_try_at, now + _SHORT_WAIT)
            put_off([row.id], max(until, now + _SHORT_WAIT / 2), session=session)
        else:
            taken.append(Claimed(row.id, row.digest, json.loads(zlib.decompress(row.body)), row.tries))
    put_off([row.id for row in taken], now + lease, session=session)
    return taken


def done(events: Sequence[Claimed], *, now: datetime, session: Session) -> None:
    """The events were taken. What waited for one that had failed before is due."""
    _delete([event.id for event in events], session)
    freed = sorted({event.order_key for event in events if event.tries})
    for part in _chunks(freed):
        waiting = (OUTGOING.c.next_try_at > now, or_(*(_of(key) for key in part)))
        session.execute(OUTGOING.update().where(*waiting).values(next_try_at=now))


def failed(event: Claimed, error: str, *, now: datetime, session: Session) -> datetime:
    """The event was not taken; it is tried again, without end.

    :return: when.
    """
    at = now + pause_after(event.tries + 1)
    session.execute(
        OUTGOING.update()
        .where(OUTGOING.c.id == event.id)
        .values(tries=OUTGOING.c.tries + 1, last_error=error[:_LONGEST_ERROR], next_try_at=at)
    )
    return at


def put_off(ids: Sequence[int], until: datetime, *, session: Session) -> None:
    """Look at events again at a time; that is no try."""
    for part in _chunks(ids):
        session.execute(OUTGOING.update().where(OUTGOING.c.id.in_(part)).values(next_try_at=until))


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries in vain: from a second to ten minutes, and not all at the same moment."""
    seconds: float = min(FIRST_PAUSE * 2.0 ** min(tries - 1, 20), LONGEST_PAUSE)
    return timedelta(seconds=seconds * (1 - _JITTER * random.random()))  # noqa: S311 (no secret)


def make_due(*, now: datetime, session: Session) -> int:
    """Let every event be tried now that failed before; returns how many."""
    changed = session.execute(
        OUTGOING.update().where(OUTGOING.c.next_try_at > now, OUTGOING.c.tries > 0).values(next_try_at=now)
    )
    return int(getattr(changed, "rowcount", 0) or 0)


def readdress(targets: Sequence[str], *, now: datetime, session: Session, limit: int = CHUNK) -> int:
    """Queue events anew whose target is no longer configured, for the targets that are.

    The caller's transaction must be a writing one.

    :return: how many events were found, at most ``limit``.
    """
    keys = [target_key(name) for name in targets]
    rows = session.execute(
        select(OUTGOING)
        .where(*(~_of(key) for key in keys))
        .order_by(OUTGOING.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    again = [
        {
            "digest": key + row.digest[KEY_LENGTH:],
            "body": row.body,
            "created_at": row.created_at,
            "next_try_at": now,
            "tries": 0,
        }
        for row in rows
        for key in keys
    ]
    insert_missing(OUTGOING, again, session=session)
    _delete([row.id for row in rows], session)
    return len(rows)


def _delete(ids: Sequence[int], session: Session) -> None:
    for part in _chunks(ids):
        session.execute(OUTGOING.delete().where(OUTGOING.c.id.in_(part)))


def _unsent_before(rows: Sequence[Any], ids: set[int], session: Session) -> dict[str, Any]:
    """Order key to the oldest row with it that is not among those that were just locked."""
    columns = (OUTGOING.c.id, OUTGOING.c.digest, OUTGOING.c.next_try_at, OUTGOING.c.tries)
    found: dict[str, Any] = {}
    for part in _chunks(sorted({row.digest[:_ORDER_LENGTH] for row in rows})):
        query = select(*columns).where(or_(*(_of(key) for key in part))).order_by(OUTGOING.c.id)
        for row in session.execute(query):
            if row.id not in ids:
                found.setdefault(row.digest[:_ORDER_LENGTH], row)
    return found


def _of(key: str) -> Any:
    """Rows whose digest begins with a key, by the unique index: hex digits sort before ``g`` everywhere."""
    return and_(OUTGOING.c.digest >= key, OUTGOING.c.digest < key + "g")


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), CHUNK // 2):
        yield values[start : start + CHUNK // 2]
