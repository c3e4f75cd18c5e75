"""Whether the type of a column is the one that its contract promises."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from airflow_lineage_provider.contracts.promise import ColumnPromise
from airflow_lineage_provider.model.data_type import DataType, Family, fits
from airflow_lineage_provider.model.type_lattice import Relation, is_detail, relation_as_far_as_said
from airflow_lineage_provider.sql.frame_type import read_frame_type
from airflow_lineage_provider.sql.logical_type import logical_type
from airflow_lineage_provider.sql.type_reading import read_type

_COMPARED = ("maxLength", "precision", "scale", "timezone", "format")
"""The ``logicalTypeOptions`` that say something about the type."""
_HOLDERS = frozenset({Family.STRUCT, Family.ARRAY, Family.MAP, Family.JSON})

_Options = tuple[tuple[str, Any], ...]


class TypeVerdict(StrEnum):
    """What became of a promised type, mildest first."""

    FINE = "fine"
    UNKNOWN = "unknown"
    NARROWED = "narrowed"
    WIDENED = "widened"
    CHANGED = "changed"


_ORDER = list(TypeVerdict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and why."""

    verdict: TypeVerdict
    reason: str = ""
    is_overlap: bool = False
    """Widened, and does not hold all values that it did."""

    def explain(self, was: str | None, now: str | None) -> str:
        """The predicate of a sentence about a column."""
        match self.verdict:
            case TypeVerdict.FINE:
                return f"is {now} as promised"
            case TypeVerdict.UNKNOWN:
                if now is None:
                    return f"should be {was}; its type was not observed"
                return f"is {now}, which cannot be compared with {was}"
            case TypeVerdict.NARROWED:
                text = f"is {now}, which holds less than {was} in the contract"
            case TypeVerdict.WIDENED:
                text = f"is {now}, which holds values that {was} in the contract does not"
            case TypeVerdict.CHANGED:
                text = f"is {now}, and the contract says {was}"
        return f"{text}: {self.reason}" if self.reason else text


FINE = Judgement(TypeVerdict.FINE)
UNKNOWN = Judgement(TypeVerdict.UNKNOWN)


def judge_type(
    promised: ColumnPromise, observed: str | None, dialect: str | None, *, is_outer: bool = False
) -> Judgement:
    """Judge the type that a column has.

    :param is_outer: what is nested in the column is promised, and so judged, by itself.
    """
    return _judged_text(
        promised.physical_type,
        promised.logical_type,
        _options(promised.options),
        observed,
        dialect,
        is_outer,
    )


def judge_types(
    promised: ColumnPromise, observed: DataType | None, dialect: str | None, *, is_outer: bool = False
) -> Judgement:
    """The same for a part of a type that was read already."""
    return _judged(
        promised.physical_type,
        promised.logical_type,
        _options(promised.options),
        observed,
        dialect,
        is_outer,
    )


def declared_type(
    physical: str | None, logical: str | None, options: Mapping[str, Any], dialect: str | None
) -> DataType | None:
    """The type that a contract promises: its physical type where the dialect knows it, its logical type otherwise."""
    if physical:
        # A word of SQL says little of a dataset that is no table.
        found = read_type(physical, dialect, is_declared=True) if dialect else read_frame_type(physical)
        if found is not None:
            return found
    if (coarse := logical_type(logical, options, dialect)) is not None:
        return coarse
    return read_type(physical, None, is_declared=True) if physical and not logical else None


def _options(options: Mapping[str, Any]) -> _Options:
    if not options:
        return ()
    found = ((key, options[key]) for key in _COMPARED if key in options)
    return tuple((key, value) for key, value in found if isinstance(value, bool | int | str))


@lru_cache(maxsize=50_000)
def _judged_text(
    physical: str | None,
    logical: str | None,
    options: _Options,
    observed: str | None,
    dialect: str | None,
    is_outer: bool,
) -> Judgement:
    if not physical and not logical:
        return FINE
    if observed is None or not observed.strip():
        return UNKNOWN
    if physical and is_spelled_alike(physical, observed):
        return FINE
    return _judged(physical, logical, options, read_type(observed, dialect), dialect, is_outer)


def is_spelled_alike(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but letter case and spaces; in quotes both count."""
    return _unquoted(one) == _unquoted(other)


def _unquoted(text: str) -> list[str]:
    parts = re.split(r"('(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`)", text)
    # Every other part is one in quotes.
    return ["".join(part.lower().split()) if number % 2 == 0 else part for number, part in enumerate(parts)]


@lru_cache(maxsize=50_000)
def _judged(
    physical: str | None,
    logical: str | None,
    options: _Options,
    observed: DataType | None,
    dialect: str | None,
    is_outer: bool,
) -> Judgement:
    if not physical and not logical:
        return FINE
    said = MappingProxyType(dict(options))
    declared = declared_type(physical, logical, said, dialect)
    if declared is None or observed is None:
        return UNKNOWN
    if is_outer:
        is_holder = observed.family in _HOLDERS and fits(declared.family, observed.family)
        return FINE if is_holder else Judgement(TypeVerdict.CHANGED)
    zone = said.get("timezone")
    is_timestamp = declared.family is observed.family is Family.TIMESTAMP
    if is_timestamp and zone is not None and zone == observed.has_timezone:
        # The contract says it in words that do not depend on a dialect.
        declared = replace(declared, has_timezone=observed.has_timezone)
    return judge_parts(declared, observed)


def judge_parts(declared: DataType, observed: DataType) -> Judgement:
    """The worst that became of a type or of a part of it."""
    return max(_parts(declared, observed), key=_badness, default=FINE)


def _badness(one: Judgement) -> tuple[int, bool]:
    return _ORDER.index(one.verdict), one.is_overlap


def _parts(declared: DataType, observed: DataType) -> Iterator[Judgement]:
    """Judge each part of a nested type; fields that are new break nobody's query."""
    if declared.family is observed.family is Family.STRUCT and declared.fields and observed.fields:
        there = {field.name.casefold(): field.type for field in observed.fields}
        for field in declared.fields:
            if field.name.casefold() not in there:
                yield Judgement(TypeVerdict.CHANGED, f"its field {field.name} is gone")
            elif field.type is not None and (kind := there[field.name.casefold()]) is not None:
                yield from _parts(field.type, kind)
        return
    if declared.family is observed.family is Family.ARRAY and declared.element and observed.element:
        yield from _parts(declared.element, observed.element)
        return
    yield _leaf(declared, observed)


def _leaf(declared: DataType, observed: DataType) -> Judgement:
    if declared.bits is not None and observed == DataType(Family.NUMBER):
        return Judgement(TypeVerdict.WIDENED, "it may have fractions")
    match relation_as_far_as_said(declared, observed):
        case Relation.WIDER:
            return Judgement(TypeVerdict.WIDENED)
        case Relation.NARROWER:
            return Judgement(TypeVerdict.NARROWED)
        case Relation.INCOMPATIBLE if is_detail(declared, observed):
            return Judgement(TypeVerdict.WIDENED, "neither holds all values of the other", True)
        case Relation.INCOMPATIBLE:
            return Judgement(TypeVerdict.CHANGED, _zones(declared, observed))
        case _:
            return FINE


def _zones(declared: DataType, observed: DataType) -> str:
    if declared.family is observed.family and declared.has_timezone != observed.has_timezone:
        return "it has a time zone now" if observed.has_timezone else "it has no time zone any more"
    return ""
