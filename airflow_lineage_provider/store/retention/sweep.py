"""What finds and removes rows of one kind."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import FromClause, Table, delete, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.retention.kind import Kind
from airflow_lineage_provider.store.retention.transactions import Transactions
from airflow_lineage_provider.store.upsert import CHUNK

PAGE = 500
"""Rows that are found at once, and most that one transaction deletes."""


class Sweep(Protocol):
    """One kind of rows."""

    @property
    def kind(self) -> Kind: ...

    def pages(self, transactions: Transactions) -> Iterator[list[int]]:
        """Ids of the rows that may go, each once, some at a time; a page may be empty.

        Each page is read in a session of its own, which is closed while the caller works.
        """
        ...

    def sizes(self, ids: Sequence[int], *, session: Session) -> Mapping[int, int]:
        """How many rows go with each of them; those of which nothing is said go alone."""
        ...

    def remove(self, ids: Sequence[int], *, session: Session) -> int:
        """Delete those of the rows that may go still and that nobody holds. Returns how many went."""
        ...


def chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    yield from parts(ids, CHUNK)


def hold(table: Table, ids: Sequence[int], *conditions: Any, session: Session) -> list[int]:
    """Lock rows against everybody; what somebody holds or what became of use is left out.

    Conditions that ask other tables have to be asked once more after this: they were answered before the
    rows were locked.
    """
    held: list[int] = []
    for part in chunks(ids):
        query = select(table.c.id).where(table.c.id.in_(part), *conditions).order_by(table.c.id)
        held += session.scalars(query.with_for_update(skip_locked=True, of=table))
    return held


def remove_rows(table: Table, column: str, ids: Collection[int], *conditions: Any, session: Session) -> int:
    """Delete rows by a column of ids, some at a time. Returns how many went."""
    gone = 0
    for part in chunks(sorted(ids)):
        result = session.execute(delete(table).where(table.c[column].in_(part), *conditions))
        gone += int(getattr(result, "rowcount", 0) or 0)
    return gone


def count_rows(table: FromClause, column: str, ids: Sequence[int], *, session: Session) -> dict[int, int]:
    """How many rows there are of each id."""
    found: dict[int, int] = {}
    for part in chunks(ids):
        query = select(table.c[column], func.count()).where(table.c[column].in_(part))
        found.update({row[0]: row[1] for row in session.execute(query.group_by(table.c[column]))})
    return found


def parcels(ids: Sequence[int], sizes: Mapping[int, int]) -> Iterator[list[int]]:
    """Ids by transaction: at most :data:`PAGE` rows in each, or one id with all that goes with it."""
    parcel: list[int] = []
    weight = 0
    for each in ids:
        size = 1 + sizes.get(each, 0)
        if parcel and weight + size > PAGE:
            yield parcel
            parcel, weight = [], 0
        parcel.append(each)
        weight += size
    if parcel:
        yield parcel
