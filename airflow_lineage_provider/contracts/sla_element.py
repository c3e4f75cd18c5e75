"""Which schema object of a contract an SLA property speaks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from airflow_lineage_provider.contracts.property_tree import mappings, text_of


def elements_of(
    named: str | None, schema: Mapping[str, Any], schemas: Sequence[Mapping[str, Any]]
) -> Iterator[str | None]:
    """Yield what of an ``element`` speaks for one schema object; ``None``: for all of it, as where none is named.

    :param named: ``orders``, ``orders.created_at``, ``orders.id, customers.id``, a column alone, or a reference
        ``schema/orders_id/properties/created_id``.
    :param schemas: all schema objects of the contract. Where there is one only, each element means it.
    """
    if named is None:
        yield None
        return
    for part in filter(None, (part.strip() for part in named.split(","))):
        owner = _owner(part, schemas)
        if owner is schema or (owner is None and len(schemas) == 1):
            yield part


def element_column(element: str | None, schema: Mapping[str, Any]) -> str | None:
    """Column that an element names; ``None``: it means the whole object."""
    if element is None:
        return None
    text = _dotted(element)
    for name in _names(schema):
        if text.casefold() == name.casefold():
            return None
        if text.casefold().startswith(f"{name.casefold()}."):
            return text[len(name) + 1 :]
    return text


def _owner(part: str, schemas: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    text = _dotted(part).casefold()
    # The longest name, for one table's name may start another's.
    named = [
        (len(name), number)
        for number, schema in enumerate(schemas)
        for name in _names(schema)
        if text == name.casefold() or text.startswith(f"{name.casefold()}.")
    ]
    if named:
        longest = max(length for length, _ in named)
        return schemas[next(number for length, number in named if length == longest)]
    holders = [schema for schema in schemas if text in _columns(schema)]
    return holders[0] if len(holders) == 1 else None


def _names(schema: Mapping[str, Any]) -> list[str]:
    """Names that a schema object goes by; the table alone of a qualified one among them, longest first."""
    names = [name for key in ("name", "physicalName", "id") if (name := text_of(schema.get(key)))]
    names += [name.rpartition(".")[2] for name in names if "." in name]
    return sorted(dict.fromkeys(filter(None, names)), key=len, reverse=True)


def _columns(schema: Mapping[str, Any]) -> set[str]:
    return {
        str(entry[key]).casefold()
        for entry in mappings(schema.get("properties"))
        for key in ("name", "physicalName", "id")
        if isinstance(entry.get(key), str)
    }


def _dotted(part: str) -> str:
    """``schema/a/properties/b`` as ``a.b``."""
    steps = part.strip().lstrip("#/").split("/")
    return ".".join(step for step in steps if step not in ("schema", "properties", ""))
