"""Events of other producers as they were sent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from airflow_lineage_provider.api.marquez.moment import given_moment
from airflow_lineage_provider.api.marquez.parameters import Limit, NamespaceName, Offset, SightDep, named
from airflow_lineage_provider.api.marquez.problem import PROBLEMS
from airflow_lineage_provider.api.marquez.route import MarquezRoute
from airflow_lineage_provider.store.catalog.events import EventSpan, list_events
from airflow_lineage_provider.store.catalog.sight import Sight

router = APIRouter(tags=["Marquez"], route_class=MarquezRoute, responses=PROBLEMS)

Before = Annotated[datetime | None, Query(description="Only events of a time before this one.")]
After = Annotated[datetime | None, Query(description="Only events of this time or later.")]
SortDirection = Annotated[
    Literal["desc", "asc", "DESC", "ASC"],
    Query(alias="sortDirection", description="By the event's own time."),
]


@router.get("/events/lineage", summary="List run events")
def get_events(
    sight: SightDep,
    before: Before = None,
    after: After = None,
    sort_direction: SortDirection = "desc",
    limit: Limit = 100,
    offset: Offset = 0,
) -> dict[str, Any]:
    """Run events as they were sent; ``totalCount`` is of what this list has."""
    span = EventSpan(
        after=given_moment(after, "after"),
        before=given_moment(before, "before"),
        newest_first=sort_direction.lower() == "desc",
    )
    return _events(span, sight, limit, offset)


@router.get("/events", summary="List run events, newest first")
def get_newest_events(sight: SightDep, limit: Limit = 100, offset: Offset = 0) -> dict[str, Any]:
    """The address under which the Python client looks for them."""
    return _events(EventSpan(), sight, limit, offset)


@router.get("/events/{namespace}", summary="List run events of a namespace, newest first")
def get_events_of_namespace(
    namespace: NamespaceName, sight: SightDep, limit: Limit = 100, offset: Offset = 0
) -> dict[str, Any]:
    """Run events of the jobs of a namespace."""
    return _events(EventSpan(job_namespace=named("Namespace", namespace)), sight, limit, offset)


def _events(span: EventSpan, sight: Sight, limit: int, offset: int) -> dict[str, Any]:
    page = list_events(span, sight, limit=limit, offset=offset)
    return {"events": list(page.items), "totalCount": page.total}
