"""How much of what ran is recorded."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from airflow_lineage_provider.api.schemas.run import Shown


class Counts(Shown):
    """Runs by what is recorded of them."""

    attempts: int = Field(description="Attempts of tasks, without not_run and external.")
    recorded: int
    partial: int
    missing: int
    pending: int
    not_run: int
    with_errors: int
    with_io: int = Field(description="Attempts with at least one input or output.")
    external: int = Field(description="Runs that other producers told of.")
    coverage: float | None = Field(description="(recorded + partial) / (recorded + partial + missing).")


class CoverageRow(Shown):
    """Counts of one group."""

    dag_id: str | None
    task_id: str | None
    operator: str | None
    counts: Counts


class CoveragePage(BaseModel):
    """Counts by group, and of all groups."""

    since: datetime
    until: datetime
    total: Counts
    rows: list[CoverageRow]
    next_cursor: str | None
