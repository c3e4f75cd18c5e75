"""The answer to a question about the graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from airflow_lineage_provider.store.graph.node import Edge, Node
from airflow_lineage_provider.store.graph.routes import Routes
from airflow_lineage_provider.store.graph.stored_edges import edges_to_wire

GraphDirection = Literal["upstream", "downstream", "both"]
Granularity = Literal["task", "dag", "table", "run", "column"]


@dataclass(slots=True)
class Graph:
    """Nodes in the order they were found, nearest first, and the edges between them."""

    root: str
    """Node id of what was asked about; of a dataset in the graph of columns, whose columns are the nodes."""
    granularity: Granularity = "task"
    nodes: dict[str, Node] = field(default_factory=dict)
    """By node id."""
    edges: Sequence[Edge] = ()
    columns: list[dict[str, Any]] = field(default_factory=list)
    """Column lineage between the datasets, where it was asked for: ``{"output", "input", "job", "transformations"}``."""
    truncated: bool = False
    """There is more than the answer may have."""
    jobs: dict[str, Node] = field(default_factory=dict)
    """Jobs that stand in edges and not among the nodes, by node id."""
    routes: Routes | None = None
    """How each node was reached."""

    def to_wire(self) -> dict[str, Any]:
        """``{"root", "granularity", "nodes": [...], "edges": [...], "columns": [...], "truncated"}``."""
        return {
            "root": self.root,
            "granularity": self.granularity,
            "nodes": [node.to_wire() for node in self.nodes.values()],
            "edges": edges_to_wire(self.edges),
            "columns": self.columns,
            "truncated": self.truncated,
        }
