"""The graph around a node, what depends on it, and either in formats of other tools."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Literal

from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import APIRouter, Depends, HTTPException, Query, Response, status
from sqlalchemy.orm import Session

from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.cursor import decode_cursor, encode_cursor
from airflow_lineage_provider.api.parameters import MAX_NODE_ID, Cursor, Limit, Moment, Word
from airflow_lineage_provider.api.schemas.graph import GraphAnswer, ImpactAnswer, ImpactItem
from airflow_lineage_provider.governance.impact_owners import with_owners
from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE
from airflow_lineage_provider.model.node_id import InvalidNodeId
from airflow_lineage_provider.store.graph import (
    MAX_NODES,
    MOST_NODES,
    ColumnRoot,
    DagRoot,
    Granularity,
    Graph,
    GraphDirection,
    InvalidQuestion,
    Root,
    RunRoot,
    UnknownNode,
    find_named,
    find_root,
    read_graph,
)
from airflow_lineage_provider.store.graph.collector import paused_collector
from airflow_lineage_provider.store.graph.export import ExportFormat, export_graph
from airflow_lineage_provider.store.graph.export.csv_table import csv_text
from airflow_lineage_provider.store.graph.root import NamedType
from airflow_lineage_provider.store.impact import (
    IMPACT_COLUMNS,
    MOST_DEPTH,
    ImpactDirection,
    ImpactPage,
    read_impact,
)

router = APIRouter(tags=["Graph"])

_LIST = "impact"
ImpactFormat = Literal["json", "csv"]
_MEDIA_TYPES: dict[ExportFormat, tuple[str, str]] = {
    "json": ("application/json", "json"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "graphml": ("application/graphml+xml", "graphml"),
    "mermaid": ("text/vnd.mermaid; charset=utf-8", "mmd"),
    "openlineage": ("application/x-ndjson", "ndjson"),
}
_SAFE = {"X-Content-Type-Options": "nosniff"}


def unknown() -> HTTPException:
    """The same answer for what is not there and for what may not be seen."""
    return HTTPException(status.HTTP_404_NOT_FOUND, "no lineage is known of that node, or it may not be seen")


def fitting_granularity(root: Root) -> Granularity:
    """The granularity of which a root is a node."""
    if isinstance(root, RunRoot):
        return "run"
    if isinstance(root, ColumnRoot):
        return "column"
    return "dag" if isinstance(root, DagRoot) else "task"


class Asked:
    """What the answer starts from, and of which time it is."""

    def __init__(
        self,
        session: SessionDep,
        node: Annotated[
            Word | None,
            Query(
                alias="nodeId",
                min_length=1,
                max_length=MAX_NODE_ID,
                description="dataset:NAMESPACE:NAME, job:NAMESPACE:NAME, dag:NAMESPACE:DAG_ID, "
                "column:NAMESPACE:NAME:COLUMN or run:ID; instead of namespace, name and type.",
            ),
        ] = None,
        namespace: Annotated[Word | None, Query(min_length=1, max_length=MAX_NAMESPACE)] = None,
        name: Annotated[Word | None, Query(min_length=1, max_length=MAX_NAME)] = None,
        type: Annotated[NamedType, Query(description="What namespace and name are of.")] = "dataset",
        column: Annotated[
            Word | None, Query(min_length=1, max_length=1000, description="A column of the dataset.")
        ] = None,
        as_of: Annotated[Moment | None, Query(description="Only edges first seen then or before.")] = None,
        since: Annotated[Moment | None, Query(description="Only edges last seen then or after.")] = None,
    ) -> None:
        if (node is None) == (namespace is None or name is None) or (node and (namespace or name)):
            raise HTTPException(
                status.HTTP_400_BAD_REQUEST, "give either nodeId, or both of namespace and name"
            )
        self.as_of, self.since = as_of, since
        self.root = self._root(node, namespace or "", name or "", type, column, session)

    def _root(
        self,
        node: str | None,
        namespace: str,
        name: str,
        type: NamedType,
        column: str | None,
        session: Session,
    ) -> Root:
        try:
            if node is not None:
                return find_root(node, column=column, session=session)
            return find_named(type, namespace, name, column=column, session=session)
        except InvalidNodeId as error:
            raise HTTPException(status.HTTP_400_BAD_REQUEST, str(error)) from None
        except UnknownNode:
            raise unknown() from None


class AskedGraph:
    """A question about the graph."""

    def __init__(
        self,
        asked: Annotated[Asked, Depends()],
        direction: Annotated[GraphDirection, Query(description="Which way to go from the node.")] = "both",
        depth: Annotated[
            int, Query(ge=0, le=MOST_DEPTH, description="How many edges to go; dataset to job is one.")
        ] = 10,
        max_nodes: Annotated[
            int, Query(ge=1, le=MOST_NODES, description="The walk stops there.")
        ] = MAX_NODES,
        granularity: Annotated[
            Granularity | None,
            Query(description="What a node is; task: jobs and datasets. By default what fits the node."),
        ] = None,
        columns: Annotated[bool, Query(description="With columns, and column lineage between them.")] = False,
        degrees: Annotated[
            bool, Query(description="With the number of neighbours of each node; granularity task only.")
        ] = False,
    ) -> None:
        self.root, self.as_of, self.since = asked.root, asked.as_of, asked.since
        self.direction, self.depth, self.max_nodes = direction, depth, max_nodes
        self.granularity, self.columns, self.degrees = granularity, columns, degrees

    def answer(self, access: Access, session: Session) -> Graph:
        """Raises 404 for a root that is not to be seen and 400 for one that does not fit the granularity."""
        try:
            return read_graph(
                self.root,
                self.direction,
                self.depth,
                granularity=self.granularity or fitting_granularity(self.root),
                max_nodes=self.max_nodes,
                as_of=self.as_of,
                since=self.since,
                columns=self.columns,
                degrees=self.degrees,
                access=access,
                session=session,
            )
        except InvalidQuestion as error:
            raise HTTPException(status.HTTP_400_BAD_REQUEST, str(error)) from None
        except UnknownNode:
            raise unknown() from None


AskedDep = Annotated[Asked, Depends()]
AskedGraphDep = Annotated[AskedGraph, Depends()]


@router.get("/graph", summary="Walk the graph around a node", response_model=GraphAnswer)
def get_graph(session: SessionDep, access: AccessDep, asked: AskedGraphDep) -> Response:
    """Nodes and edges on all ways from the node that are no longer than the depth.

    What the reader may not see is masked: it is there as a node of its type where it holds together what may be
    seen, without name and without details of its edges.
    """
    # Written at once: checking thousands of nodes of our own making costs more than finding them.
    with paused_collector():
        text = json.dumps(asked.answer(access, session).to_wire(), ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode("utf-8", "replace"), media_type="application/json")


@router.get(
    "/graph/export",
    summary="Export the graph around a node",
    response_class=Response,
    responses={200: {"content": {media: {} for media, _ in _MEDIA_TYPES.values()}}},
)
def export(
    session: SessionDep,
    access: AccessDep,
    asked: AskedGraphDep,
    format: Annotated[ExportFormat, Query(description="openlineage: one event per line.")] = "json",
) -> Response:
    """The same answer as a file; events and tables leave out what is masked."""
    media_type, ending = _MEDIA_TYPES[format]
    return Response(
        export_graph(asked.answer(access, session), format).encode("utf-8", "replace"),
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="lineage.{ending}"', **_SAFE},
    )


@router.get(
    "/impact",
    summary="List what depends on a node, or what it depends on",
    response_model=ImpactAnswer,
    response_model_exclude_none=True,
    responses={200: {"content": {"text/csv": {}}}},
)
def get_impact(
    session: SessionDep,
    access: AccessDep,
    asked: AskedDep,
    direction: Annotated[
        ImpactDirection, Query(description="upstream: causes, failed and late ones first.")
    ] = "downstream",
    depth: Annotated[int, Query(ge=0, le=MOST_DEPTH, description="How many edges to go.")] = MOST_DEPTH,
    format: Annotated[ImpactFormat, Query(description="csv: the whole list, without pages.")] = "json",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> ImpactAnswer | Response:
    """Every dataset and job (of a column: every column) that can be reached, with the way, owners and last run."""
    after = None
    if cursor is not None:
        after = decode_cursor(cursor, int, int, str, scope=_LIST)
    is_csv = format == "csv"
    now = datetime.now(UTC)
    try:
        page = read_impact(
            asked.root,
            direction,
            depth,
            as_of=asked.as_of,
            since=asked.since,
            limit=None if is_csv else limit,
            after=None if is_csv else after,  # type: ignore[arg-type]
            now=now,
            access=access,
            session=session,
        )
    except InvalidQuestion as error:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, str(error)) from None
    except UnknownNode:
        raise unknown() from None
    page = with_owners(page, access, today=now.date(), session=session)
    return _csv(page) if is_csv else _json(page)


def _json(page: ImpactPage) -> ImpactAnswer:
    return ImpactAnswer(
        root=page.root,
        direction=page.direction,
        items=[ImpactItem.model_validate(item.to_wire()) for item in page.items],
        total=page.total,
        truncated=page.truncated,
        next_cursor=encode_cursor(page.next_key, scope=_LIST) if page.next_key is not None else None,
    )


def _csv(page: ImpactPage) -> Response:
    text = csv_text(IMPACT_COLUMNS, [item.to_row() for item in page.items])
    return Response(
        text.encode("utf-8", "replace"),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="impact.csv"', **_SAFE},
    )
