"""Graphs and impact lists."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from airflow_lineage_provider.store.graph import Granularity
from airflow_lineage_provider.store.graph.node import NodeType
from airflow_lineage_provider.store.impact import ImpactDirection, Status


class RunOfNode(BaseModel):
    """What a run was."""

    job: str = Field(description="Node id of its job.")
    state: str | None
    started_at: datetime | None
    ended_at: datetime | None
    dag_run_id: str | None
    map_index: int
    try_number: int
    openlineage_run_id: str | None


class GraphColumn(BaseModel):
    """A column of a dataset; of one that may not be seen only its place is told."""

    name: str | None = None
    type: str | None = None
    nullable: bool | None = None
    description: str | None = None
    masked: bool = False


class GraphNode(BaseModel):
    """A node; of a masked one only id and type are told."""

    id: str = Field(description="dataset:, job:, dag:, column: or run:, or masked:NUMBER within this answer.")
    type: NodeType
    masked: bool = False
    namespace: str | None = None
    name: str | None = None
    dag_id: str | None = None
    task_id: str | None = None
    operator: str | None = None
    columns: list[GraphColumn] | None = Field(None, description="Of datasets, where they were asked for.")
    dataset: str | None = Field(None, description="Node id of the dataset a column or a version belongs to.")
    run: RunOfNode | None = None
    upstream: int | None = Field(
        None, description="How many neighbours there are on that side, in the answer or not; with degrees."
    )
    downstream: int | None = Field(None, description="The same of the other side.")


class Transformation(BaseModel):
    """How a column is made from another one, as in OpenLineage."""

    type: str
    subtype: str | None = None
    masking: bool | None = None


class GraphEdge(BaseModel):
    """An edge, in the direction data flows; of one that touches a masked node only the ends are told."""

    source: str
    target: str
    masked: bool = False
    evidence: list[str] | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    runs: int | None = None
    last_run_id: int | None = None
    jobs: list[str] | None = Field(None, description="Jobs behind an edge between datasets or columns.")
    masked_jobs: int = Field(0, description="How many more there are that may not be seen.")
    transformations: list[Transformation] | None = None


class ColumnEnd(BaseModel):
    """A column of a dataset; without a name where nobody could tell which."""

    dataset: str
    column: str | None


class ColumnLink(BaseModel):
    """One column that is made from another one."""

    output: ColumnEnd
    input: ColumnEnd
    job: str
    transformations: list[Transformation]


class GraphAnswer(BaseModel):
    """Nodes, nearest first, and the edges between them."""

    root: str
    granularity: Granularity
    nodes: list[GraphNode]
    edges: list[GraphEdge]
    columns: list[ColumnLink] = Field(
        description="Column lineage between the datasets, where it was asked for."
    )
    truncated: bool = Field(description="There is more than an answer may have.")


class LastRunOfJob(BaseModel):
    """The newest run."""

    id: int
    state: str | None
    started_at: datetime | None
    ended_at: datetime | None


class ImpactItem(GraphNode):
    """A node of the list."""

    degree: str = Field(description="1, 2 or 3+: which job on the way it is, or is of.")
    distance: int = Field(description="Edges away from the root.")
    path: list[str] = Field(description="Node ids of a shortest way, the root first.")
    dag_ids: list[str]
    owners: list[str]
    status: Status = Field(description="Of the newest run; late: quiet for longer than it usually is.")
    last_run: LastRunOfJob | None


class ImpactAnswer(BaseModel):
    """One page of the list."""

    root: str
    direction: ImpactDirection
    items: list[ImpactItem]
    total: int
    truncated: bool
    next_cursor: str | None
