"""What changed of the schema objects of a contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from airflow_lineage_provider.contracts.changes.change import (
    ContractChange,
    major,
    minor,
    other_keys,
    without_custom,
)
from airflow_lineage_provider.contracts.changes.columns import column_changes
from airflow_lineage_provider.contracts.changes.end_of_support import is_supported_no_more
from airflow_lineage_provider.contracts.changes.quality import quality_changes
from airflow_lineage_provider.contracts.changes.types import Dialects
from airflow_lineage_provider.contracts.promise import is_closed, is_deprecated
from airflow_lineage_provider.contracts.property_tree import mappings, schema_path, text_of

_TOLD = frozenset({"name", "id", "physicalName", "properties", "quality", "deprecated"})

_Object = Mapping[str, Any]


def object_changes(old: _Object, new: _Object, dialects: Dialects, today: date) -> Iterator[ContractChange]:
    """Compare schema objects: by id, then by name, then by physical name."""
    before, after = mappings(old.get("schema")), mappings(new.get("schema"))
    pairs = _pairs(before, after)
    paired = {index for index, _ in pairs}, {index for _, index in pairs}
    for index, one in enumerate(before):
        if index not in paired[0]:
            yield _removed(one, old, today)
    for index, one in enumerate(after):
        if index not in paired[1]:
            yield minor("schema-added", schema_path(one), None, one.get("name"), f"{one.get('name')} is new")
    for a, b in pairs:
        yield from _changes(before[a], after[b], old, new)
        yield from column_changes(before[a], after[b], dialects, old, today)


def _pairs(before: list[_Object], after: list[_Object]) -> list[tuple[int, int]]:
    found: dict[int, int] = {}
    for key in ("id", "name", "physicalName"):
        there = {text: index for index, one in enumerate(after) if (text := text_of(one.get(key)))}
        for index, one in enumerate(before):
            other = there.get(text_of(one.get(key)) or "")
            if other is not None and index not in found and other not in found.values():
                found[index] = other
    return sorted(found.items())


def _removed(one: _Object, contract: _Object, today: date) -> ContractChange:
    name, path = one.get("name"), schema_path(one)
    if is_deprecated(one) and is_supported_no_more(contract, one, today):
        return minor("schema-removed", path, name, None, f"{name} is gone, as was announced")
    return major("schema-removed", path, name, None, f"{name} is gone")


def _changes(old: _Object, new: _Object, before: _Object, after: _Object) -> Iterator[ContractChange]:
    name, path = str(new.get("name")), schema_path(new)
    was, now = _physical(old), _physical(new)
    if was != now:
        yield major("physical-name-changed", path, was, now, f"{was} is {now} now")
    elif old.get("name") != new.get("name"):
        yield minor(
            "name-changed",
            path,
            old.get("name"),
            name,
            f"{old.get('name')} is called {name}; {now} is the same",
        )
    if is_closed(before, old) != is_closed(after, new):
        if is_closed(after, new):
            yield minor(
                "schema-closed", path, False, True, f"{name} has no columns but those that are declared"
            )
        else:
            yield major("schema-opened", path, True, False, f"{name} may have columns that are not declared")
    if is_deprecated(old) != is_deprecated(new):
        kind = "schema-deprecated" if is_deprecated(new) else "schema-undeprecated"
        word = "deprecated" if is_deprecated(new) else "not deprecated any more"
        yield minor(kind, path, is_deprecated(old), is_deprecated(new), f"{name} is {word}")
    yield from quality_changes(old, new, path, name)
    custom = ("closed", "deprecated")
    yield from other_keys(without_custom(old, *custom), without_custom(new, *custom), _TOLD, path, name)


def _physical(one: _Object) -> str:
    return text_of(one.get("physicalName")) or str(one.get("name"))
