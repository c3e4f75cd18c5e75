"""What a worker sends about one task attempt, in segments, and how a server reads it back.

The payload is untrusted: :func:`read_segment` checks every field and names the one that is wrong. Identity
(DAG, run, task, map index, try) is not in here; it is that of the mailbox row the payload stands in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import Column, IoEntry

WIRE_VERSION = 1


class SegmentKind(StrEnum):
    """Which part of an attempt's record this is."""

    CORE = "core"
    """What was seen when ``execute`` returned or raised: sent while the attempt still runs."""
    PARK = "park"
    """What was seen before a deferral or a reschedule: the attempt goes on later, in another process."""
    LATE = "late"
    """What may call out (operator methods, observed columns): sent after the state was reported."""


class Outcome(StrEnum):
    """How ``execute`` ended, as the worker saw it; the state of the attempt is Airflow's to say."""

    SUCCESS = "success"
    FAILED = "failed"
    SKIPPED = "skipped"
    DEFERRED = "deferred"
    RESCHEDULED = "rescheduled"


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL that a hook executed, as text with secrets masked."""

    sql: str
    connection: int
    """Index into the segment's connections."""
    rows: int | None = None
    job_id: str | None = None
    database: str | None = None
    schema: str | None = None
    executed: bool = True
    """False: the statement raised, or the task failed and this is what it was given: not known to have run."""
    evidence: Evidence = Evidence.STATEMENT
    """Who saw it: a hook, the instrumentation of a driver, or an extractor that read it somewhere."""

    def to_wire(self) -> dict[str, Any]:
        wire: dict[str, Any] = {"sql": self.sql, "connection": self.connection}
        for key in ("rows", "job_id", "database", "schema"):
            if (value := getattr(self, key)) is not None:
                wire[key] = value
        if not self.executed:
            wire["executed"] = False
        if self.evidence is not Evidence.STATEMENT:
            wire["evidence"] = list(self.evidence.names)
        return wire


@dataclass(frozen=True, slots=True)
class ObservedTable:
    """Columns of a table read from the database itself after the task wrote it."""

    connection: int
    name: str
    columns: tuple[Column, ...]
    database: str | None = None
    schema: str | None = None

    def to_wire(self) -> dict[str, Any]:
        wire: dict[str, Any] = {
            "connection": self.connection,
            "name": self.name,
            "columns": [column.to_wire() for column in self.columns],
        }
        for key in ("database", "schema"):
            if (value := getattr(self, key)) is not None:
                wire[key] = value
        return wire


@dataclass(frozen=True, slots=True)
class CaptureError:
    """A source that could not answer. It never changes the task's result, and it is never silent."""

    source: str
    error: str
    message: str

    def to_wire(self) -> dict[str, str]:
        return {"source": self.source, "error": self.error, "message": self.message}


@dataclass(slots=True)
class LineageRecord:
    """One segment of an attempt's record."""

    kind: SegmentKind
    outcome: Outcome
    ti_id: str
    """UUID of the task instance: must be the one of the row's attempt."""
    operator: str | None = None
    """Dotted class name."""
    started_at: str | None = None
    ended_at: str | None = None
    awaits: tuple[str, ...] = ()
    """Kinds of segments that will follow; whoever judges waits for them."""
    context: dict[str, Any] = field(default_factory=dict)
    """What reproducing the run needs: bundle, versions, image, params hash."""
    inputs: list[IoEntry] = field(default_factory=list)
    outputs: list[IoEntry] = field(default_factory=list)
    connections: list[ConnectionIdentity] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    observed: list[ObservedTable] = field(default_factory=list)
    run_facets: dict[str, Any] = field(default_factory=dict)
    job_facets: dict[str, Any] = field(default_factory=dict)
    errors: list[CaptureError] = field(default_factory=list)
    truncated: list[str] = field(default_factory=list)
    """What was left out, and why: ``"statements: 12 left out, record is limited to 1048576 bytes"``."""
    capture_ms: float | None = None
    """What capturing this segment cost the task, in milliseconds."""

    def place_of(self, connection: ConnectionIdentity) -> int:
        """Index of a connection in this segment; it is added where it is new."""
        if connection not in self.connections:
            self.connections.append(connection)
        return self.connections.index(connection)

    def to_wire(self) -> dict[str, Any]:
        """JSON object; empty parts are left out."""
        wire: dict[str, Any] = {
            "v": WIRE_VERSION,
            "kind": self.kind.value,
            "outcome": self.outcome.value,
            "ti_id": self.ti_id,
        }
        for key in ("operator", "started_at", "ended_at", "capture_ms"):
            if (value := getattr(self, key)) is not None:
                wire[key] = value
        for key in ("context", "run_facets", "job_facets"):
            if value := getattr(self, key):
                wire[key] = value
        for key in ("awaits", "truncated"):
            if value := getattr(self, key):
                wire[key] = list(value)
        unsaid: list[str] = []
        for key in ("inputs", "outputs", "connections", "statements", "observed", "errors"):
            if value := getattr(self, key):
                wire[key] = _wires(value, key, unsaid)
        if unsaid:
            wire["truncated"] = [*wire.get("truncated", []), *unsaid]
        return wire


def _wires(items: list[Any], key: str, unsaid: list[str]) -> list[Any]:
    """Items as JSON. One that is none of ours is ``None``: those behind it keep the place they are known by."""
    wires = []
    for index, item in enumerate(items):
        try:
            wires.append(item.to_wire())
        except Exception as error:
            wires.append(None)
            unsaid.append(f"{key}[{index}] left out: {type(error).__name__}")
    return wires
