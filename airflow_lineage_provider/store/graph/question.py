"""How far to look, and what for."""

from __future__ import annotations

from dataclasses import dataclass

from airflow_lineage_provider.store.graph.graph import GraphDirection
from airflow_lineage_provider.store.graph.window import Window

MAX_NODES = 2_000
"""Nodes of an answer where nobody says how many."""
MOST_NODES = 10_000
"""Nodes of an answer that somebody may ask for over the network."""


class InvalidQuestion(ValueError):
    """Nothing can be answered to that; the message says what to ask instead."""


@dataclass(frozen=True, slots=True)
class Question:
    """Everything but the root; see ``read_graph``."""

    direction: GraphDirection
    depth: int
    max_nodes: int
    window: Window
    columns: bool
    degrees: bool = False

    def __post_init__(self) -> None:
        if self.depth < 0:
            raise InvalidQuestion("depth must be 0 or more")
        if self.max_nodes < 1:
            raise InvalidQuestion("max_nodes must be 1 or more")

    def walked_nodes(self, *, is_pruned: bool) -> int:
        """How many nodes the walk may have.

        :param is_pruned: the reader may not see all of them. What is hidden takes no place in their answer, or its
            size would tell how much that is.
        """
        return max(self.max_nodes, MOST_NODES) if is_pruned else self.max_nodes

    @property
    def ways(self) -> tuple[bool, ...]:
        """Directions to walk in; ``True`` is downstream."""
        return {"upstream": (False,), "downstream": (True,), "both": (False, True)}[self.direction]
