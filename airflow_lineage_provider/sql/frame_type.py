"""Types as Arrow, pandas, polars and NumPy write them: ``int64``, ``timestamp[us, tz=UTC]``, ``list<item: string>``.

Read before SQL where a dataset has no dialect, because ``int8`` has 8 bits here and 8 bytes in PostgreSQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from airflow_lineage_provider.model.data_type import DataType, Family, StructField

MOST_NESTED = 30

_DIGITS = {"s": 0, "ms": 3, "us": 6, "ns": 9}
"""Digits of a second by unit."""
_FLOATS = {"float16": 16, "halffloat": 16, "float32": 32, "float64": 64, "double": 64}
_INTEGERS = {
    f"{sign}int{bits}": (bits, not sign) for sign, bits in product(("", "u"), (8, 16, 32, 64, 128, 256))
}
_WORDS = {
    **{name: DataType(Family.FLOAT, bits=bits) for name, bits in _FLOATS.items()},
    **{name: DataType(Family.NUMBER, bits=bits, scale=0, is_signed=signed) for name, (bits, signed) in _INTEGERS.items()},
    **dict.fromkeys(("bool", "boolean"), DataType(Family.BOOLEAN)),
    **dict.fromkeys(("string", "str", "utf8", "large_string", "large_utf8", "string_view"), DataType(Family.TEXT)),
    **dict.fromkeys(("binary", "large_binary", "binary_view", "bytes"), DataType(Family.BINARY)),
    **dict.fromkeys(("date", "date32", "date64"), DataType(Family.DATE)),
    "float": DataType(Family.FLOAT),
    "time": DataType(Family.TIME, has_timezone=False),
    "duration": DataType(Family.INTERVAL),
    "list": DataType(Family.ARRAY),
    "struct": DataType(Family.STRUCT),
    "map": DataType(Family.MAP),
}  # fmt: skip
_UNIT = re.compile(
    r"(?P<kind>timestamp|datetime64|datetime|time32|time64|duration|timedelta64|date32|date64|date)"
    r"\[\s*(?P<unit>\w+)\s*(?:,\s*(?:tz=)?(?P<zone>[^\],]+))?\]"
)
_POLARS = re.compile(
    r"(?P<kind>datetime|duration)\((?:time_unit=)?'(?P<unit>[a-zµμ]?s)'(?:,\s*(?:time_zone=)?(?P<zone>.+))?\)"
)
_DECIMAL = re.compile(
    r"decimal(?:32|64|128|256)?\((?:precision=)?(?P<precision>\d{1,4}),\s*(?:scale=)?(?P<scale>-?\d{1,4})\)"
)
_HELD = re.compile(r"(?P<kind>.+)\[(?:pyarrow|python|pyarrow_numpy)\]")
_FIXED_BINARY = re.compile(r"(?:fixed_size_binary|binary)\[(?P<size>\d{1,9})\]")
_NESTED = re.compile(r"(?P<kind>\w+)\s*[<(](?P<inside>.*)[>)](?:\[\d+\])?", re.DOTALL)
_LISTS = frozenset({"list", "large_list", "fixed_size_list", "list_view", "large_list_view", "array"})
_OPENING, _CLOSING = "<([{", ">)]}"


def is_frame_only(text: str) -> bool:
    """Whether no SQL dialect writes a type like this, whatever its parser makes of it."""
    lowered = text.strip().lower()
    return bool(
        _UNIT.fullmatch(lowered)
        or _HELD.fullmatch(lowered)
        or _POLARS.fullmatch(lowered)
        or re.match(r"\w+\s*<\s*(?:item|element)\s*:", lowered)
    )


def read_frame_type(text: str, depth: int = 0) -> DataType | None:
    """Read a type in one of the vocabularies; ``None``: it is in none, or says nothing (``object``, ``category``)."""
    lowered = text.strip().lower()
    if depth > MOST_NESTED:
        return None
    if (word := _WORDS.get(lowered)) is not None:
        return word
    if (match := _HELD.fullmatch(lowered)) is not None:
        return read_frame_type(match["kind"], depth + 1)
    if (match := _UNIT.fullmatch(lowered) or _POLARS.fullmatch(lowered)) is not None:
        return _timed(match["kind"], match["unit"], match["zone"])
    if (match := _DECIMAL.fullmatch(lowered)) is not None:
        scale = int(match["scale"])
        return DataType(Family.NUMBER, precision=int(match["precision"]), scale=scale)
    if (match := _FIXED_BINARY.fullmatch(lowered)) is not None:
        return DataType(Family.BINARY, size=int(match["size"]))
    if (match := _NESTED.fullmatch(text.strip())) is not None:
        return _nested(match["kind"].lower(), match["inside"], depth + 1)
    return None


def _timed(kind: str, unit: str, zone: str | None) -> DataType | None:
    if kind.startswith("date") and not kind.startswith("datetime"):
        return DataType(Family.DATE)
    if unit not in _DIGITS:
        return None
    if kind in ("duration", "timedelta64"):
        return DataType(Family.INTERVAL)
    has_zone = bool(zone) and str(zone).strip().strip("'\"") not in ("none", "")
    family = Family.TIME if kind.startswith("time") and kind != "timestamp" else Family.TIMESTAMP
    return DataType(family, precision=_DIGITS[unit], has_timezone=has_zone)


def _nested(kind: str, inside: str, depth: int) -> DataType | None:
    parts = list(_parts(inside))
    if kind in _LISTS:
        return DataType(Family.ARRAY, element=_inner(parts[0], depth)) if parts else None
    if kind == "map" and len(parts) >= 2:
        return DataType(Family.MAP, key=_inner(parts[0], depth), element=_inner(parts[1], depth))
    if kind == "dictionary":
        values = [part for part in parts if part.strip().startswith("values=")]
        return read_frame_type(values[0].strip().removeprefix("values="), depth) if values else None
    if kind == "struct":
        # polars: Struct({'a': Int64})
        inner = inside.strip()
        if inner.startswith("{") and inner.endswith("}"):
            parts = list(_parts(inner[1:-1]))
        fields = [part.partition(":") for part in parts if part.strip()]
        if any(not colon for _, colon, _ in fields):
            return None
        return DataType(
            Family.STRUCT,
            fields=tuple(
                StructField(name.strip().strip("'\"`"), read_frame_type(_nullable(kind), depth))
                for name, _, kind in fields
            ),
        )
    return None


def _inner(part: str, depth: int) -> DataType | None:
    """Type of an element, which Arrow gives a name: ``item: int64``."""
    named = re.match(r"\s*(?:item|element|key|value|values)\s*:", part)
    return read_frame_type(_nullable(part[named.end() :] if named else part), depth)


def _nullable(part: str) -> str:
    return part.strip().removesuffix("not null").strip()


def _parts(inside: str) -> Iterator[str]:
    """Split at the commas that are in no bracket."""
    depth = start = 0
    for at, letter in enumerate(inside):
        if letter in _OPENING:
            depth += 1
        elif letter in _CLOSING:
            depth -= 1
        elif letter == "," and depth == 0:
            yield inside[start:at]
            start = at + 1
    yield inside[start:]
