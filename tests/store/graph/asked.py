"""Answers as short as a test wants to read them."""

from __future__ import annotations

from typing import Any

from airflow_lineage_provider.store.graph import Graph, Key, find_root, read_graph
from tests.store.landscape import JOBS, LAKE, Landscape


def short(node_id: str) -> str:
    """A node id without namespace: ``orders`` for a dataset, ``shop.load`` for a job."""
    for prefix in (f"dataset:{LAKE}:", f"job:{JOBS}:"):
        if node_id.startswith(prefix):
            return node_id.removeprefix(prefix)
    return node_id.replace(f":{LAKE}:", ":").replace(f":{JOBS}:", ":")


def ask(land: Landscape, node: str, direction: str = "both", depth: int = 10, **options: Any) -> Graph:
    """The graph around a dataset, or a job where the name has a dot."""
    if ":" in node:
        root: Any = find_root(node, session=land.session)
    else:
        root = Key(True, land.job(node)) if "." in node else Key(False, land.dataset(node))
    return read_graph(root, direction, depth, session=land.session, **options)  # type: ignore[arg-type]


def names(graph: Graph) -> set[str]:
    return {short(node_id) for node_id in graph.nodes}


def arrows(graph: Graph) -> set[str]:
    return {f"{short(edge.source)} > {short(edge.target)}" for edge in graph.edges}
