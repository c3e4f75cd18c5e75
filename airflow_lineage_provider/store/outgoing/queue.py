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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.outgoing.targets import KEY_LENGTH, target_key
from airflow_lineage_provider.store.tables import OutgoingEvent
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK, insert_missing

OUTGOING = core_table(OutgoingEvent)

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 600.0
"""Seconds between two tries of an event that was not taken."""
_JITTER = 0.25
PARK_TRIES = 20
"""An event that was not taken so often, while others were, is set aside."""
PARKED_FOR = timedelta(days=365)
_SURELY_PARKED = timedelta(hours=1)
"""No pause and no lease is as long: what is due later than that is parked, or waits for one that is."""
_OUTAGE_TRIES = 11
"""While nothing is taken tries count no further: enough for the longest pause, and far from parking."""
_SHORT_WAIT = timedelta(seconds=2)
_RUN_LENGTH = 28
_ORDER_LENGTH = KEY_LENGTH + _RUN_LENGTH
_LONGEST_ERROR = 2000


@dataclass(frozen=True, slots=True)
class Claimed:
    """An event that is ours to send until the lease ends."""

    id: int
    digest: str
    body: bytes
    tries: int
    """How often it was tried in vain."""

    @property
    def event(self) -> dict[str, Any]:
        """The event as JSON object; whatever zlib and json raise where the body is not one.

        Read when it is sent: one that cannot be read must not keep the others from being claimed.
        """
        made: dict[str, Any] = json.loads(zlib.decompress(self.body))
        return made

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
    """Take events that are due; nobody else gets them until the lease ends.

    The events of a run come in their order, runs that were tried in vain after the others, else the oldest first.

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
            taken.append(Claimed(row.id, row.digest, row.body, row.tries))
    put_off([row.id for row in taken], now + lease, session=session)
    tries: dict[str, int] = {}
    for event in taken:
        tries[event.order_key] = max(event.tries, tries.get(event.order_key, 0))
    return sorted(taken, key=lambda event: (tries[event.order_key], event.id))


def done(events: Sequence[Claimed], *, now: datetime, session: Session) -> None:
    """The events were taken. What waited for one that had failed before is due."""
    _delete([event.id for event in events], session)
    freed = sorted({event.order_key for event in events if event.tries})
    for part in parts(freed, CHUNK // 2):
        waiting = (OUTGOING.c.next_try_at > now, or_(*(_of(key) for key in part)))
        session.execute(OUTGOING.update().where(*waiting).values(next_try_at=now))


def failed(
    event: Claimed, error: str, *, now: datetime, session: Session, others_pass: bool = False
) -> datetime:
    """The event was not taken; it is tried again later, or parked where the event itself must be the trouble.

    :param others_pass: its target took other events meanwhile. Only such tries lead to parking.
    :return: when it is tried again.
    """
    tries = event.tries + 1 if others_pass else max(event.tries, min(event.tries + 1, _OUTAGE_TRIES))
    at = now + (PARKED_FOR if others_pass and tries >= PARK_TRIES else pause_after(tries))
    session.execute(
        OUTGOING.update()
        .where(OUTGOING.c.id == event.id)
        .values(tries=tries, last_error=error[:_LONGEST_ERROR], next_try_at=at)
    )
    return at


def parked_after(now: datetime) -> datetime:
    """What is to be tried later than that is parked, or waits for an earlier event of its run that is."""
    return now + _SURELY_PARKED


def put_off(ids: Sequence[int], until: datetime, *, session: Session) -> None:
    """Look at events again at a time; that is no try."""
    for part in parts(ids, CHUNK // 2):
        session.execute(OUTGOING.update().where(OUTGOING.c.id.in_(part)).values(next_try_at=until))


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries in vain: from a second to ten minutes, and not all at the same moment."""
    seconds: float = min(FIRST_PAUSE * 2.0 ** min(tries - 1, 20), LONGEST_PAUSE)
    return timedelta(seconds=seconds * (1 - _JITTER * random.random()))  # noqa: S311 (no secret)


def make_due(*, now: datetime, session: Session) -> int:
    """Let every event be tried now that failed before; returns how many.

    Those that were parked begin anew, and those that wait for them are due as well.
    """
    session.execute(
        OUTGOING.update()
        .where(OUTGOING.c.next_try_at > parked_after(now), OUTGOING.c.tries > 0)
        .values(tries=1, next_try_at=now + timedelta(seconds=1))
    )
    session.execute(
        OUTGOING.update().where(OUTGOING.c.next_try_at > parked_after(now)).values(next_try_at=now)
    )
    changed = session.execute(
        OUTGOING.update().where(OUTGOING.c.next_try_at > now, OUTGOING.c.tries > 0).values(next_try_at=now)
    )
    return int(getattr(changed, "rowcount", 0) or 0)


def readdress(
    targets: Sequence[str], *, lease: timedelta, now: datetime, session: Session, limit: int = CHUNK
) -> int:
    """Queue events anew whose target is no longer configured, for the targets that are.

    What may be leased, by a server that still has the former configuration, is left to it for now, and so is what
    must not overtake that. The caller's transaction must be a writing one.

    :param lease: for how long events are claimed.
    :return: how many events were moved, at most ``limit``.
    """
    keys = [target_key(name) for name in targets]
    is_free = or_(OUTGOING.c.next_try_at <= now, OUTGOING.c.next_try_at > now + lease)
    rows = session.execute(
        select(OUTGOING)
        .where(is_free, *(~_of(key) for key in keys))
        .order_by(OUTGOING.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    before = _unsent_before(rows, {row.id for row in rows}, session)
    rows = [row for row in rows if row.id < getattr(before.get(row.digest[:_ORDER_LENGTH]), "id", row.id + 1)]
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
    for part in parts(ids, CHUNK // 2):
        session.execute(OUTGOING.delete().where(OUTGOING.c.id.in_(part)))


def _unsent_before(rows: Sequence[Any], ids: set[int], session: Session) -> dict[str, Any]:
    """Order key to the oldest row with it that is not among those that were just locked."""
    columns = (OUTGOING.c.id, OUTGOING.c.digest, OUTGOING.c.next_try_at, OUTGOING.c.tries)
    found: dict[str, Any] = {}
    for part in parts(sorted({row.digest[:_ORDER_LENGTH] for row in rows}), CHUNK // 2):
        query = select(*columns).where(or_(*(_of(key) for key in part))).order_by(OUTGOING.c.id)
        for row in session.execute(query):
            if row.id not in ids:
                found.setdefault(row.digest[:_ORDER_LENGTH], row)
    return found


def _of(key: str) -> Any:
    """Rows whose digest begins with a key, by the unique index: hex digits sort before ``g`` everywhere."""
    return and_(OUTGOING.c.digest >= key, OUTGOING.c.digest < key + "g")
