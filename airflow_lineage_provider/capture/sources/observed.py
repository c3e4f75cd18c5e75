"""Columns of the tables a task touched, read from the database itself: one connection, one query a connection.

Which tables is asked of OpenLineage's parser in Rust (2 ms to import); a table it misses stays unobserved,
a name it invents finds no columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from airflow_lineage_provider.capture.limits import TimeBudget
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.record import LineageRecord, ObservedTable

DIALECTS = {
    "postgres": "postgres",
    "redshift": "redshift",
    "mysql": "mysql",
    "mariadb": "mysql",
    "mssql": "mssql",
    "snowflake": "snowflake",
    "trino": "generic",
    "sqlite": "sqlite",
}
"""Connection types whose columns one query can tell, with the parser's dialect."""
MAX_TABLES = 50

_SIZED = frozenset({"character varying", "varchar", "character", "char", "nvarchar", "nchar", "bpchar"})
_SCALED = frozenset({"numeric", "decimal"})


def can_observe(record: LineageRecord, mode: str) -> bool:
    """Tell whether there is a table whose columns could be read."""
    return mode != "off" and any(
        record.connections[statement.connection].conn_type in DIALECTS for statement in record.statements
    )


def add_observed_columns(
    record: LineageRecord,
    core: LineageRecord,
    hooks: dict[str, Any],
    mode: str,
    budget: TimeBudget,
    on_error: Callable[[str, BaseException], None],
) -> None:
    """Read the columns of what ``core``'s statements wrote (``outputs``) or touched (``all``).

    :param hooks: connection id to the hook that ran the statements.
    """
    record.connections = list(core.connections)
    for index, connection in enumerate(core.connections):
        hook = hooks.get(connection.conn_id)
        if hook is None or connection.conn_type not in DIALECTS:
            continue
        statements = [entry.sql for entry in core.statements if entry.connection == index]
        names = _table_names(statements, DIALECTS[connection.conn_type], mode)
        if len(names) > MAX_TABLES:
            record.truncated.append(f"observed columns: {len(names) - MAX_TABLES} tables left out")
            names = names[:MAX_TABLES]
        if not names:
            continue
        if budget.is_over:
            record.truncated.append(f"observed columns: no time left of {budget.seconds:g} s")
            return
        try:
            record.observed.extend(read_tables(hook, index, connection.conn_type, names))
        except Exception as error:
            on_error("observed columns", error)


def _table_names(statements: Sequence[str], dialect: str, mode: str) -> list[str]:
    from openlineage_sql import parse

    names: dict[str, None] = {}
    for sql in statements:
        # The parser knows no driver placeholders.
        parsed = parse([sql.replace("%s", "NULL")], dialect, None)
        if parsed is None:
            continue
        tables = [*parsed.out_tables, *(parsed.in_tables if mode == "all" else ())]
        names.update(dict.fromkeys(table.name.strip('"`[]').lower() for table in tables if table.name))
    return list(names)


def read_tables(hook: Any, index: int, conn_type: str, names: Sequence[str]) -> list[ObservedTable]:
    """Columns of all tables with one of the names, in whatever schema. Raises what the database raises.

    :param index: place of the connection in the record that the tables go into.
    :param names: lower case.
    """
    rows = _read(hook, _sqlite_query(names) if conn_type == "sqlite" else _information_schema_query(names))
    tables: dict[tuple[str | None, str], list[Column]] = {}
    for schema, table, column, kind, nullable, length, precision, scale in rows:
        tables.setdefault((schema, table), []).append(
            Column(str(column), _type(kind, length, precision, scale), _nullable(nullable))
        )
    return [
        ObservedTable(connection=index, name=str(table), schema=schema, columns=tuple(columns))
        for (schema, table), columns in tables.items()
    ]


def _read(hook: Any, sql: str) -> list[Any]:
    with closing(hook.get_conn()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _quoted(names: Sequence[str]) -> str:
    return ", ".join("'" + name.replace("'", "''") + "'" for name in names)


def _information_schema_query(names: Sequence[str]) -> str:
    return (
        "SELECT table_schema, table_name, column_name, data_type, is_nullable, character_maximum_length, "
        "numeric_precision, numeric_scale FROM information_schema.columns "
        f"WHERE lower(table_name) IN ({_quoted(names)}) ORDER BY table_schema, table_name, ordinal_position"
    )


def _sqlite_query(names: Sequence[str]) -> str:
    return (
        # A key may hold NULL in SQLite, by its own account a bug that it keeps; nobody means that, so it is not known.
        'SELECT NULL, m.name, c.name, c.type, CASE WHEN c."notnull" THEN 0 WHEN c.pk = 0 THEN 1 END, '
        "NULL, NULL, NULL FROM sqlite_master m "
        "JOIN pragma_table_info(m.name) c "
        f"WHERE lower(m.name) IN ({_quoted(names)}) ORDER BY m.name, c.cid"
    )


def _nullable(answer: Any) -> bool | None:
    return None if answer is None else str(answer).upper() in ("YES", "1")


def _type(kind: Any, length: Any, precision: Any, scale: Any) -> str | None:
    name = str(kind).lower() if kind else None
    if name in _SIZED and length:
        return f"{name}({length})"
    if name in _SCALED and precision:
        return f"{name}({precision},{scale or 0})"
    return name
