"""What changed of the columns of a schema object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from airflow_lineage_provider.contracts.changes.change import (
    ContractChange,
    major,
    minor,
    other_keys,
    patch,
    without_custom,
)
from airflow_lineage_provider.contracts.changes.column_pairs import Pairs, pair_columns
from airflow_lineage_provider.contracts.changes.end_of_support import is_supported_no_more
from airflow_lineage_provider.contracts.changes.quality import quality_changes
from airflow_lineage_provider.contracts.changes.types import Dialects, type_changes
from airflow_lineage_provider.contracts.classification import is_lower
from airflow_lineage_provider.contracts.column_rename import are_close
from airflow_lineage_provider.contracts.promise import is_deprecated
from airflow_lineage_provider.contracts.property_tree import Property, flag, mappings, schema_path, text_of

_TOLD = frozenset(
    {
        "name", "id", "physicalName", "physicalType", "logicalType", "logicalTypeOptions", "required", "unique",
        "primaryKey", "primaryKeyPosition", "classification", "criticalDataElement", "enum", "quality",
        "properties", "items", "deprecated",
    }
)  # fmt: skip


def column_changes(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    dialects: Dialects,
    contract: Mapping[str, Any],
    today: date,
) -> Iterator[ContractChange]:
    """Compare the columns of two versions of a schema object; ``contract`` is the old version."""
    pairs = pair_columns(old, new)
    for one in pairs.removed:
        yield _removed(one, pairs, old, contract, today)
    for one in pairs.added:
        is_required = bool(flag(one.data.get("required")))
        kind = "column-added-required" if is_required else "column-added"
        yield minor(
            kind, one.path, None, _type(one), f"{one.name} is new{' and required' if is_required else ''}"
        )
    for before, after in pairs.both:
        yield from _changes(before, after, dialects)
    yield from _key(old, new, pairs)


def _removed(
    one: Property, pairs: Pairs, schema: Mapping[str, Any], contract: Mapping[str, Any], today: date
) -> ContractChange:
    was = _type(one)
    if is_deprecated(one.data) and is_supported_no_more(contract, schema, today, one):
        return minor("column-removed", one.path, was, None, f"{one.name} is gone, as was announced")
    alike = [other for other in pairs.added if other.within == one.within and are_close(one.name, other.name)]
    hint = f"; renamed to {alike[0].name}?" if len(alike) == 1 else ""
    return major("column-removed", one.path, was, None, f"{one.name} is gone{hint}")


def _changes(old: Property, new: Property, dialects: Dialects) -> Iterator[ContractChange]:
    a, b, name, path = old.data, new.data, new.name, new.path
    was, now = _own_name(old), _own_name(new)
    if was != now:
        yield major("column-renamed", path, was, now, f"column {was} is {now} now")
    elif text_of(a.get("name")) != text_of(b.get("name")):
        yield minor(
            "name-changed", path, a.get("name"), b.get("name"),
            f"{old.name} is called {name}; the column itself is the same",
        )  # fmt: skip
    yield from type_changes(old, new, dialects)
    yield from _switched(a, b, "required", path, f"{name} may be null now", f"{name} is never null now")
    yield from _switched(a, b, "unique", path, f"{name} may repeat now", f"{name} is unique now")
    if flag(a.get("criticalDataElement")) and not flag(b.get("criticalDataElement")):
        yield major("critical-cleared", path, True, False, f"{name} is no critical data element any more")
    elif flag(b.get("criticalDataElement")) and not flag(a.get("criticalDataElement")):
        yield minor("critical-set", path, False, True, f"{name} is a critical data element now")
    yield from _classification(a, b, path, name)
    yield from _enum(a, b, path, name)
    if is_deprecated(a) != is_deprecated(b):
        kind = "column-deprecated" if is_deprecated(b) else "column-undeprecated"
        word = "deprecated" if is_deprecated(b) else "not deprecated any more"
        yield minor(kind, path, is_deprecated(a), is_deprecated(b), f"{name} is {word}")
    yield from quality_changes(a, b, path, name)
    yield from other_keys(without_custom(a, "deprecated"), without_custom(b, "deprecated"), _TOLD, path, name)


def _switched(
    a: Mapping[str, Any], b: Mapping[str, Any], key: str, path: str, off: str, on: str
) -> Iterator[ContractChange]:
    was, now = bool(flag(a.get(key))), bool(flag(b.get(key)))
    if was and not now:
        yield major(f"{key}-loosened", path, was, now, off)
    elif now and not was:
        yield minor(f"{key}-tightened", path, was, now, on)


def _classification(
    a: Mapping[str, Any], b: Mapping[str, Any], path: str, name: str
) -> Iterator[ContractChange]:
    was, now = text_of(a.get("classification")), text_of(b.get("classification"))
    if (was or "").casefold() == (now or "").casefold():
        return
    message = f"{name} was {was or 'not classified'} and is {now or 'not classified'}"
    if is_lower(now, was):
        yield major("classification-lowered", path, was, now, message)
    elif is_lower(was, now):
        yield minor("classification-raised", path, was, now, message)
    else:
        yield minor("classification-changed", path, was, now, message)


def _enum(a: Mapping[str, Any], b: Mapping[str, Any], path: str, name: str) -> Iterator[ContractChange]:
    was, now = _values(a), _values(b)
    if was == now:
        return
    if now is None:
        yield major("enum-values-added", path, sorted(was or ()), None, f"{name} may have any value now")
    elif was is None:
        yield minor("enum-values-removed", path, None, sorted(now), f"{name} has only the listed values now")
    else:
        if added := sorted(now - was):
            yield major("enum-values-added", path, None, added, f"{name} may be {', '.join(added)} as well")
        if removed := sorted(was - now):
            yield minor(
                "enum-values-removed", path, removed, None, f"{name} is not {', '.join(removed)} any more"
            )


def _values(data: Mapping[str, Any]) -> frozenset[str] | None:
    entries = mappings(data.get("enum"))
    return frozenset(str(entry.get("value")) for entry in entries) if entries else None


def _key(old: Mapping[str, Any], new: Mapping[str, Any], pairs: Pairs) -> Iterator[ContractChange]:
    """Compare primary keys by the pairs of columns: a new name of a key column is told of already."""
    numbers = {before.name: number for number, (before, _) in enumerate(pairs.both)}
    others = {after.name: number for number, (_, after) in enumerate(pairs.both)}
    was = _key_columns([*(one for one, _ in pairs.both), *pairs.removed])
    now = _key_columns([*(one for _, one in pairs.both), *pairs.added])
    a = [numbers.get(name, f"-{name}") for name in was]
    b = [others.get(name, f"+{name}") for name in now]
    if a == b:
        return
    path = schema_path(new)
    message = f"the key of {new.get('name')} was ({', '.join(was)}) and is ({', '.join(now)})"
    if sorted(map(str, a)) == sorted(map(str, b)):
        yield patch("key-reordered", path, was, now, message)
    elif a and not (b and set(b) <= set(a)):
        yield major("key-changed", path, was, now, message)
    else:
        yield minor("key-changed", path, was, now, message)


def _key_columns(properties: list[Property]) -> list[str]:
    keys = [one for one in properties if flag(one.data.get("primaryKey"))]

    def place(one: Property) -> int:
        position = one.data.get("primaryKeyPosition")
        return position if isinstance(position, int) and position > 0 else 1 << 30

    return [one.name for one in sorted(keys, key=lambda one: (place(one), one.name))]


def _own_name(one: Property) -> str:
    """Without what it is nested in, whose own change is told."""
    name = one.physical
    return name[len(one.parent) :].removeprefix(".") if one.parent else name


def _type(one: Property) -> str | None:
    return text_of(one.data.get("physicalType")) or text_of(one.data.get("logicalType"))
