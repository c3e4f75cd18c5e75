"""Entries of the audit, to be read by people and by other systems."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.store.audit import AUDIT

PAGE = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry."""

    id: int
    seq: int | None
    kind: str
    at: datetime
    actor: str | None
    subject: str | None
    payload: bytes | None
    payload_hash: str
    prev_hash: str | None
    entry_hash: str | None
    sealed_at: datetime | None

    @property
    def said(self) -> Any:
        """The payload; ``None`` where it was purged, or is not what was written."""
        return decoded(self.payload)

    def to_wire(self) -> dict[str, Any]:
        """JSON object with all that the hash covers, so that it can be verified without the database."""
        stored = base64.b64encode(self.payload).decode("ascii") if self.payload is not None else None
        return {
            "seq": self.seq,
            "kind": self.kind,
            "at": self.at.isoformat(timespec="microseconds"),
            "actor": self.actor,
            "subject": self.subject,
            "payload": self.said,
            "payload_zlib": stored,
            "payload_hash": self.payload_hash,
            "prev_hash": self.prev_hash,
            "entry_hash": self.entry_hash,
            "sealed_at": self.sealed_at.isoformat(timespec="microseconds") if self.sealed_at else None,
        }


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries; what is ``None`` means any."""

    kind: str | None = None
    subject: str | None = None
    since: datetime | None = None


def list_entries(asked: EntryFilter, *, below: int | None, limit: int, session: Session) -> list[Entry]:
    """The newest entries first, sealed or not.

    :param below: id of the last entry of the page before.
    """
    query = _filtered(asked).order_by(AUDIT.c.id.desc()).limit(limit)
    if below is not None:
        query = query.where(AUDIT.c.id < below)
    return _entries(session.execute(query).all())


def sealed_entries(after: int, *, since: datetime | None, limit: int, session: Session) -> list[Entry]:
    """Sealed entries in the order of their places.

    :param after: place of the last one that is known.
    """
    query = _filtered(EntryFilter(since=since)).where(AUDIT.c.seq > after).order_by(AUDIT.c.seq).limit(limit)
    return _entries(session.execute(query).all())


def every_entry(*, since: datetime | None, session: Session) -> Iterator[Entry]:
    """All sealed entries in the order of their places, then those that are not sealed yet."""
    after = 0
    while page := sealed_entries(after, since=since, limit=PAGE, session=session):
        yield from page
        after = page[-1].seq or after
    unsealed = _filtered(EntryFilter(since=since)).where(AUDIT.c.seq.is_(None)).order_by(AUDIT.c.id)
    yield from _entries(session.execute(unsealed).all())


def last_place(*, session: Session) -> int:
    """Place of the last sealed entry; 0 before the first."""
    query = select(AUDIT.c.seq).where(AUDIT.c.seq.is_not(None)).order_by(AUDIT.c.seq.desc()).limit(1)
    return session.scalar(query) or 0


def decoded(payload: bytes | None) -> Any:
    """What a stored payload says; ``None`` for none, and for what is not as it was written."""
    if payload is None:
        return None
    try:
        said = json.loads(zlib.decompress(payload).decode("utf-8"))
        # What nobody could send on was not written here.
        canonical_json(said).decode("utf-8")
    except (zlib.error, ValueError, RecursionError, TypeError):
        return None
    return said


def _filtered(asked: EntryFilter) -> Select[Any]:
    query = select(*(AUDIT.c[name] for name in Entry.__dataclass_fields__))
    if asked.kind is not None:
        query = query.where(AUDIT.c.kind == asked.kind)
    if asked.subject is not None:
        query = query.where(AUDIT.c.subject == asked.subject)
    if asked.since is not None:
        query = query.where(AUDIT.c.at >= asked.since)
    return query


def _entries(rows: Sequence[Any]) -> list[Entry]:
    return [Entry(**row._mapping) for row in rows]
