"""What is left of an answer for somebody who may not see all of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any


def kept_nodes(
    nodes: Iterable[Any], edges: Callable[[], Iterable[tuple[Any, Any]]], visible: Collection[Any]
) -> list[Any]:
    """Visible nodes, and the others that hold them together: next to one, or on a way between two.

    :return: in the order of ``nodes``.
    """
    nodes = list(nodes)
    targets: dict[Any, list[Any]] = {}
    sources: dict[Any, list[Any]] = {}
    near: set[Any] = set()
    for source, target in edges():
        targets.setdefault(source, []).append(target)
        sources.setdefault(target, []).append(source)
        if source in visible:
            near.add(target)
        if target in visible:
            near.add(source)
    starts = [node for node in nodes if node in visible]
    between = _reached(starts, targets) & _reached(starts, sources)
    return [node for node in nodes if node in visible or node in near or node in between]


def mask_ids(nodes: Sequence[Any], visible: Collection[Any]) -> dict[Any, str]:
    """Names of the nodes that have none: ``masked:1``, ``masked:2``, ... in the order they stand."""
    hidden = [node for node in nodes if node not in visible]
    return {node: f"masked:{number}" for number, node in enumerate(hidden, start=1)}


def _reached(starts: Sequence[Any], neighbours: dict[Any, list[Any]]) -> set[Any]:
    found = set(starts)
    frontier = list(starts)
    while frontier:
        for neighbour in neighbours.get(frontier.pop(), ()):
            if neighbour not in found:
                found.add(neighbour)
                frontier.append(neighbour)
    return found
