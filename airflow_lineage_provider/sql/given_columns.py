"""Columns that somebody states for tables, written as ``TABLE=column,column``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from airflow_lineage_provider.sql.dialect import column_case, known_dialect
from airflow_lineage_provider.sql.naming import key_of, name_of
from airflow_lineage_provider.sql.script import ColumnsOf
from airflow_lineage_provider.sql.statement import Table
from airflow_lineage_provider.sql.words import Words


def given_columns(texts: Sequence[str], dialect: str) -> ColumnsOf:
    """Return a look-up of the columns; raises ValueError with a text that is not in that form.

    Names are read as the dialect reads them in a statement. Leading parts that are not written match any:
    ``t=a`` means every table t, and where ``s.t=b`` is given as well, that holds for s.t.
    """
    dialect = known_dialect(dialect)
    given = [_read(text, dialect) for text in texts]

    def columns_of(table: Table) -> Sequence[str] | None:
        asked = key_of(table, dialect)
        found: tuple[int, Sequence[str] | None] = (0, None)
        for stated, columns in given:
            parts = [part for part in key_of(stated, dialect) if part]
            if parts == list(asked[-len(parts) :]) and len(parts) >= found[0]:
                found = (len(parts), columns)
        return found[1]

    return columns_of


def _read(text: str, dialect: str) -> tuple[Table, tuple[str, ...]]:
    words = Words(text, dialect)
    node: Any = words.name()
    name = name_of(node, dialect) if node is not None else None
    columns: list[str] = []
    more = name is not None and words.take("=")
    while more:
        written, quoted = words.text()
        columns.append(column_case(written, dialect, quoted))
        more = words.take(",")
    if name is None or not words.done() or not columns or not all(map(_is_name, columns)):
        raise ValueError(text)
    return Table(name.catalog, name.schema, name.name), tuple(columns)


def _is_name(text: str) -> bool:
    return bool(text) and (text[0].isalnum() or text[0] in "_#@")
