"""Breadth first through whatever has neighbours, both ways at once, up to a number of nodes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

State = Hashable
"""Where a walk stands. Usually a node; a job that said which output comes from which input is left on other ways
according to the dataset it was reached from, so that it is one state for each."""
Reached = tuple[Any, Any, Any, Any, State, State]
"""(source node, target node, part, row, state it was reached from, state to go on from): an edge and a way along it.

An edge may be told by several rows, as that of a DAG is by its tasks: ``part`` keeps them apart."""
Expand = Callable[[Sequence[Any], bool, int], Iterable[Reached]]
"""(frontier, downstream, how many edges at most) to what was reached, the same each time."""

EDGES_PER_NODE = 10
"""An answer has at most so many edges for each node it may have."""


class Walk:
    """Nodes and edges on all ways from the roots that are no longer than ``depth``."""

    def __init__(self, roots: Sequence[tuple[Any, State]], expand: Expand, *, max_nodes: int) -> None:
        """:param roots: (node, state) of each."""
        self.nodes: dict[Any, None] = dict.fromkeys(node for node, _ in roots[:max_nodes])
        self.rows: dict[tuple[Any, Any, Any], Any] = {}
        """(source, target, part) to row: one flat table, for a container per edge keeps the collector busy."""
        self.truncated = len(roots) > max_nodes
        self.came_from: dict[bool, dict[State, State | None]] = {}
        """Of each direction: state to the one before it on a shortest way."""
        self.first_states: dict[bool, dict[Any, State]] = {}
        """Of each direction: node to the state in which it was first reached."""
        self._roots = [state for _, state in roots[:max_nodes]]
        self._expand = expand
        self._max_nodes = max_nodes
        self._edges_left = max_nodes * EDGES_PER_NODE

    def go(self, directions: Sequence[bool], depth: int) -> None:
        """Walk.

        :param directions: ``True`` is downstream. They take turns level by level, so that a cut-off answer has
            what is near on each side.
        """
        for downstream in directions:
            self.came_from[downstream] = dict.fromkeys(self._roots)
            self.first_states[downstream] = dict(zip(self.nodes, self._roots, strict=True))
        fronts = [(downstream, list(self._roots)) for downstream in directions]
        for _ in range(depth):
            fronts = [
                (downstream, self._level(frontier, downstream))
                for downstream, frontier in fronts
                if frontier and self._edges_left > 0
            ]
            if not any(frontier for _, frontier in fronts):
                return

    def pairs(self) -> list[tuple[Any, Any]]:
        """(source, target) of each edge."""
        return list(dict.fromkeys((source, target) for source, target, _ in self.rows))

    def leave_edges_of(self, nodes: Iterable[Any]) -> None:
        """Forget the edges that do not lie between these."""
        kept = set(nodes)
        self.rows = {key: row for key, row in self.rows.items() if key[0] in kept and key[1] in kept}

    def take_rows(self) -> dict[tuple[Any, Any, Any], Any]:
        """Edges for an answer to have; the walk, which the answer keeps for its ways, has none any more."""
        rows, self.rows = self.rows, {}
        return rows

    def _level(self, frontier: list[State], downstream: bool) -> list[State]:
        found: list[State] = []
        nodes, rows = self.nodes, self.rows
        came_from, first_states = self.came_from[downstream], self.first_states[downstream]
        left = self._edges_left
        for source, target, part, row, origin, state in self._expand(frontier, downstream, left + 1):
            if left <= 0:
                self.truncated = True
                break
            left -= 1
            neighbour = target if downstream else source
            if neighbour not in nodes:
                if len(nodes) >= self._max_nodes:
                    self.truncated = True
                    continue
                nodes[neighbour] = None
            rows[source, target, part] = row
            if state not in came_from:
                came_from[state] = origin
                first_states.setdefault(neighbour, state)
                found.append(state)
        self._edges_left = left
        return found
