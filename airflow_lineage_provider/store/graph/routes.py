"""Shortest ways from the root of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_lineage_provider.store.graph.node import Node
from airflow_lineage_provider.store.graph.walk import State, Walk

HIDDEN = "masked"
"""Stands on a way for a node that is not in the answer."""


class Routes:
    """Ways to the nodes of an answer."""

    def __init__(self, walk: Walk, described: Mapping[Any, Node]) -> None:
        self._walk = walk
        self._described = described

    def of(self, *, downstream: bool) -> dict[str, tuple[str, ...]]:
        """Node id to the node ids on a shortest way, the root first; the roots have themselves."""
        came_from = self._walk.came_from.get(downstream, {})
        first_states = self._walk.first_states.get(downstream, {})
        ids = {key: node.id for key, node in self._described.items()}
        node_of = {state: node for node, state in first_states.items()}
        found: dict[State, tuple[str, ...]] = {}

        def path(state: State) -> tuple[str, ...]:
            behind: list[State] = []
            at: State | None = state
            while at is not None and at not in found:
                behind.append(at)
                at = came_from[at]
            way = () if at is None else found[at]
            for each in reversed(behind):
                # A job that was reached from several datasets has several states, only one of them its first.
                node = node_of[each] if each in node_of else each[0]  # type: ignore[index]
                way = (*way, ids.get(node, HIDDEN))
                found[each] = way
            return way

        return {ids[node]: path(state) for node, state in first_states.items() if node in ids}
