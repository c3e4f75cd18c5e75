"""Which column of the new version is which of the old."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from airflow_lineage_provider.contracts.property_tree import Property, properties_of, text_of


class Pairs(NamedTuple):
    """Columns of two versions of a schema object."""

    both: list[tuple[Property, Property]]
    removed: list[Property]
    """Without what is nested in one that is removed as well."""
    added: list[Property]


def pair_columns(old: Mapping[str, Any], new: Mapping[str, Any]) -> Pairs:
    """Pair by id, then by name, then by physical name; what is nested, within the pair of what holds it."""
    before, after = _unique(properties_of(old)), _unique(properties_of(new))
    found: dict[str, Property] = {}
    by_id = {(one.within, key): one for one in after.values() if (key := text_of(one.data.get("id")))}
    by_physical = {(one.within, _step(one, one.physical)): one for one in after.values()}
    levels: dict[str, list[Property]] = {}
    for one in before.values():
        levels.setdefault(one.within, []).append(one)
    taken: set[str] = set()
    for within, level in levels.items():
        # Levels come in the order of the tree: what holds this one was paired before.
        above = found[within].name if within in found else None if within else ""
        if above is None:
            continue
        for how in (_id_key, _name_key, _physical_key):
            for one in level:
                if one.name in found or (key := how(one)) is None:
                    continue
                if how is _name_key:
                    other = after.get(above + key if key == "[]" or not above else f"{above}.{key}")
                else:
                    other = (by_id if how is _id_key else by_physical).get((above, key))
                if other is not None and other.name not in taken:
                    found[one.name] = other
                    taken.add(other.name)
    removed = [one for one in before.values() if one.name not in found]
    added = [one for one in after.values() if one.name not in taken]
    return Pairs(
        [(one, found[one.name]) for one in before.values() if one.name in found],
        _topmost(removed),
        _topmost(added),
    )


def _unique(properties: Any) -> dict[str, Property]:
    found: dict[str, Property] = {}
    for one in properties:
        found.setdefault(one.name, one)
    return found


def _topmost(properties: Sequence[Property]) -> list[Property]:
    names = {one.name for one in properties}
    return [one for one in properties if one.within not in names]


def _step(one: Property, name: str) -> str:
    """The last part of a dotted name."""
    above = one.parent if name == one.physical else one.within
    return name[len(above) :].removeprefix(".") if above else name


def _id_key(one: Property) -> str | None:
    return text_of(one.data.get("id"))


def _name_key(one: Property) -> str | None:
    return one.name[len(one.within) :].removeprefix(".") if one.within else one.name


def _physical_key(one: Property) -> str | None:
    return _step(one, one.physical)
