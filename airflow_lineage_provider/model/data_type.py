"""Column types in a form of their own, whatever dialect names them.

What a text leaves out (``varchar`` without a length) is ``None`` and no claim: it is neither more nor less than a
length. ``UNBOUNDED`` is a claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto

UNBOUNDED = 1 << 62
"""Of a size, precision or scale: there is no limit that a table ever meets."""


class Family(StrEnum):
    """Kind of value. The last six are as coarse as a contract's ``logicalType``: several kinds fit them."""

    BOOLEAN = auto()
    NUMBER = auto()
    """Exact: integers and decimals."""
    FLOAT = auto()
    TEXT = auto()
    BINARY = auto()
    BITS = auto()
    DATE = auto()
    TIME = auto()
    TIMESTAMP = auto()
    INTERVAL = auto()
    UUID = auto()
    JSON = auto()
    STRUCT = auto()
    ARRAY = auto()
    MAP = auto()
    VECTOR = auto()
    OTHER = auto()
    """Has a ``word`` and nothing to compare: ``geography``, ``inet``."""
    ANY_TEXT = auto()
    ANY_NUMBER = auto()
    ANY_OBJECT = auto()
    ANY_LIST = auto()
    ANY_FLAG = auto()
    """A boolean in a system that has none."""
    ANY_DAY = auto()
    """A date in a system whose dates have a time of day."""


FITTING = {
    Family.ANY_TEXT: frozenset(
        {Family.TEXT, Family.UUID, Family.INTERVAL, Family.JSON, Family.BINARY, Family.BITS, Family.OTHER}
    ),
    Family.ANY_NUMBER: frozenset({Family.NUMBER, Family.FLOAT}),
    Family.ANY_OBJECT: frozenset({Family.STRUCT, Family.MAP, Family.JSON}),
    Family.ANY_LIST: frozenset({Family.ARRAY, Family.VECTOR, Family.JSON}),
    Family.ANY_FLAG: frozenset({Family.BOOLEAN, Family.NUMBER, Family.BITS, Family.TEXT}),
    Family.ANY_DAY: frozenset({Family.DATE, Family.TIMESTAMP}),
}
"""What a coarse family stands for."""


@dataclass(frozen=True, slots=True)
class StructField:
    """A field of a struct."""

    name: str
    type: DataType | None


@dataclass(frozen=True, slots=True)
class DataType:
    """A type. Each part is ``None`` where it is not said or means nothing for the family."""

    family: Family
    size: int | None = None
    """Characters, bytes, bits, or dimensions of a vector."""
    precision: int | None = None
    """Digits of a number; digits of the seconds of a time."""
    scale: int | None = None
    bits: int | None = None
    """Of an integer or a float."""
    is_signed: bool = True
    has_timezone: bool | None = None
    """Whether a time is a moment on the time line, and not what some clock showed."""
    values: frozenset[str] | None = None
    """The only texts that an enumeration has; of a type with a ``word`` what stands in its brackets."""
    key: DataType | None = None
    element: DataType | None = None
    """Of an array or vector; the values of a map."""
    fields: tuple[StructField, ...] | None = None
    word: str | None = None
    """Name of a type that has no family."""


def fits(coarse: Family, family: Family) -> bool:
    """Whether types of a family can stand where the other is promised."""
    return coarse is family or family in FITTING.get(coarse, ())
