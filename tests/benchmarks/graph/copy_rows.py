"""Many rows into PostgreSQL at once."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, text

_SECONDARY = """
SELECT i.indexname, i.indexdef FROM pg_indexes i
LEFT JOIN pg_constraint c ON c.conname = i.indexname
WHERE i.schemaname = current_schema() AND i.tablename = ANY(:tables) AND c.conname IS NULL
"""


@contextmanager
def bulk_load(engine: Engine, *tables: str) -> Iterator[Any]:
    """Cursor for a load: foreign keys are not checked, indexes that are no constraint are built afterwards."""
    with engine.begin() as connection:
        indexes = connection.execute(text(_SECONDARY), {"tables": list(tables)}).all()
        for name, _ in indexes:
            connection.execute(text(f'DROP INDEX "{name}"'))
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
        driver = connection.connection.dbapi_connection
        assert driver is not None
        with driver.cursor() as cursor:
            yield cursor
        for _, definition in indexes:
            connection.execute(text(definition))
    # Outside of the transaction: without visibility map and statistics the first questions would be other ones.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in tables:
            connection.execute(text(f"VACUUM ANALYZE {table}"))


def copy_rows(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """COPY rows; no value may hold a tab, a line break or a backslash."""
    lines = io.StringIO()
    for row in rows:
        lines.write("\t".join(r"\N" if value is None else str(value) for value in row))
        lines.write("\n")
    lines.seek(0)
    cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", lines)
