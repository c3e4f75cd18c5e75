"""Namespaces that a deployment says are one server."""

from __future__ import annotations

import json
from collections.abc import Mapping

from airflow_lineage_provider.model.dataset_id import MAX_NAMESPACE
from airflow_lineage_provider.model.namespace import spelled


class InvalidAlias(ValueError):
    """Aliases that cannot be used. The message says why."""


def read_aliases(text: str) -> dict[str, str]:
    """Read a JSON object from namespace to namespace. Raises :class:`InvalidAlias`."""
    try:
        wire = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise InvalidAlias(f"no JSON: {error}") from None
    if not isinstance(wire, dict):
        raise InvalidAlias("no JSON object")
    for name, target in wire.items():
        for namespace in (name, target):
            if not isinstance(namespace, str) or not 0 < len(namespace.strip()) <= MAX_NAMESPACE:
                raise InvalidAlias(f"{namespace!r} is no namespace")
    settled_aliases(wire)
    return wire


def settled_aliases(aliases: Mapping[str, str]) -> dict[str, str]:
    """From each namespace, in its canonical spelling, to the last one that its chain of aliases leads to.

    Raises :class:`InvalidAlias` for aliases that lead in a circle.
    """
    direct = {canonical_namespace(name): canonical_namespace(target) for name, target in aliases.items()}
    direct = {name: target for name, target in direct.items() if name != target}
    settled = {}
    for name in direct:
        seen, end = {name}, direct[name]
        while end in direct:
            if end in seen:
                raise InvalidAlias(f"{name!r} leads in a circle")
            seen.add(end)
            end = direct[end]
        settled[name] = end
    return settled


def canonical_namespace(namespace: str) -> str:
    """One spelling of scheme, host and port."""
    for after, _ in spelled(namespace):
        namespace = after
    return namespace
