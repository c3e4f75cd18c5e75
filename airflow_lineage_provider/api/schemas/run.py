"""Runs, what they touched, and what they did otherwise than others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Shown(BaseModel):
    """Read from the attributes of what the store answers."""

    model_config = ConfigDict(from_attributes=True)


class Column(Shown):
    """A column; of a masked one nothing but its place is shown."""

    name: str | None
    type: str | None
    nullable: bool | None
    description: str | None
    is_masked: bool


class ColumnChange(Shown):
    """A change of one column."""

    kind: str = Field(description="added, removed, type_changed, changed (nullable or description) or moved.")
    name: str | None
    before: Column | None
    after: Column | None
    position_before: int | None = Field(description="From 0.")
    position_after: int | None
    is_masked: bool


class Run(Shown):
    """A run of a job: an attempt of a task, or a run that another producer told of."""

    id: int = Field(description="With this id other routes are asked for the run.")
    job_namespace: str
    job_name: str
    dag_id: str | None
    task_id: str | None
    operator: str | None
    run_id: str | None = Field(description="Airflow's id of the DAG run.")
    map_index: int
    try_number: int
    openlineage_run_id: str | None
    state: str | None
    capture: str = Field(
        description="pending, announced, recorded, partial, missing, not_run; external for other producers."
    )
    started_at: datetime | None
    ended_at: datetime | None
    recorded_at: datetime
    duration: float | None = Field(description="Seconds.")
    errors: int = Field(description="Errors of capture, not of the task.")


class ListedRun(Shown):
    """A run in a list."""

    run: Run
    inputs: int
    outputs: int


class RunPage(BaseModel):
    """Runs, newest first."""

    runs: list[ListedRun]
    next_cursor: str | None = Field(description="A page may be short and still have a next one.")


class RunDataset(Shown):
    """An input or output of a run."""

    namespace: str
    name: str
    evidence: list[str]
    state: str = Field(description="read, updated, or attempted.")
    rows: int | None
    bytes: int | None
    partitions: list[str]
    partition_count: int | None = Field(description="More than partitions has where some were left out.")
    columns: list[Column]


class ColumnEnd(Shown):
    """A column at one end of column lineage."""

    dataset_namespace: str
    dataset_name: str
    name: str | None = Field(description="null where it is masked, or not known.")
    is_masked: bool


class ColumnLine(Shown):
    """A column of an output and where it comes from."""

    output: ColumnEnd
    input: ColumnEnd
    transformations: list[dict[str, Any]]


class Statement(Shown):
    """A statement, literals replaced."""

    fingerprint: str
    kind: str | None
    sql: str | None
    conn_id: str | None
    is_executed: bool
    error: str | None
    is_masked: bool


class RunDetail(Shown):
    """One run in full."""

    run: Run
    parent_run_id: str | None = Field(description="OpenLineage run id of what started it.")
    parent: Run | None
    children: list[Run]
    inputs: list[RunDataset]
    outputs: list[RunDataset]
    columns: list[ColumnLine]
    statements: list[Statement]
    context: dict[str, Any]
    facets: dict[str, Any]
    errors: list[dict[str, Any]]
    truncated: list[str]
    is_masked: bool = Field(description="It touches sensitive columns that the reader may not see.")


class NumberChange(Shown):
    """A number in both runs."""

    before: float | None
    after: float | None
    ratio: float | None = Field(description="after / before.")


class DatasetName(Shown):
    """A dataset."""

    namespace: str
    name: str


class DatasetChange(Shown):
    """A dataset that both runs touched."""

    direction: str
    namespace: str
    name: str
    state_before: str
    state_after: str
    rows: NumberChange
    bytes: NumberChange
    partitions: NumberChange
    columns: list[ColumnChange] | None = Field(description="null: of one of the runs they are not known.")


class RunDiff(Shown):
    """What the run ``after`` did otherwise than the run ``before``."""

    before: Run
    after: Run
    is_same: bool = Field(description="Same datasets, columns and statements; numbers do not count.")
    duration: NumberChange = Field(description="Seconds.")
    inputs_added: list[DatasetName]
    inputs_removed: list[DatasetName]
    outputs_added: list[DatasetName]
    outputs_removed: list[DatasetName]
    datasets: list[DatasetChange]
    statements_added: list[Statement]
    statements_removed: list[Statement]
