"""The ``logicalType`` of a contract as a type: as coarse as it is, for it leaves open how a system keeps it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from airflow_lineage_provider.model.data_type import DataType, Family

_FLAGLESS = frozenset({"mysql", "singlestore", "oracle", "teradata", "sqlite"})
"""Have no boolean, or keep it as a number."""
_TIMED_DATES = frozenset({"oracle"})
_DATELESS = frozenset({"sqlite"})
"""Keep dates as texts or numbers."""
_FORMAT = re.compile(r"(?P<kind>[iuf])(?P<bits>8|16|32|64|128)\Z")


def logical_type(
    word: str | None, options: Mapping[str, Any] | None = None, dialect: str | None = None
) -> DataType | None:
    """Type of an ODCS ``logicalType`` with its ``logicalTypeOptions``; ``None`` where it promises nothing to compare.

    Read are ``maxLength``, ``precision``, ``scale``, ``timezone`` and the ``format`` of numbers (``i32``, ``f64``).
    """
    options = options if isinstance(options, Mapping) else {}
    kind = word.strip().lower() if isinstance(word, str) else ""
    if kind in ("date", "time", "timestamp") and dialect in _DATELESS:
        return None
    match kind:
        case "string":
            return DataType(Family.ANY_TEXT, size=_count(options.get("maxLength")))
        case "integer":
            bits, is_signed = _format(options, "iu")
            return DataType(Family.NUMBER, scale=0, bits=bits, is_signed=is_signed)
        case "number":
            return _number(options)
        case "boolean":
            return DataType(Family.ANY_FLAG if dialect in _FLAGLESS else Family.BOOLEAN)
        case "date":
            return DataType(Family.ANY_DAY if dialect in _TIMED_DATES else Family.DATE)
        case "time":
            return DataType(Family.TIME, has_timezone=_flag(options.get("timezone")))
        case "timestamp":
            return DataType(Family.TIMESTAMP, has_timezone=_flag(options.get("timezone")))
        case "object":
            return DataType(Family.ANY_OBJECT)
        case "array" | "vector":
            return DataType(Family.ANY_LIST)
        case "map":
            return DataType(Family.ANY_OBJECT)
        case _:
            return None


def _number(options: Mapping[str, Any]) -> DataType:
    precision, scale = _count(options.get("precision")), _count(options.get("scale"))
    if precision is not None and scale is not None:
        return DataType(Family.NUMBER, precision=precision, scale=scale)
    bits, _ = _format(options, "f")
    return DataType(Family.ANY_NUMBER, bits=bits)


def _format(options: Mapping[str, Any], kinds: str) -> tuple[int | None, bool]:
    match = _FORMAT.match(str(options.get("format") or "").strip().lower())
    if match is None or match["kind"] not in kinds:
        return None, True
    return int(match["bits"]), match["kind"] != "u"


def _count(value: Any) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40
    return value if is_count else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None
