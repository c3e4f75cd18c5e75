"""What earlier statements of a session changed for later ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from airflow_lineage_provider.model.letter_case import default_case
from airflow_lineage_provider.sql.budget import MOST_COLUMNS, Budget
from airflow_lineage_provider.sql.dialect import comparable, default_schema_of
from airflow_lineage_provider.sql.naming import Name, completed, is_system, key_of, name_of
from airflow_lineage_provider.sql.relation import Column, OpenTable, Relation, merged
from airflow_lineage_provider.sql.script import ColumnsOf
from airflow_lineage_provider.sql.statement import ColumnSource, Table

# Here a temporary table lives beside all schemas and only its bare name finds it.
TEMPORARY_BESIDE = frozenset({"postgres", "redshift", "sqlite", "duckdb", "bigquery"})


class Session:
    """Current defaults, temporary tables and the columns of tables made on the way."""

    def __init__(self, columns_of: ColumnsOf | None = None, budget: Budget | None = None) -> None:
        self.budget = budget or Budget()
        self.dialect = ""
        self.catalog: str | None = None
        self.schema: str | None = None
        self.asked: dict[Table, tuple[str, ...] | None] = {}
        self._columns_of = columns_of
        self._home: tuple[str, str | None, str | None] = ("", None, None)
        self._moved: dict[tuple[str, str | None, str | None], tuple[str | None, str | None]] = {}
        self._temporary: dict[tuple[str, str, str], Relation] = {}
        self._made: dict[tuple[str, str, str], tuple[str, ...] | None] = {}

    def enter(self, dialect: str, catalog: str | None, schema: str | None) -> None:
        """Start a script; a script with the same defaults goes on where the last one switched to."""
        self.dialect = dialect
        self._home = (dialect, default_case(catalog, dialect), default_case(schema, dialect))
        self.catalog, self.schema = self._moved.get(self._home, self._home[1:])

    def use(self, catalog: str | None, schema: str | None) -> None:
        """Change the defaults for the statements that follow."""
        self.catalog, self.schema = catalog, schema
        self._moved[self._home] = (catalog, schema)

    def go_home(self) -> None:
        """Return to the defaults that the script came with."""
        self.use(*self._home[1:])

    def table(self, node: Any) -> Table | None:
        """Return the dataset of an ``exp.Table``; None for temporary, system and function tables."""
        name = name_of(node, self.dialect)
        if name is None or name.temporary or is_system(name, self.dialect):
            return None
        return None if self.temporary(node) is not None else self.complete(name)

    def complete(self, name: Name) -> Table:
        return completed(name, self.catalog, self.schema)

    def relation(self, node: Any) -> Relation | None:
        """Return the columns behind a table name; None where no lineage can come from it."""
        temporary = self.temporary(node)
        if temporary is not None:
            return temporary
        table = self.table(node)
        if table is None:
            return None
        columns = self.columns(table)
        if columns is None:
            return Relation((OpenTable(table),))
        return Relation(
            tuple(Column(name, (ColumnSource(table, name, "DIRECT", "IDENTITY"),)) for name in columns)
        )

    def columns(self, table: Table) -> tuple[str, ...] | None:
        """Return the known columns of a table: those made in this session win over the catalog's."""
        key = key_of(table, self.dialect)
        if key in self._made:
            return self._made[key]
        if table not in self.asked:
            self.asked[table] = known_columns(self._columns_of, table)
        return self.asked[table]

    def made(self, table: Table, columns: Sequence[str] | None) -> None:
        """Remember the columns that a statement gave a table; None when they are no longer known."""
        known = columns and len(columns) <= MOST_COLUMNS
        self._made[key_of(table, self.dialect)] = tuple(columns) if columns and known else None

    def temporary(self, node: Any) -> Relation | None:
        """Return what a temporary table was made of, or None when the name is no temporary table."""
        name = name_of(node, self.dialect)
        return None if name is None else self._temporary.get(self._temporary_key(name))

    def keep_temporary(self, node: Any, relation: Relation, append: bool = False) -> None:
        """Remember a temporary table's columns; with ``append`` rows were added to what it had."""
        name = name_of(node, self.dialect)
        if name is None:
            return
        key = self._temporary_key(name)
        before = self._temporary.get(key)
        self._temporary[key] = _appended(before, relation, self.dialect) if append and before else relation

    def forget(self, node: Any) -> bool:
        """Drop a table; True when it was a temporary one."""
        name = name_of(node, self.dialect)
        if name is None:
            return False
        if self._temporary.pop(self._temporary_key(name), None) is not None or name.temporary:
            return True
        self.made(self.complete(name), None)
        return False

    def default_schema(self) -> str | None:
        """Return the schema after a switch to another catalog."""
        return default_schema_of(self.dialect)

    def _temporary_key(self, name: Name) -> tuple[str, str, str]:
        bare = comparable(name.name, self.dialect)
        if name.temporary or (name.schema is None and self.dialect in TEMPORARY_BESIDE):
            return ("", "", bare)
        return key_of(self.complete(name), self.dialect)


def known_columns(columns_of: ColumnsOf | None, table: Table) -> tuple[str, ...] | None:
    """Return a table's columns, None if they are unknown or cannot be looked up just now."""
    try:
        known = columns_of(table) if columns_of is not None else None
    except Exception:
        return None
    return tuple(known) if known and len(known) <= MOST_COLUMNS else None


def _appended(before: Relation, added: Relation, dialect: str) -> Relation:
    old, new = before.columns(), added.columns()
    indirect = merged(before.indirect, added.indirect)
    if not old or new is None:
        return Relation(added.items if not old else before.items, indirect)
    found = {comparable(column.name, dialect): column for column in new}
    return Relation(
        tuple(
            Column(
                column.name,
                merged(
                    column.sources,
                    found[key].sources if (key := comparable(column.name, dialect)) in found else (),
                ),
                column.type,
            )
            for column in old
        ),
        indirect,
    )
