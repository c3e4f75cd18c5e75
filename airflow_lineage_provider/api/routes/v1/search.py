"""Search by name."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from airflow_lineage_provider.api.marquez.moment import given_moment, moment
from airflow_lineage_provider.api.marquez.parameters import SightDep, asked
from airflow_lineage_provider.api.marquez.problem import PROBLEMS
from airflow_lineage_provider.api.marquez.route import MarquezRoute
from airflow_lineage_provider.model.node_id import NodeType
from airflow_lineage_provider.store.catalog.search import Hit, Search, search

router = APIRouter(tags=["Marquez"], route_class=MarquezRoute, responses=PROBLEMS)

_TYPES: dict[str | None, tuple[NodeType, ...]] = {
    None: ("dataset", "job"),
    "dataset": ("dataset",),
    "job": ("job",),
}


@router.get("/search", summary="Search jobs and datasets")
@router.get("/search/", include_in_schema=False)
def get_search(
    sight: SightDep,
    q: Annotated[
        str, Query(min_length=1, max_length=1000, description="Part of a name, in whatever letters.")
    ],
    only: Annotated[
        Literal["dataset", "job", "DATASET", "JOB"] | None,
        Query(alias="filter", description="Only one type."),
    ] = None,
    sort: Annotated[
        Literal["name", "updated_at", "NAME", "UPDATED_AT", "UPDATE_AT"],
        Query(description="By name, or what was seen last first."),
    ] = "name",
    limit: Annotated[int, Query(ge=1, le=1000)] = 10,
    namespace: Annotated[str | None, Query(description="Only in this namespace.")] = None,
    before: Annotated[datetime | None, Query(description="Only what was last seen before.")] = None,
    after: Annotated[datetime | None, Query(description="Only what was seen then or later.")] = None,
) -> dict[str, Any]:
    """Jobs and datasets whose name holds ``q``; ``totalCount`` is of all of them."""
    wanted = Search(
        text=asked("q", q),
        types=_TYPES[only.lower() if only else None],
        namespace=asked("namespace", namespace) if namespace is not None else None,
        after=given_moment(after, "after"),
        before=given_moment(before, "before"),
        sort="name" if sort.lower() == "name" else "updated_at",
    )
    page = search(wanted, sight, limit=limit)
    return {"totalCount": page.total, "results": [_hit_json(hit) for hit in page.items]}


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "type": hit.node.type.upper(),
        "name": hit.node.name,
        "updatedAt": moment(hit.updated_at),
        "namespace": hit.node.namespace,
        "nodeId": str(hit.node),
    }
