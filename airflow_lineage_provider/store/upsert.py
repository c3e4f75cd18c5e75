"""Insert what is not there yet, in the dialect's own words, without failing the transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, case, select
from sqlalchemy.orm import Session

CHUNK = 200
"""Values per statement: below SQLite's limit of bound parameters whatever the width of the row."""
_TRIES = 5

Changes = Callable[[Any], Mapping[str, ColumnElement[Any]]]
"""From the columns of the row that was not inserted to what becomes of the one that stands there."""


def insert_missing(table: Table, rows: Sequence[Mapping[str, Any]], *, session: Session) -> int:
    """Insert rows; those that meet an existing unique key are left as they stand.

    :return: how many were inserted.
    """
    if not rows:
        return 0
    name = session.get_bind().dialect.name
    statement: Any
    if name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as pg_insert

        statement = pg_insert(table).on_conflict_do_nothing()
    elif name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        statement = sqlite_insert(table).on_conflict_do_nothing()
    else:
        from sqlalchemy.dialects.mysql import insert as mysql_insert

        statement = mysql_insert(table).prefix_with("IGNORE")
    # As parameter sets and not as one long VALUES: such a statement is compiled once and then remembered.
    done: Any = session.execute(statement, [dict(row) for row in rows])
    return int(done.rowcount)


def insert_or_update(
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    keys: Sequence[str],
    changes: Changes,
    *,
    session: Session,
) -> None:
    """Insert rows; those that meet an existing key change the row that stands there.

    :param rows: ordered, so that two servers wait for each other and never deadlock; no key twice.
    :param keys: columns of the primary or unique key.
    :param changes: column to its new value. What compares must not use a column that stands before it: MySQL
        has set that already.
    """
    if not rows:
        return
    name = session.get_bind().dialect.name
    statement: Any
    if name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as pg_insert

        pg = pg_insert(table)
        statement = pg.on_conflict_do_update(index_elements=list(keys), set_=dict(changes(pg.excluded)))
    elif name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        lite = sqlite_insert(table)
        statement = lite.on_conflict_do_update(index_elements=list(keys), set_=dict(changes(lite.excluded)))
    else:
        from sqlalchemy.dialects.mysql import insert as mysql_insert

        my = mysql_insert(table)
        statement = my.on_duplicate_key_update(list(changes(my.inserted).items()))
    session.execute(statement, [dict(row) for row in rows])


def smaller(first: ColumnElement[Any], second: ColumnElement[Any]) -> ColumnElement[Any]:
    """The smaller of two values: the functions for it have other names, or other rules, from database to database."""
    return case((second < first, second), else_=first)


def larger(first: ColumnElement[Any], second: ColumnElement[Any]) -> ColumnElement[Any]:
    """The larger of two values."""
    return case((second > first, second), else_=first)


def ids_of(table: Table, key: str, rows: Sequence[Mapping[str, Any]], *, session: Session) -> dict[str, int]:
    """Surrogate ids of rows by a unique column, inserting the rows that are not there.

    The rows stay until the transaction ends: nobody cleans away what the caller is about to name.

    :return: value of ``key`` to ``id``.
    """
    found = select_ids(table, key, [row[key] for row in rows], is_held=True, session=session)
    for _ in range(_TRIES):
        missing = {row[key]: row for row in rows if row[key] not in found}
        if not missing:
            break
        # Ordered, so that two servers inserting the same rows wait for each other and never deadlock.
        insert_missing(table, [missing[value] for value in sorted(missing)], session=session)
        # A row that somebody else had made may have been cleaned away since: then it is made here.
        found.update(select_ids(table, key, list(missing), is_held=True, session=session))
    return found


def select_ids(
    table: Table, key: str, values: Sequence[str], *, is_held: bool = False, session: Session
) -> dict[str, int]:
    """Surrogate ids of the rows that are there, by a unique column.

    :param is_held: keep them from being deleted until the transaction ends, with the lock that a foreign key
        takes as well: it is in nobody else's way.
    """
    found: dict[str, int] = {}
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), CHUNK):
        query = select(table.c[key], table.c.id).where(table.c[key].in_(distinct[start : start + CHUNK]))
        if is_held:
            query = query.with_for_update(read=True, key_share=True)
        found.update({row[0]: row[1] for row in session.execute(query)})
    return found
