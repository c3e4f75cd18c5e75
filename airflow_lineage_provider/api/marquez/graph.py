"""Graphs: nodes with their edges, sorted by id."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from airflow_lineage_provider.api.marquez.datasets import graph_dataset_json, transformation_json
from airflow_lineage_provider.api.marquez.jobs import graph_job_json
from airflow_lineage_provider.api.marquez.moment import moment
from airflow_lineage_provider.api.marquez.runs import run_state
from airflow_lineage_provider.store.catalog.column_lineage import ColumnEdge, ColumnGraph, ColumnNode
from airflow_lineage_provider.store.catalog.graph_nodes import DescribedGraph
from airflow_lineage_provider.store.catalog.run_lineage import UpstreamRun
from airflow_lineage_provider.store.catalog.sight import MASKED
from airflow_lineage_provider.store.graph import Node


def graph_json(described: DescribedGraph) -> dict[str, Any]:
    """``{"graph": [{"id", "type", "data", "inEdges", "outEdges"}], "truncated"}``."""
    pairs = [(edge.source, edge.target) for edge in described.graph.edges]
    incoming, outgoing = _by_end(pairs, 1), _by_end(pairs, 0)
    return {
        "graph": [
            {
                "id": node.id,
                "type": node.type.upper(),
                "data": _data(node, described),
                "inEdges": [_edge(*pair) for pair in incoming.get(node.id, ())],
                "outEdges": [_edge(*pair) for pair in outgoing.get(node.id, ())],
            }
            for node in sorted(described.graph.nodes.values(), key=lambda node: node.id)
        ],
        "truncated": described.graph.truncated,
    }


def column_graph_json(found: ColumnGraph) -> dict[str, Any]:
    """The same of columns. As in Marquez, and as its web UI needs it, an ``inEdge`` goes from a node to its source."""
    incoming: dict[str, list[ColumnEdge]] = {}
    outgoing: dict[str, list[ColumnEdge]] = {}
    for _, edge in sorted(found.edges.items()):
        incoming.setdefault(edge.target, []).append(edge)
        outgoing.setdefault(edge.source, []).append(edge)
    return {
        "graph": [
            {
                "id": node.id,
                "type": "DATASET_FIELD",
                "data": _column_data(node, incoming.get(node.id, ()), found),
                "inEdges": [_edge(edge.target, edge.source) for edge in incoming.get(node.id, ())],
                "outEdges": [_edge(edge.source, edge.target) for edge in outgoing.get(node.id, ())],
            }
            for _, node in sorted(found.nodes.items())
        ],
        "truncated": found.truncated,
    }


def upstream_runs_json(runs: Iterable[UpstreamRun]) -> dict[str, Any]:
    """``{"runs": [{"job", "run", "inputs"}]}``."""
    return {
        "runs": [
            {
                "job": {
                    "namespace": each.run.namespace,
                    "name": each.run.name,
                    "version": str(each.run.job_version),
                },
                "run": {
                    "id": _text(each.run.run_id),
                    "start": moment(each.run.started_at),
                    "end": moment(each.run.ended_at),
                    "status": run_state(each.run.state),
                },
                "inputs": [
                    {
                        "namespace": read.dataset.namespace,
                        "name": read.dataset.name,
                        "version": _text(read.version),
                        "producedByRunId": _text(read.produced_by),
                    }
                    for read in each.inputs
                ],
            }
            for each in runs
        ]
    }


def _data(node: Node, described: DescribedGraph) -> dict[str, Any]:
    if node.id in described.datasets:
        return graph_dataset_json(described.datasets[node.id])
    if node.id in described.jobs:
        return graph_job_json(described.jobs[node.id])
    # The web UI writes the name of every node.
    data: dict[str, Any] = {
        "id": {"namespace": MASKED, "name": MASKED},
        "type": "BATCH" if node.type == "job" else "DB_TABLE",
        "name": MASKED,
        "namespace": MASKED,
        "masked": True,
    }
    if node.type == "job":
        return {
            **data,
            "simpleName": MASKED,
            "inputs": [],
            "outputs": [],
            "latestRun": None,
            "parentJobName": None,
        }
    return {**data, "fields": [], "facets": {}, "tags": []}


def _column_data(node: ColumnNode, sources: Iterable[ColumnEdge], found: ColumnGraph) -> dict[str, Any]:
    if node.dataset is None:
        place = {
            "namespace": MASKED,
            "dataset": node.id,
            "datasetVersion": None,
            "field": MASKED,
            "masked": True,
        }
        return {**place, "fieldType": None, **transformation_json(()), "inputFields": []}
    return {
        **_place(node),
        "fieldType": node.type,
        "transformationDescription": None,
        "transformationType": None,
        "inputFields": [
            {**_place(found.nodes[edge.source]), **transformation_json(edge.transformations)}
            for edge in sources
        ],
    }


def _place(node: ColumnNode) -> dict[str, Any]:
    return {
        "namespace": node.dataset.namespace if node.dataset else MASKED,
        "dataset": node.dataset.name if node.dataset else MASKED,
        "datasetVersion": _text(node.version),
        "field": node.column if node.column is not None else MASKED,
    }


def _by_end(pairs: Iterable[tuple[str, str]], end: int) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for pair in sorted(pairs):
        found.setdefault(pair[end], []).append(pair)
    return found


def _edge(origin: str, destination: str) -> dict[str, str]:
    return {"origin": origin, "destination": destination}


def _text(value: object) -> str | None:
    return str(value) if value is not None else None
