"""Mermaid flowcharts, for READMEs, pull requests and wikis."""

from __future__ import annotations

import re

from airflow_lineage_provider.store.graph.graph import Graph
from airflow_lineage_provider.store.graph.node import Node, NodeType

_SHAPES: dict[NodeType, tuple[str, str]] = {
    "dataset": ("[(", ")]"),
    "job": ("[", "]"),
    "dag": ("[[", "]]"),
    "run": ("([", "])"),
    "column": (">", "]"),
}
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SPECIAL = re.compile(r"[^\w ./()-]")
"""Everything that Mermaid, Markdown or HTML may take for its own."""


def to_mermaid(graph: Graph) -> str:
    """A flowchart from left to right; nodes are numbered, so that names can hold what they like."""
    numbers = {node_id: f"n{number}" for number, node_id in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    for node_id, node in graph.nodes.items():
        opening, closing = _SHAPES[node.type]
        lines.append(f'    {numbers[node_id]}{opening}"{_label(node)}"{closing}')
    for edge in graph.edges:
        lines.append(f"    {numbers[edge.source]} --> {numbers[edge.target]}")
    hidden = [numbers[node.id] for node in graph.nodes.values() if node.is_masked]
    if hidden:
        lines.append("    classDef masked stroke-dasharray: 4")
        lines.append(f"    class {','.join(hidden)} masked")
    if graph.truncated:
        lines.append(f"    %% cut off at {len(graph.nodes)} nodes")
    return "\n".join(lines) + "\n"


def _label(node: Node) -> str:
    if node.is_masked:
        return f"{node.type} not to be seen"
    name = node.name or node.id
    if node.type == "column" and node.dataset is not None:
        name = f"{node.dataset.removeprefix(f'dataset:{node.namespace}:')}.{name}"
    if node.type == "run":
        name = f"{name} run {node.row_id}"
    return _SPECIAL.sub(_entity, _CONTROLS.sub(" ", name))


def _entity(match: re.Match[str]) -> str:
    return f"#{ord(match[0])};"
