"""The graph around a node with all that lists tell of its nodes."""

from __future__ import annotations

from dataclasses import dataclass

from airflow_lineage_provider.store.catalog.datasets import DatasetView, describe_datasets
from airflow_lineage_provider.store.catalog.jobs import JobView, describe_jobs
from airflow_lineage_provider.store.catalog.sight import Sight
from airflow_lineage_provider.store.graph import MOST_NODES, Graph, find_named, find_node, read_graph
from airflow_lineage_provider.store.graph.node import NodeType


@dataclass(frozen=True, slots=True)
class DescribedGraph:
    """A graph and what is known of its nodes, by node id; masked nodes are in neither."""

    graph: Graph
    datasets: dict[str, DatasetView]
    jobs: dict[str, JobView]


@dataclass(frozen=True, slots=True)
class NodeName:
    """A node by its id, or by its two parts."""

    node_id: str = ""
    type: NodeType = "dataset"
    namespace: str = ""
    name: str = ""


def graph_around(node: NodeName, depth: int, sight: Sight) -> DescribedGraph:
    """Jobs and datasets upstream and downstream of a node.

    :param depth: edges; dataset to job is one.
    :raises UnknownNode: for a node that is not known, or may not be seen.
    :raises InvalidNodeId: for a text that is none.
    """
    session = sight.session
    root = (
        find_node(node.node_id, session=session)
        if node.node_id
        else find_named(node.type, node.namespace, node.name, session=session)
    )
    graph = read_graph(root, "both", depth, max_nodes=MOST_NODES, access=sight.access, session=session)
    rows = {
        kind: {each.row_id: each.id for each in graph.nodes.values() if each.type == kind and each.row_id}
        for kind in ("dataset", "job")
    }
    datasets = describe_datasets(list(rows["dataset"]), sight, detailed=False)
    jobs = describe_jobs(list(rows["job"]), sight, runs=1, detailed=False)
    return DescribedGraph(
        graph,
        {rows["dataset"][each.row_id]: each for each in datasets},
        {rows["job"][each.row_id]: each for each in jobs},
    )
