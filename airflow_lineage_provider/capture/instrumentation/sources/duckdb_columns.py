"""Columns of DuckDB's relations, which know them before anything is computed."""

from __future__ import annotations

from itertools import islice
from typing import Any

from airflow_lineage_provider.capture.instrumentation.sources.column_types import (
    MAX_COLUMNS,
    list_of,
    map_of,
    struct_of,
)
from airflow_lineage_provider.model.io_entry import Column

_MAX_DEPTH = 12
_LEAVES = {
    "tinyint": "int8", "smallint": "int16", "integer": "int32", "bigint": "int64", "hugeint": "int128",
    "utinyint": "uint8", "usmallint": "uint16", "uinteger": "uint32", "ubigint": "uint64", "uhugeint": "uint128",
    "float": "float32", "double": "float64", "boolean": "bool", "varchar": "string", "json": "string",
    "uuid": "string", "enum": "string", "blob": "binary", "date": "date32", "time": "time64[us]",
    "timestamp": "timestamp[us]", "timestamp_s": "timestamp[s]", "timestamp_ms": "timestamp[ms]",
    "timestamp_ns": "timestamp[ns]", "timestamp with time zone": "timestamp[us, tz=UTC]",
}  # fmt: skip
"""By the ids of types, in the words of ``column_types``."""


def columns_of_relation(relation: Any) -> tuple[Column, ...]:
    """Columns of a relation; nothing is run for it."""
    pairs = zip(relation.columns, relation.types, strict=False)
    return tuple(Column(str(name), _type(kind)) for name, kind in islice(pairs, MAX_COLUMNS))


def _type(kind: Any, depth: int = 0) -> str | None:
    name = str(kind.id)
    if depth > _MAX_DEPTH:
        return None
    if name == "decimal":
        parts = dict(kind.children)
        return f"decimal({parts['precision']}, {parts['scale']})"
    if name in ("list", "array"):
        return list_of(_type(kind.children[0][1], depth + 1))
    if name == "map":
        return map_of(*(_type(child, depth + 1) for _, child in kind.children))
    if name == "struct":
        return struct_of(
            (field, _type(child, depth + 1)) for field, child in islice(kind.children, MAX_COLUMNS)
        )
    return _LEAVES.get(name)
