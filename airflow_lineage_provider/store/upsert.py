"""Insert what is not there yet, in the dialect's own words, without failing the transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Table, bindparam, case, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.parts import parts

CHUNK = 200
"""Values per statement: below SQLite's limit of bound parameters whatever the width of the row."""
READ_CHUNK = 900
"""Values of the one list that a query has: below the limit as well, with room for what else it asks."""
_TRIES = 5

Changes = Callable[[Any], Mapping[str, ColumnElement[Any]]]
"""From the columns of the row that was not inserted to what becomes of the one that stands there."""


def insert_missing(table: Table, rows: Sequence[Mapping[str, Any]], *, session: Session) -> int:
    """Insert rows; those that meet an existing unique key are left as they stand.

    :return: how many were inserted.
    """
    if not rows:
        return 0
    dialect = session.get_bind().dialect
    returned = _returned(table, rows, dialect)
    # As parameter sets and not as one long VALUES: such a statement is compiled once and then remembered.
    done: Any = session.execute(_insert(table, dialect.name, returned), [dict(row) for row in rows])
    return len(done.all()) if returned else int(done.rowcount)


def insert_new(
    table: Table, rows: Sequence[Mapping[str, Any]], names: tuple[str, ...], *, session: Session
) -> list[Any] | None:
    """As :func:`insert_missing`, and tell which rows were inserted.

    :param names: columns of the result.
    :return: the inserted rows in no order; ``None`` where some were, and the database does not tell which.
    """
    if not rows:
        return []
    dialect = session.get_bind().dialect
    if dialect.name not in ("postgresql", "sqlite") or not dialect.insert_returning:
        return None if insert_missing(table, rows, session=session) else []
    return list(session.execute(_insert(table, dialect.name, names), [dict(row) for row in rows]))


def insert_or_update(
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    keys: tuple[str, ...],
    changes: Changes,
    *,
    session: Session,
) -> None:
    """Insert rows; those that meet an existing key change the row that stands there.

    :param rows: ordered, so that two servers wait for each other and never deadlock; no key twice.
    :param keys: columns of the primary or unique key.
    :param changes: column to its new value, a function of a module: the statement is remembered by it. What
        compares must not use a column that stands before it: MySQL has set that already. No bound values: with
        them PostgreSQL is sent row by row.
    """
    if not rows:
        return
    dialect = session.get_bind().dialect
    statement = _upsert(table, dialect.name, keys, changes, _returned(table, rows, dialect))
    session.execute(statement, [dict(row) for row in rows])


def _returned(table: Table, rows: Sequence[Any], dialect: Dialect) -> tuple[str, ...]:
    """What to ask back for nothing but speed: only with it are many rows one statement of PostgreSQL's."""
    if len(rows) == 1 or dialect.name != "postgresql":
        return ()
    return (next(iter(table.primary_key.columns)).key,)


@lru_cache(maxsize=256)
def _insert(table: Table, dialect: str, returned: tuple[str, ...]) -> Any:
    statement: Any
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as pg_insert

        statement = pg_insert(table).on_conflict_do_nothing()
    elif dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        statement = sqlite_insert(table).on_conflict_do_nothing()
    else:
        from sqlalchemy.dialects.mysql import insert as mysql_insert

        statement = mysql_insert(table).prefix_with("IGNORE")
    return statement.returning(*(table.c[name] for name in returned)) if returned else statement


@lru_cache(maxsize=256)
def _upsert(
    table: Table, dialect: str, keys: tuple[str, ...], changes: Changes, returned: tuple[str, ...]
) -> Any:
    statement: Any
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as pg_insert

        pg = pg_insert(table)
        statement = pg.on_conflict_do_update(index_elements=list(keys), set_=dict(changes(pg.excluded)))
    elif dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        lite = sqlite_insert(table)
        statement = lite.on_conflict_do_update(index_elements=list(keys), set_=dict(changes(lite.excluded)))
    else:
        from sqlalchemy.dialects.mysql import insert as mysql_insert

        my = mysql_insert(table)
        statement = my.on_duplicate_key_update(list(changes(my.inserted).items()))
    return statement.returning(*(table.c[name] for name in returned)) if returned else statement


def smaller(first: ColumnElement[Any], second: ColumnElement[Any]) -> ColumnElement[Any]:
    """The smaller of two values: the functions for it have other names, or other rules, from database to database."""
    return case((second < first, second), else_=first)


def larger(first: ColumnElement[Any], second: ColumnElement[Any]) -> ColumnElement[Any]:
    """The larger of two values."""
    return case((second > first, second), else_=first)


def ids_of(
    table: Table,
    key: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    known: Mapping[str, int] | None = None,
    session: Session,
) -> dict[str, int]:
    """Surrogate ids of rows by a unique column, inserting the rows that are not there.

    The rows stay until the transaction ends: nobody cleans away what the caller is about to name.

    :param known: what was just looked up, and held.
    :return: value of ``key`` to ``id``.
    """
    if known is None:
        known = select_ids(table, key, [row[key] for row in rows], is_held=True, session=session)
    found = dict(known)
    for _ in range(_TRIES):
        missing = {row[key]: row for row in rows if row[key] not in found}
        if not missing:
            break
        # Ordered, so that two servers inserting the same rows wait for each other and never deadlock.
        ordered = [missing[value] for value in sorted(missing)]
        new = insert_new(table, ordered, (key, "id"), session=session)
        found.update({row[0]: row[1] for row in new or ()})
        # A row that somebody else had made may have been cleaned away since: then it is made here.
        others = [value for value in missing if value not in found]
        found.update(select_ids(table, key, others, is_held=True, session=session))
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
    for chunk in parts(distinct, CHUNK):
        part = {"some": chunk}
        found.update({row[0]: row[1] for row in session.execute(_select_ids(table, key, is_held), part)})
    return found


@lru_cache(maxsize=64)
def _select_ids(table: Table, key: str, is_held: bool) -> Any:
    query = select(table.c[key], table.c.id).where(table.c[key].in_(some()))
    return query.with_for_update(read=True, key_share=True) if is_held else query


def some(name: str = "some") -> Any:
    """Place of a list of values: a statement that is made once costs a fraction of one that is made each time."""
    return bindparam(name, expanding=True)
