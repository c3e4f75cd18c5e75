"""Entries as they stand, also where somebody wrote into them what does not belong there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.audit import AUDIT

_COLUMNS = tuple(column for column in AUDIT.c if column.name != "id")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that the database cannot give as what its columns are."""

    seq: int
    why: str
    entry_hash: str | None = None
    prev_hash: str | None = None
    payload_hash: str | None = None


def read_entries(after: int, limit: int, session: Session) -> Sequence[Any]:
    """The next sealed entries in the order of their places."""
    query = select(*_COLUMNS).where(AUDIT.c.seq > after).order_by(AUDIT.c.seq).limit(limit)
    try:
        return session.execute(query).all()
    except (ValueError, TypeError, OperationalError):
        # SQLite keeps a time as text, and takes any text for one.
        if session.get_bind().dialect.name != "sqlite":
            raise
    places = select(AUDIT.c.seq).where(AUDIT.c.seq > after).order_by(AUDIT.c.seq).limit(limit)
    return [_read_one(seq, session) for seq in session.scalars(places)]


def _read_one(seq: int, session: Session) -> Any:
    try:
        return session.execute(select(*_COLUMNS).where(AUDIT.c.seq == seq)).one()
    except (ValueError, TypeError, OperationalError) as error:
        return Unreadable(seq, f"{type(error).__name__}: {error}")
