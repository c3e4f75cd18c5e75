"""Columns of a dbt model or source as properties of ODCS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from airflow_lineage_provider.contracts.logical_type import logical_type
from airflow_lineage_provider.contracts.readers.dbt_tests import DbtTest
from airflow_lineage_provider.contracts.readers.draft import MAX_COLUMNS, Column
from airflow_lineage_provider.contracts.readers.loose import items, mapping, text

_MAX_TYPE = 1000


def columns_of(
    written: Iterable[Any], constraints: Any, tests: Sequence[DbtTest], dialect: str | None
) -> list[Column]:
    """Columns in their order, each name once.

    :param written: mappings with ``name, data_type, description, constraints, tags``.
    :param constraints: of the model; a key of several columns stands here.
    """
    columns: dict[str, Column] = {}
    for entry in written:
        column = mapping(entry)
        name = text(column.get("name"))
        if name is not None and len(columns) < MAX_COLUMNS:
            columns.setdefault(name, _column(name, column, dialect))
    for entry in items(constraints):
        constraint = mapping(entry)
        names = [name for item in items(constraint.get("columns")) if (name := text(item)) in columns]
        _constrain([columns[name] for name in names if name], constraint)
    for test in tests:
        if test.column in columns:
            columns[test.column].setdefault("quality", []).append(test.to_rule())
    return list(columns.values())


def _column(name: str, written: Mapping[str, Any], dialect: str | None) -> Column:
    column: Column = {"name": name}
    kind = text(written.get("data_type"))
    if kind and "{{" not in kind and len(kind) <= _MAX_TYPE:
        logical = logical_type(kind, dialect)
        if logical is not None:
            column["logicalType"] = logical
        column["physicalType"] = kind
    if description := text(written.get("description")):
        column["description"] = description
    tags = [tag for item in items(written.get("tags")) if (tag := text(item))]
    if tags:
        column["tags"] = list(dict.fromkeys(tags))
    meta = {**mapping(mapping(written.get("config")).get("meta")), **mapping(written.get("meta"))}
    if classification := text(meta.get("classification")):
        column["classification"] = classification
    for constraint in items(written.get("constraints")):
        _constrain([column], mapping(constraint))
    return column


def _constrain(columns: Sequence[Column], constraint: Mapping[str, Any]) -> None:
    kind = text(constraint.get("type"))
    if kind == "not_null":
        for column in columns:
            column["required"] = True
    elif kind == "primary_key":
        for position, column in enumerate(columns, 1):
            column.update(primaryKey=True, primaryKeyPosition=position, required=True)
    elif kind == "unique" and len(columns) == 1:
        columns[0]["unique"] = True
