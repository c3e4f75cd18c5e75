"""Insert what is not there yet, in the dialect's own words, without failing the transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

CHUNK = 200
"""Values per statement: below SQLite's limit of bound parameters whatever the width of the row."""


def insert_missing(table: Table, rows: Sequence[Mapping[str, Any]], *, session: Session) -> None:
    """Insert rows; those that meet an existing unique key are left as they stand."""
    if not rows:
        return
    name = session.get_bind().dialect.name
    for start in range(0, len(rows), CHUNK):
        part = [dict(row) for row in rows[start : start + CHUNK]]
        if name == "postgresql":
            from sqlalchemy.dialects.postgresql import insert as pg_insert

            session.execute(pg_insert(table).values(part).on_conflict_do_nothing())
        elif name == "sqlite":
            from sqlalchemy.dialects.sqlite import insert as sqlite_insert

            session.execute(sqlite_insert(table).values(part).on_conflict_do_nothing())
        else:
            from sqlalchemy.dialects.mysql import insert as mysql_insert

            session.execute(mysql_insert(table).values(part).prefix_with("IGNORE"))


def ids_of(table: Table, key: str, rows: Sequence[Mapping[str, Any]], *, session: Session) -> dict[str, int]:
    """Surrogate ids of rows by a unique column, inserting the rows that are not there.

    :return: value of ``key`` to ``id``.
    """
    found = _select_ids(table, key, [row[key] for row in rows], session=session)
    missing = {row[key]: row for row in rows if row[key] not in found}
    if missing:
        # Ordered, so that two servers inserting the same rows wait for each other and never deadlock.
        insert_missing(table, [missing[value] for value in sorted(missing)], session=session)
        found.update(_select_ids(table, key, list(missing), session=session))
    return found


def _select_ids(table: Table, key: str, values: Sequence[str], *, session: Session) -> dict[str, int]:
    found: dict[str, int] = {}
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), CHUNK):
        query = select(table.c[key], table.c.id).where(table.c[key].in_(distinct[start : start + CHUNK]))
        found.update({row[0]: row[1] for row in session.execute(query)})
    return found
