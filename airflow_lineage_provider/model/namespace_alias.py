"""Namespaces that a deployment says are one server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from airflow_lineage_provider.model.dataset_id import MAX_NAMESPACE
from airflow_lineage_provider.model.namespace import scheme_of, spelled


class InvalidAlias(ValueError):
    """Aliases that cannot be used. The message says why."""


def read_aliases(text: str) -> dict[str, str]:
    """Read a JSON object from namespace to namespace. Raises :class:`InvalidAlias`."""
    try:
        wire = json.loads(text or "{}", object_pairs_hook=_without_repeats)
    except InvalidAlias:
        raise
    except (ValueError, RecursionError) as error:
        raise InvalidAlias(f"no JSON: {error}") from None
    if not isinstance(wire, dict):
        raise InvalidAlias("no JSON object")
    for name, target in wire.items():
        for namespace in (name, target):
            if not isinstance(namespace, str) or not _is_namespace(namespace):
                raise InvalidAlias(f"{namespace!r} is no namespace")
    settled_aliases(wire)
    return wire


def settled_aliases(aliases: Mapping[str, str]) -> dict[str, str]:
    """From each namespace, in its canonical spelling, to the last one that its chain of aliases leads to.

    Raises :class:`InvalidAlias` for aliases that lead in a circle, and for two spellings of one namespace that lead
    to different ones.
    """
    direct: dict[str, str] = {}
    for name, target in aliases.items():
        known = direct.setdefault(canonical_namespace(name), canonical_namespace(target))
        if known != canonical_namespace(target):
            raise InvalidAlias(f"{name!r} leads to {known!r} and to {target!r}")
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


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    wire: dict[str, Any] = {}
    for name, target in pairs:
        if wire.setdefault(name, target) != target:
            raise InvalidAlias(f"{name!r} stands there twice")
    return wire


def _is_namespace(text: str) -> bool:
    # isprintable refuses NUL and halves of surrogate pairs, which no database takes.
    if not text.isprintable() or len(text) > MAX_NAMESPACE:
        return False
    canonical = canonical_namespace(text)
    return 0 < len(canonical) <= MAX_NAMESPACE and bool(scheme_of(canonical))


def canonical_namespace(namespace: str) -> str:
    """One spelling of scheme, host and port."""
    for after, _ in spelled(namespace):
        namespace = after
    return namespace
