"""Which of two column types holds all values of the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum, auto
from functools import lru_cache

from airflow_lineage_provider.model.data_type import UNBOUNDED, DataType, Family, StructField, fits

_MOST_DIGITS = 4_096
_ENDLESS = 1 << 20_000
"""More than any number of ``_MOST_DIGITS``."""


class Relation(StrEnum):
    """How the values of one type lie to those of another: b as seen from a."""

    SAME = auto()
    WIDER = auto()
    """b holds all values of a, and more."""
    NARROWER = auto()
    INCOMPATIBLE = auto()
    """Neither holds all values of the other, or they mean something else."""
    UNKNOWN = auto()
    """A detail is not said that would decide."""

    @property
    def turned(self) -> Relation:
        """As seen from the other side."""
        return {Relation.WIDER: Relation.NARROWER, Relation.NARROWER: Relation.WIDER}.get(self, self)


def relation(a: DataType, b: DataType) -> Relation:
    """How ``b`` lies to ``a``. Never raises; what nests too deeply is unknown."""
    try:
        return _cached(a, b)
    except RecursionError:
        return Relation.UNKNOWN


def relation_as_far_as_said(a: DataType, b: DataType) -> Relation:
    """:func:`relation`, where what only one of the two says does not count: ``varchar`` is as good as ``varchar(9)``."""
    try:
        return _cached_as_far_as_said(a, b)
    except RecursionError:
        return Relation.UNKNOWN


def is_detail(a: DataType, b: DataType) -> bool:
    """Whether two types differ in how much they hold and not in what."""
    return a.family is b.family and a.family in (Family.NUMBER, Family.TEXT)


@lru_cache(maxsize=20_000)
def _cached(a: DataType, b: DataType) -> Relation:
    return _relation(a, b)


@lru_cache(maxsize=20_000)
def _cached_as_far_as_said(a: DataType, b: DataType) -> Relation:
    return _relation(_completed(a, b), _completed(b, a))


def _relation(a: DataType, b: DataType) -> Relation:
    if a == b:
        return Relation.SAME
    if a.family is not b.family:
        is_near = fits(a.family, b.family) or fits(b.family, a.family)
        return Relation.UNKNOWN if is_near else Relation.INCOMPATIBLE
    match a.family:
        case Family.NUMBER:
            return _numbers(a, b)
        case Family.TEXT:
            return _texts(a, b)
        case Family.FLOAT:
            return _order(a.bits, b.bits)
        case Family.BINARY | Family.BITS:
            return _order(a.size, b.size)
        case Family.TIME | Family.TIMESTAMP:
            return _all_of([_equal(a.has_timezone, b.has_timezone), _order(a.precision, b.precision)])
        case Family.ARRAY | Family.MAP:
            return _all_of([_nested(a.key, b.key), _nested(a.element, b.element)])
        case Family.VECTOR:
            return _all_of([_equal(a.size, b.size), _nested(a.element, b.element)])
        case Family.STRUCT:
            return _structs(a, b)
        case Family.OTHER:
            return _all_of([_equal(a.word, b.word), _parameters(a, b)])
        case _:
            # Coarse ones of one family differ in what they do not all have.
            return Relation.UNKNOWN


def _numbers(a: DataType, b: DataType) -> Relation:
    one, other = _range(a), _range(b)
    if one is None or other is None:
        return Relation.UNKNOWN
    return _holding(
        other[0] <= one[0] and other[1] >= one[1] and other[2] >= one[2],
        one[0] <= other[0] and one[1] >= other[1] and one[2] >= other[2],
    )


def _range(number: DataType) -> tuple[int, int, int] | None:
    """Smallest and largest whole number, digits after the point."""
    if number.bits is not None:
        bits = max(0, min(number.bits, _MOST_DIGITS)) - number.is_signed
        most = (1 << bits) - 1 if bits >= 0 else 0
        return (-most - 1 if number.is_signed else 0), most, 0
    if number.precision is None or number.scale is None:
        return None
    if number.precision >= UNBOUNDED:
        most = _ENDLESS
    else:
        most = 10 ** max(0, min(number.precision - number.scale, _MOST_DIGITS)) - 1
    return (-most if number.is_signed else 0, most, number.scale)


def _texts(a: DataType, b: DataType) -> Relation:
    within, holds = _has_all(b, a), _has_all(a, b)
    if within is None or holds is None:
        return Relation.UNKNOWN
    return _holding(within, holds)


def _has_all(a: DataType, b: DataType) -> bool | None:
    """Whether ``a`` holds all texts of ``b``."""
    if a.values is not None:
        return b.values is not None and b.values <= a.values
    longest = max(map(len, b.values), default=0) if b.values is not None else b.size
    return None if a.size is None or longest is None else longest <= a.size


def _structs(a: DataType, b: DataType) -> Relation:
    if a.fields is None or b.fields is None:
        return Relation.UNKNOWN
    ours, theirs = _by_name(a), _by_name(b)
    if ours.keys() != theirs.keys() or len(ours) != len(a.fields) or len(theirs) != len(b.fields):
        return Relation.INCOMPATIBLE
    return _all_of(_nested(kind, theirs[name]) for name, kind in ours.items())


def _by_name(struct: DataType) -> dict[str, DataType | None]:
    return {field.name.casefold(): field.type for field in struct.fields or ()}


def _nested(a: DataType | None, b: DataType | None) -> Relation:
    if a is None or b is None:
        return Relation.SAME if a is b else Relation.UNKNOWN
    return _relation(a, b)


def _order(a: int | None, b: int | None) -> Relation:
    if a == b:
        return Relation.SAME
    if a is None or b is None:
        return Relation.UNKNOWN
    return Relation.WIDER if b > a else Relation.NARROWER


def _equal(a: object, b: object) -> Relation:
    if a == b:
        return Relation.SAME
    return Relation.UNKNOWN if a is None or b is None else Relation.INCOMPATIBLE


def _parameters(a: DataType, b: DataType) -> Relation:
    if a.word != "set" or a.values is None or b.values is None:
        return _equal(a.values, b.values)
    return _holding(a.values <= b.values, b.values <= a.values)


def _holding(is_held: bool, holds: bool) -> Relation:
    if is_held:
        return Relation.SAME if holds else Relation.WIDER
    return Relation.NARROWER if holds else Relation.INCOMPATIBLE


def _all_of(relations: Iterable[Relation]) -> Relation:
    """Of types whose parts lie so: a type is wider only where no part is narrower."""
    found = set(relations) - {Relation.SAME}
    for worst in (Relation.INCOMPATIBLE, Relation.UNKNOWN):
        if worst in found:
            return worst
    if len(found) > 1:
        return Relation.INCOMPATIBLE
    return found.pop() if found else Relation.SAME


def _completed(a: DataType, b: DataType) -> DataType:
    """``a`` with what only ``b`` says."""
    if a.family is not b.family:
        if not fits(a.family, b.family):
            return a
        # A number that may be a float says nothing of how many digits a decimal has.
        bits = None if b.family is Family.NUMBER else a.bits
        a = replace(a, family=b.family, word=b.word, bits=bits)
    if a.family is Family.NUMBER:
        return _completed_number(a, b)
    return replace(
        a,
        size=b.size if a.size is None and a.values is None else a.size,
        precision=b.precision if a.precision is None else a.precision,
        bits=b.bits if a.bits is None else a.bits,
        has_timezone=b.has_timezone if a.has_timezone is None else a.has_timezone,
        values=b.values if a.values is None and a.size is None else a.values,
        key=_completed_part(a.key, b.key),
        element=_completed_part(a.element, b.element),
        fields=_completed_fields(a, b),
        word=b.word if a.word is None else a.word,
    )


def _completed_number(a: DataType, b: DataType) -> DataType:
    if _range(a) is not None or (b.bits is None and b.precision is None):
        return a
    if b.bits is not None:
        return replace(a, bits=b.bits, is_signed=b.is_signed, scale=b.scale)
    scale = b.scale if a.scale is None else a.scale
    precision = b.precision
    if precision is not None and precision < UNBOUNDED and scale is not None:
        precision = max(0, precision - (b.scale or 0) + scale)
    return replace(a, precision=precision, scale=scale, is_signed=b.is_signed)


def _completed_part(a: DataType | None, b: DataType | None) -> DataType | None:
    if a is None or b is None:
        return b if a is None else a
    return _completed(a, b)


def _completed_fields(a: DataType, b: DataType) -> tuple[StructField, ...] | None:
    if a.fields is None or b.fields is None:
        return b.fields if a.fields is None else a.fields
    theirs = _by_name(b)
    if len(_by_name(a)) != len(a.fields) or len(theirs) != len(b.fields):
        # Nobody knows which of two fields of one name is meant.
        return a.fields
    return tuple(
        StructField(field.name, _completed_part(field.type, theirs.get(field.name.casefold())))
        for field in a.fields
    )
