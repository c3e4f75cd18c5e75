"""The graph of columns."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from airflow_lineage_provider.api.marquez.graph import column_graph_json
from airflow_lineage_provider.api.marquez.parameters import Depth, SightDep
from airflow_lineage_provider.api.marquez.problem import PROBLEMS, bad_request, not_found
from airflow_lineage_provider.api.marquez.route import MarquezRoute
from airflow_lineage_provider.model.node_id import InvalidNodeId
from airflow_lineage_provider.store.catalog.column_lineage import column_lineage, split_version
from airflow_lineage_provider.store.graph import InvalidQuestion, UnknownNode

router = APIRouter(tags=["Marquez"], route_class=MarquezRoute, responses=PROBLEMS)


@router.get("/column-lineage", summary="Read column lineage around a node")
def get_column_lineage(
    sight: SightDep,
    node_id: Annotated[
        str,
        Query(
            alias="nodeId",
            description="datasetField:NAMESPACE:NAME:COLUMN, dataset:NAMESPACE:NAME or job:NAMESPACE:NAME, "
            "each with #VERSION at its end if wanted.",
        ),
    ],
    depth: Depth = 20,
    with_downstream: Annotated[
        bool, Query(alias="withDownstream", description="Also what is made of the columns.")
    ] = False,
) -> dict[str, Any]:
    """Columns from which those of the node come, the ones that come from nowhere included."""
    if with_downstream and split_version(node_id)[1] is not None:
        raise bad_request("withDownstream cannot be asked of a version: it is about the past")
    try:
        return column_graph_json(column_lineage(node_id, depth, with_downstream=with_downstream, sight=sight))
    except UnknownNode:
        raise not_found("Node", node_id) from None
    except (InvalidNodeId, InvalidQuestion) as error:
        raise bad_request(str(error)) from None
