"""The graph of jobs and datasets, and that of runs."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from airflow_lineage_provider.api.marquez.graph import graph_json, upstream_runs_json
from airflow_lineage_provider.api.marquez.parameters import Depth, SightDep
from airflow_lineage_provider.api.marquez.problem import PROBLEMS, bad_request, not_found
from airflow_lineage_provider.api.marquez.route import MarquezRoute
from airflow_lineage_provider.model.node_id import InvalidNodeId
from airflow_lineage_provider.store.catalog.graph_nodes import NodeName, graph_around
from airflow_lineage_provider.store.catalog.run_lineage import upstream_runs
from airflow_lineage_provider.store.graph import UnknownNode

router = APIRouter(tags=["Marquez"], route_class=MarquezRoute, responses=PROBLEMS)


@router.get("/lineage", summary="Read the graph around a node")
def get_lineage(
    sight: SightDep,
    node_id: Annotated[
        str, Query(alias="nodeId", description="dataset:NAMESPACE:NAME or job:NAMESPACE:NAME")
    ] = "",
    depth: Depth = 20,
    kind: Annotated[
        Literal["dataset", "job"], Query(alias="type", description="Of a node given by name.")
    ] = "dataset",
    namespace: Annotated[str, Query(description="Instead of nodeId, with name.")] = "",
    name: Annotated[str, Query(description="Instead of nodeId, with namespace.")] = "",
) -> dict[str, Any]:
    """What is upstream and downstream of a node; neighbours that may not be seen are masked."""
    if not node_id and not (namespace and name):
        raise bad_request("nodeId is missing; give it, or type, namespace and name")
    try:
        found = graph_around(NodeName(node_id, kind, namespace, name), depth, sight)
    except UnknownNode:
        raise not_found("Node", node_id or f"{kind}:{namespace}:{name}") from None
    except InvalidNodeId as error:
        raise bad_request(str(error)) from None
    return graph_json(found)


@router.get("/runlineage/upstream", summary="Read the runs upstream of a run")
def get_upstream_runs(
    sight: SightDep,
    run_id: Annotated[UUID, Query(alias="runId", description="OpenLineage run id.")],
    depth: Annotated[int, Query(ge=0, le=100, description="Runs to go back.")] = 20,
) -> dict[str, Any]:
    """The run itself and the runs that made what it read, nearest first."""
    try:
        return upstream_runs_json(upstream_runs(run_id, depth, sight))
    except UnknownNode:
        raise not_found("Run", str(run_id)) from None
