"""Datasets: lists, profiles, history."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from airflow_lineage_provider.api.schemas.run import Column, ColumnChange, DatasetName, Run, Shown


class ListedDataset(DatasetName):
    """A dataset in a list."""

    node_id: str
    first_seen: datetime
    last_seen: datetime | None
    writers: int
    readers: int


class DatasetPage(BaseModel):
    """Datasets in the order they were first seen."""

    datasets: list[ListedDataset]
    next_cursor: str | None = Field(description="A page may be short and still have a next one.")


class OtherName(DatasetName):
    """Another name of a dataset."""

    origin: str = Field(description="asset, asset-alias, symlink or configured.")


class Owner(Shown):
    """Somebody who answers for a dataset."""

    name: str
    source: str
    channel: str | None


class BoundContract(Shown):
    """A contract in force."""

    contract_id: str
    version: str
    status: str | None
    schema_name: str
    bound_by: str


class JobOfDataset(Shown):
    """A job that reads or writes a dataset."""

    namespace: str
    name: str
    dag_id: str | None
    task_id: str | None
    operator: str | None
    evidence: list[str]
    runs: int
    last_seen: datetime
    last_run: Run | None


class JobsOfDataset(Shown):
    """Jobs on one side of a dataset, those with the newest runs first."""

    jobs: list[JobOfDataset]
    total: int
    masked: int = Field(description="How many of them the reader may not see.")


class Freshness(Shown):
    """When it was last written, and whether the next time is overdue."""

    last_written_at: datetime | None
    usual_interval: float | None = Field(description="Seconds: median between the last 20 writes.")
    expected_at: datetime | None
    is_late: bool | None = Field(description="More than 1.5 of the usual intervals ago; null: not known.")


class RowCount(Shown):
    """How much one run wrote."""

    run_id: int
    at: datetime
    rows: int | None
    bytes: int | None


class DatasetProfile(DatasetName):
    """One dataset on one page."""

    node_id: str
    first_seen: datetime
    aliases: list[OtherName]
    columns: list[Column]
    columns_since: datetime | None
    owners: list[Owner]
    contracts: list[BoundContract]
    writers: JobsOfDataset
    readers: JobsOfDataset
    freshness: Freshness
    trend: list[RowCount] = Field(description="The last writes that were counted, newest first.")


class SchemaVersion(Shown):
    """Columns that a dataset had for some time."""

    valid_from: datetime
    valid_to: datetime | None
    columns: list[Column]
    changes: list[ColumnChange] | None = Field(description="Against the version before; null for the first.")
    run: Run | None


class SchemaHistory(DatasetName):
    """Versions of the columns, newest first."""

    versions: list[SchemaVersion]
    next_cursor: str | None


class Happening(Shown):
    """One thing that happened; which fields are set depends on ``kind``."""

    kind: str = Field(
        description="written, write_failed, sql_changed, schema_changed, upstream_failed, upstream_schema_changed."
    )
    at: datetime
    distance: int = Field(description="0: the dataset or its writers; 1 is next to them.")
    run: Run | None
    rows: int | None
    bytes: int | None
    partitions: list[str]
    partition_count: int | None
    namespace: str | None = Field(description="With name: the dataset whose columns changed.")
    name: str | None
    columns: list[ColumnChange]
    fingerprints_added: list[str]
    fingerprints_removed: list[str]
    previous_run_id: int | None = Field(description="The run whose statements are compared with.")


class Why(DatasetName):
    """What happened to a dataset in a window, newest first."""

    since: datetime
    until: datetime
    happenings: list[Happening]
    is_truncated: bool = Field(description="More happened than is shown.")
