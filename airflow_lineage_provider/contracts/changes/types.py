"""What changed of the type of a column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from airflow_lineage_provider.contracts.changes.change import ContractChange, major, minor, patch
from airflow_lineage_provider.contracts.property_tree import Property, text_of
from airflow_lineage_provider.contracts.type_promise import (
    Judgement,
    TypeVerdict,
    declared_type,
    is_spelled_alike,
    judge_parts,
)
from airflow_lineage_provider.model.data_type import DataType, fits
from airflow_lineage_provider.model.type_lattice import Relation, relation
from airflow_lineage_provider.sql.logical_type import logical_type
from airflow_lineage_provider.sql.type_reading import read_type

_OF_TYPE = ("maxLength", "precision", "scale", "timezone", "format")

Dialects = tuple[str | None, str | None]
"""Of the old and of the new version."""


def type_changes(old: Property, new: Property, dialects: Dialects) -> Iterator[ContractChange]:
    """Compare physical types where both have one, logical ones otherwise."""
    was, now = text_of(old.data.get("physicalType")), text_of(new.data.get("physicalType"))
    if was and now:
        is_respelled = is_spelled_alike(was, now) and dialects[0] == dialects[1]
        if not is_respelled:
            a, b = (
                read_type(text, dialect, is_declared=True)
                for text, dialect in zip((was, now), dialects, strict=True)
            )
            yield from _judged(new, a, b, was, now)
        yield from _logical_words(old, new)
    elif was or now:
        a, b = _declared(old, dialects[0]), _declared(new, dialects[1])
        yield from _judged(new, a, b, was or _word(old), now or _word(new))
    else:
        yield from _logical(old, new, dialects)
    yield from _options(old, new)


def _logical(old: Property, new: Property, dialects: Dialects) -> Iterator[ContractChange]:
    was, now = _word(old), _word(new)
    if was == now and _said(old) == _said(new):
        return
    a, b = (
        logical_type(_word(one), _mapping(one), dialect)
        for one, dialect in zip((old, new), dialects, strict=True)
    )
    if was == now:
        was, now = _with_options(old), _with_options(new)
        yield from _judged(new, a, b, was, now)
    elif was is None:
        yield minor(
            "logical-type-changed",
            new.path,
            was,
            now,
            f"{new.name} is promised to be {now}; before, nothing was",
        )
    elif now is None:
        yield major(
            "logical-type-changed", new.path, was, now, f"{new.name} is not promised to be {was} any more"
        )
    elif a is not None and b is not None and fits(b.family, a.family) and a.family is not b.family:
        yield minor(
            "type-widened", new.path, was, now, f"{new.name} was {was} and is {now}, which may hold more"
        )
    else:
        verdict = judge_parts(a, b).verdict if a is not None and b is not None else TypeVerdict.CHANGED
        if verdict is TypeVerdict.CHANGED:
            yield major("logical-type-changed", new.path, was, now, f"{new.name} was {was} and is {now}")
        else:
            yield from _judged(new, a, b, was, now)


def _logical_words(old: Property, new: Property) -> Iterator[ContractChange]:
    was, now = _word(old), _word(new)
    if was != now:
        yield minor(
            "logical-type-changed", new.path, was, now,
            f"{new.name} is called {now or 'nothing'} instead of {was or 'nothing'}; see its physical type",
        )  # fmt: skip


def _judged(
    new: Property, a: DataType | None, b: DataType | None, was: str | None, now: str | None
) -> Iterator[ContractChange]:
    name, path = new.name, new.path
    if a is None or b is None:
        if was is not None and now is not None and a is b is None and is_spelled_alike(was, now):
            return
        yield major(
            "type-changed", path, was, now, f"{name} was {was} and is {now}, which cannot be compared"
        )
        return
    found: Judgement = judge_parts(a, b)
    match found.verdict:
        case TypeVerdict.NARROWED:
            yield major("type-narrowed", path, was, now, f"{name} was {was} and is {now}, which holds less")
        case TypeVerdict.WIDENED if found.is_overlap:
            yield major("type-changed", path, was, now, f"{name} was {was} and is {now}: {found.reason}")
        case TypeVerdict.WIDENED:
            yield minor(
                "type-widened", path, was, now,
                f"{name} was {was} and is {now}: whoever keeps it in the old type may lose values",
            )  # fmt: skip
        case TypeVerdict.CHANGED:
            reason = f": {found.reason}" if found.reason else ""
            yield major("type-changed", path, was, now, f"{name} was {was} and is {now}{reason}")
        case _ if relation(a, b) is Relation.SAME:
            if was is not None and now is not None and not is_spelled_alike(was, now):
                yield patch("type-respelled", path, was, now, f"{name}: {was} and {now} are one type")
        case _:
            yield minor(
                "type-refined", path, was, now, f"{name} was {was} and is {now}: the same, said otherwise"
            )


def _options(old: Property, new: Property) -> Iterator[ContractChange]:
    keys = (_mapping(old).keys() | _mapping(new).keys()) - set(_OF_TYPE)
    changed = sorted(key for key in keys if _mapping(old).get(key) != _mapping(new).get(key))
    if changed:
        was, now = ({key: _mapping(one).get(key) for key in changed} for one in (old, new))
        yield minor("options-changed", new.path, was, now, f"{new.name} has another {', '.join(changed)}")


def _declared(one: Property, dialect: str | None) -> DataType | None:
    return declared_type(text_of(one.data.get("physicalType")), _word(one), _mapping(one), dialect)


def _mapping(one: Property) -> Mapping[str, Any]:
    options = one.data.get("logicalTypeOptions")
    return options if isinstance(options, Mapping) else {}


def _said(one: Property) -> dict[str, Any]:
    return {key: _mapping(one)[key] for key in _OF_TYPE if key in _mapping(one)}


def _with_options(one: Property) -> str:
    said = ", ".join(f"{key} {value}" for key, value in _said(one).items())
    return f"{_word(one)} ({said})" if said else str(_word(one))


def _word(one: Property) -> str | None:
    return text_of(one.data.get("logicalType"))
