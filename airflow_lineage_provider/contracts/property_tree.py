"""Properties of a schema object with all that is nested in them, as one list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

DEEPEST = 40
MOST = 50_000
"""Properties of one schema object that are read."""


_FLAGS = {"true": True, "yes": True, "false": False, "no": False}


class Property(NamedTuple):
    """A property where it stands. Nested names have dots, what an array holds has ``[]``: ``order.items[].price``."""

    name: str
    physical: str
    """Made of physical names, where there are such."""
    path: str
    """``schema[orders].properties[order].properties[items].items.properties[price]``"""
    parent: str
    """Physical name of what it is nested in; empty at the top."""
    within: str
    """The same with the names of the contract."""
    data: Mapping[str, Any]


def properties_of(schema: Mapping[str, Any]) -> Iterator[Property]:
    """Columns of a schema object in its order, each before what is nested in it.

    Measures are left out: they are computed by whoever asks and are no columns.
    """
    budget = [MOST]
    yield from _within(
        schema.get("properties"), Property("", "", schema_path(schema), "", "", schema), 0, budget
    )


def schema_path(schema: Mapping[str, Any]) -> str:
    """``schema[orders]``."""
    return f"schema[{schema.get('name')}]"


def mappings(value: Any) -> list[Mapping[str, Any]]:
    """Mappings in what should be a list of them."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def numbered_mappings(value: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The same with their places in the list."""
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, Mapping):
            yield index, item


def text_of(value: Any) -> str | None:
    """A text that says something."""
    text = value.strip() if isinstance(value, str) else ""
    return text or None


def custom_property(holder: Mapping[str, Any], name: str) -> Any:
    """Value of a custom property, whatever the case of its name; ``None``: it has none."""
    if not holder.get("customProperties"):
        return None
    for entry in mappings(holder["customProperties"]):
        if str(entry.get("property") or "").strip().casefold() == name.casefold():
            return entry.get("value")
    return None


def flag(value: Any) -> bool | None:
    """A yes or no, also as text; ``None``: neither."""
    if value is None or isinstance(value, bool):
        return value
    return _FLAGS.get(str(value).strip().casefold())


def _within(entries: Any, above: Property, depth: int, budget: list[int]) -> Iterator[Property]:
    if depth >= DEEPEST:
        return
    for entry in mappings(entries):
        name = text_of(entry.get("name"))
        if name is None or budget[0] <= 0 or entry.get("semanticType") == "measure":
            continue
        budget[0] -= 1
        found = Property(
            _joined(above.name, name),
            _joined(above.physical, text_of(entry.get("physicalName")) or name),
            f"{above.path}.properties[{name}]",
            above.physical,
            above.name,
            entry,
        )
        yield from _with_nested(found, depth, budget)


def _with_nested(found: Property, depth: int, budget: list[int]) -> Iterator[Property]:
    yield found
    yield from _within(found.data.get("properties"), found, depth + 1, budget)
    items = found.data.get("items")
    if isinstance(items, Mapping) and depth + 1 < DEEPEST and budget[0] > 0:
        budget[0] -= 1
        item = Property(
            f"{found.name}[]", f"{found.physical}[]", f"{found.path}.items", found.physical, found.name, items
        )
        yield from _with_nested(item, depth + 1, budget)


def _joined(above: str, name: str) -> str:
    return f"{above}.{name}" if above else name
