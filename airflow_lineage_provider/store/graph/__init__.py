"""The lineage graph around a node: breadth first over indexed edges, few queries per level.

A question is a root, a direction, a depth and a granularity; the answer is a :class:`Graph`. It costs what the
graph around the root weighs, not what the history of its runs weighs.
"""

from __future__ import annotations

from airflow_lineage_provider.store.graph.graph import Granularity, Graph, GraphDirection
from airflow_lineage_provider.store.graph.node import Edge, Node
from airflow_lineage_provider.store.graph.question import MAX_NODES, MOST_NODES, InvalidQuestion
from airflow_lineage_provider.store.graph.read import read_graph
from airflow_lineage_provider.store.graph.root import (
    ColumnRoot,
    DagRoot,
    Key,
    Root,
    RunRoot,
    UnknownNode,
    find_column,
    find_named,
    find_node,
    find_root,
)

__all__ = [
    "MAX_NODES",
    "MOST_NODES",
    "ColumnRoot",
    "DagRoot",
    "Edge",
    "Granularity",
    "Graph",
    "GraphDirection",
    "InvalidQuestion",
    "Key",
    "Node",
    "Root",
    "RunRoot",
    "UnknownNode",
    "find_column",
    "find_named",
    "find_node",
    "find_root",
    "read_graph",
]
