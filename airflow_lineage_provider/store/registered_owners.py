"""Owners that somebody registered, of one dataset or of all that two globs match."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.row_ids import chunks, in_digests
from airflow_lineage_provider.store.tables import Owner, core_table

OWNER = core_table(Owner)
_IN_ORDER = select(OWNER).order_by(OWNER.c.source, OWNER.c.position, OWNER.c.id)
_IS_GLOB = OWNER.c.digest.is_(None)
_EXACT = _IN_ORDER.where(in_digests(OWNER.c.digest))
_EXACT_AND_GLOBS = _IN_ORDER.where(or_(in_digests(OWNER.c.digest), _IS_GLOB))


@dataclass(frozen=True, slots=True)
class RegisteredOwner:
    """A row of the register."""

    digest: str | None
    """Of the one dataset; ``None``: ``namespace`` and ``name`` are globs."""
    namespace: str
    name: str
    owner: str
    contact: str | None
    channel: str | None
    valid_from: date | None
    valid_to: date | None
    """Last day."""
    source: str


def registered_owners(digests: Collection[str], *, session: Session) -> list[RegisteredOwner]:
    """Rows of single datasets and all rows with globs, both by source and position."""
    found: list[RegisteredOwner] = []
    query = _EXACT_AND_GLOBS
    for part in chunks(sorted(digests)) if digests else ([],):
        found += [_read(row) for row in session.execute(query, {"digests": part}).all()]
        query = _EXACT
    return found


def _read(row: Any) -> RegisteredOwner:
    return RegisteredOwner(
        row.digest, row.namespace, row.name, row.owner, row.contact, row.channel, row.valid_from, row.valid_to,
        row.source,
    )  # fmt: skip
