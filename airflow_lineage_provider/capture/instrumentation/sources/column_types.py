"""One vocabulary for the column types of pandas, polars and Arrow.

``int8`` … ``uint64``, ``float16`` … ``float64``, ``bool``, ``string``, ``binary``, ``date32``, ``date64``,
``time32[unit]``, ``time64[unit]``, ``timestamp[unit]``, ``timestamp[unit, tz=zone]``, ``duration[unit]``,
``decimal(precision, scale)``, ``list<type>``, ``struct<name: type, …>``, ``map<type, type>`` and ``null``: what a
file keeps, not how a library holds it in memory. A category is of the type of its values.

Types are told by what they say about themselves: none of the libraries is imported for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from airflow_lineage_provider.model.io_entry import Column

MAX_COLUMNS = 1_000
_MAX_DEPTH = 12
_MAX_CHARACTERS = 1_000
_SAMPLE = 20
"""Values looked at to tell what a pandas column of objects holds."""
_MAX_SAMPLED = 200
"""Columns of a frame whose values are looked at."""

_LEAVES = {
    **{f"{sign}int{bits}": f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64, 128)},
    **{f"float{bits}": f"float{bits}" for bits in (16, 32, 64)},
    "halffloat": "float16", "float": "float32", "double": "float64",
    "bool": "bool", "boolean": "bool",
    "string": "string", "str": "string", "utf8": "string", "large_string": "string", "string_view": "string",
    "categorical": "string", "enum": "string",
    "binary": "binary", "large_binary": "binary", "binary_view": "binary", "fixed_size_binary": "binary",
    "date": "date32", "date32": "date32", "date64": "date64", "time": "time64[ns]",
    "null": "null",
}  # fmt: skip
"""Names of types without parts, in lower case, in any of the libraries."""
_UNITS = re.compile(r"(?P<kind>date32|date64|time32|time64|timestamp|duration)\[(?P<rest>[^\]]+)\]")
_DATETIME64 = re.compile(r"(?P<kind>datetime64|timedelta64)\[(?P<unit>[a-z]+)(?:, (?P<zone>[^\]]+))?\]")
_LISTS = ("list<", "large_list<", "fixed_size_list<", "list_view<", "large_list_view<")
_VALUES = (
    (bool, "bool"), (int, "int64"), (float, "float64"), (str, "string"), (bytes, "binary"),
    (datetime, "timestamp[us]"), (date, "date32"), (time, "time64[us]"), (timedelta, "duration[us]"),
    (Decimal, "decimal"), ((list, tuple), "list"), (dict, "struct"),
)  # fmt: skip
"""Types of Python values, the special before the general."""


def type_of_arrow(kind: Any, depth: int = 0) -> str | None:
    """Name of a ``pyarrow.DataType``; ``None`` for what the vocabulary has no word for."""
    text = str(kind)
    if depth > _MAX_DEPTH:
        return None
    if text.startswith("struct<"):
        fields = [kind.field(index) for index in range(min(kind.num_fields, MAX_COLUMNS))]
        return struct_of((field.name, type_of_arrow(field.type, depth + 1)) for field in fields)
    if text.startswith(_LISTS):
        return list_of(type_of_arrow(kind.value_type, depth + 1))
    if text.startswith("map<"):
        return map_of(type_of_arrow(kind.key_type, depth + 1), type_of_arrow(kind.item_type, depth + 1))
    if text.startswith(("dictionary<", "run_end_encoded<")):
        return type_of_arrow(kind.value_type, depth + 1)
    if text.startswith("decimal"):
        return f"decimal({kind.precision}, {kind.scale})"
    if (match := _UNITS.fullmatch(text)) is not None:
        return match["kind"] if match["kind"].startswith("date") else text
    if (leaf := _LEAVES.get(text.partition("[")[0].lower())) is not None:
        return leaf
    storage = getattr(kind, "storage_type", None)
    return type_of_arrow(storage, depth + 1) if storage is not None else None


def type_of_polars(kind: Any, depth: int = 0) -> str | None:
    """Name of a polars data type, class or instance."""
    name = (kind if isinstance(kind, type) else type(kind)).__name__
    if depth > _MAX_DEPTH:
        return None
    if name == "Struct":
        return struct_of((field.name, type_of_polars(field.dtype, depth + 1)) for field in kind.fields)
    if name in ("List", "Array"):
        return list_of(type_of_polars(kind.inner, depth + 1))
    if name == "Decimal":
        return f"decimal({kind.precision if kind.precision is not None else 38}, {kind.scale})"
    if name == "Datetime":
        return _timestamp(getattr(kind, "time_unit", None) or "us", getattr(kind, "time_zone", None))
    if name == "Duration":
        return f"duration[{getattr(kind, 'time_unit', None) or 'us'}]"
    return _LEAVES.get(name.lower())


def type_of_pandas(kind: Any) -> str | None:
    """Name of a NumPy or pandas dtype; ``None`` for ``object``, which says nothing."""
    if (arrow := getattr(kind, "pyarrow_dtype", None)) is not None:
        return type_of_arrow(arrow)
    if (categories := getattr(kind, "categories", None)) is not None:
        # An index of strings says object before pandas 3.
        return type_of_pandas(categories.dtype) or type_of_values(categories[:_SAMPLE])
    text = str(kind)
    if (match := _DATETIME64.fullmatch(text)) is not None:
        if match["kind"] == "timedelta64":
            return f"duration[{match['unit']}]"
        return _timestamp(match["unit"], match["zone"])
    if text.startswith("Sparse["):
        return type_of_pandas(kind.subtype)
    return _LEAVES.get(text.partition("[")[0].lower())


def type_of_values(values: Iterable[Any]) -> str | None:
    """Name of the type that all values have; ``None`` if they are of several, of another one, or all missing."""
    found: set[str | None] = set()
    for value in islice(values, _SAMPLE):
        if value is None or type(value).__name__ in ("NaTType", "NAType"):
            continue
        if isinstance(value, float) and value != value:
            continue
        found.add(next((name for kind, name in _VALUES if isinstance(value, kind)), None))
    return found.pop() if len(found) == 1 else None


def columns_of_arrow(schema: Any) -> tuple[Column, ...]:
    """Columns of a ``pyarrow.Schema``. That a field may be null is Arrow's default and says nothing."""
    return tuple(
        Column(field.name, type_of_arrow(field.type), None if field.nullable else False)
        for field in islice(schema, MAX_COLUMNS)
    )


