"""How lineage does, in figures and over time."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from airflow_lineage_provider.api.schemas.run import Shown


class Slis(Shown):
    """Of attempts that ended in a window, and of what is there now."""

    since: datetime
    until: datetime
    coverage: float | None = Field(description="Share of the settled attempts whose record came, 0 to 1.")
    attempts: int
    recorded: int
    missing: int
    errors: int = Field(description="Errors of capture, not of tasks.")
    drain_p50_seconds: float | None = Field(description="From the end of an attempt to its record.")
    drain_p95_seconds: float | None
    dead_letters: int
    queue: int = Field(description="Records that wait.")
    queue_oldest_seconds: float | None
    unresolved_references: int = Field(
        description="Schema objects of contracts in force that name no dataset, or one that nobody has seen."
    )
    stale_schemas: int = Field(description="Open findings of the rule schema-stale.")
    is_cut: bool = Field(description="Latencies are those of a sample, evenly spread.")


class HealthBucket(Shown):
    """Attempts that ended in a part of the window."""

    at: datetime = Field(description="Start of the part.")
    coverage: float | None
    attempts: int
    recorded: int
    missing: int
    errors: int
    drain_p50_seconds: float | None
    drain_p95_seconds: float | None


class HealthHistory(BaseModel):
    """The window in equal parts, the oldest first."""

    since: datetime
    until: datetime
    bucket_seconds: float
    buckets: list[HealthBucket]
    is_cut: bool = Field(description="Latencies are those of a sample, evenly spread.")


class DeadLetter(Shown):
    """A record that could not be ingested."""

    id: int
    received_at: datetime
    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    reason: str
    payload_bytes: int
    retries: int


class DeadLetterPage(BaseModel):
    """Dead letters, the newest first."""

    letters: list[DeadLetter]
    next_cursor: str | None
