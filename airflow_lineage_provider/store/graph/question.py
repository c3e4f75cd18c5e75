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

    def __post_init__(self) -> None:
        if self.depth < 0:
            raise InvalidQuestion("depth must be 0 or more")
        if self.max_nodes < 1:
            raise InvalidQuestion("max_nodes must be 1 or more")

    @property
    def ways(self) -> tuple[bool, ...]:
        """Directions to walk in; ``True`` is downstream."""
        return {"upstream": (False,), "downstream": (True,), "both": (False, True)}[self.direction]