def columns_of_polars(schema: Any) -> tuple[Column, ...]:
    """Columns of a polars schema: names to data types."""
    return tuple(Column(name, type_of_polars(kind)) for name, kind in islice(schema.items(), MAX_COLUMNS))


def columns_of_pandas(
    frame: Any, *, only: Any = None, names: Any = None, index: bool = False, unnamed: str | None = None
) -> tuple[Column, ...]:
    """Columns of a pandas frame as a writer puts them into a file.

    :param only: labels of the columns written; all if ``None``.
    :param names: what the file calls them instead.
    :param index: whether the index is written, in front. A level without a name counts only under ``unnamed``,
        which may have a ``{}`` for its number.
    """
    dtypes = list(frame.dtypes)
    places = list(range(min(len(frame.columns), MAX_COLUMNS)))
    labels = frame.columns
    if only is not None:
        wanted = set(only)
        places = [place for place in places if labels[place] in wanted]
    titles = list(names) if names is not None else [labels[place] for place in places]
    found = _index_columns(frame.index, unnamed) if index else []
    head = None
    sampled = 0
    for title, place in zip(titles, places, strict=False):
        kind = type_of_pandas(dtypes[place])
        if kind is None and sampled < _MAX_SAMPLED:
            sampled += 1
            head = frame.iloc[:_SAMPLE] if head is None else head
            kind = type_of_values(head.iloc[:, place].tolist())
        found.append(Column(str(title), kind))
    return tuple(found[:MAX_COLUMNS])


def _index_columns(index: Any, unnamed: str | None) -> list[Column]:
    found = []
    for number in range(index.nlevels):
        level = index.levels[number] if index.nlevels > 1 else index
        title = index.names[number]
        if title is None:
            title = unnamed.format(number) if unnamed is not None else None
        if title is not None:
            found.append(Column(str(title), type_of_pandas(level.dtype) or type_of_values(level[:_SAMPLE])))
    return found


def _timestamp(unit: str, zone: Any) -> str:
    return f"timestamp[{unit}, tz={zone}]" if zone else f"timestamp[{unit}]"


def list_of(kind: str | None) -> str | None:
    return _nested("list", kind)


def map_of(key: str | None, value: str | None) -> str | None:
    return _nested("map", key, value)


def _nested(word: str, *parts: str | None) -> str | None:
    return None if None in parts else _bounded(f"{word}<{', '.join(str(part) for part in parts)}>")


def struct_of(fields: Iterable[tuple[str, str | None]]) -> str:
    parts = ", ".join(f"{name}: {kind or 'unknown'}" for name, kind in fields)
    return _bounded(f"struct<{parts}>")


def _bounded(text: str) -> str:
    return text if len(text) <= _MAX_CHARACTERS else text[: _MAX_CHARACTERS - 1] + "…"
