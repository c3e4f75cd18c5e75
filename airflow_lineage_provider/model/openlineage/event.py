"""What an OpenLineage event says, read leniently and checked: no two producers write quite the same JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from airflow_lineage_provider.model.dataset_id import DatasetId, identity_digest
from airflow_lineage_provider.model.io_entry import Column


class EventKind(StrEnum):
    """The three kinds of events of the standard."""

    RUN = "run"
    JOB = "job"
    DATASET = "dataset"


class Phase(StrEnum):
    """Event type of a run event; one that is missing or unknown is OTHER."""

    START = "START"
    RUNNING = "RUNNING"
    COMPLETE = "COMPLETE"
    FAIL = "FAIL"
    ABORT = "ABORT"
    OTHER = "OTHER"

    @property
    def is_terminal(self) -> bool:
        return self in (Phase.COMPLETE, Phase.FAIL, Phase.ABORT)


@dataclass(frozen=True, slots=True, order=True)
class JobRef:
    """A job by its name."""

    namespace: str
    name: str

    @property
    def digest(self) -> str:
        return identity_digest(self.namespace, self.name)


@dataclass(frozen=True, slots=True)
class ParentRef:
    """The run that started a run."""

    run_id: UUID
    job: JobRef


@dataclass(frozen=True, slots=True)
class FieldSource:
    """One input column of an output column, as in OpenLineage's column lineage facet 1-2-0."""

    output_column: str
    """``*``: the dataset as a whole."""
    input: DatasetId
    input_column: str | None
    transformations: tuple[tuple[str, str, bool], ...]
    """(type, subtype, masking); type is DIRECT or INDIRECT, subtype may be empty."""


@dataclass(frozen=True, slots=True)
class EventDataset:
    """A dataset of an event, under the name it was sent with: credentials taken out, identity rules not applied."""

    dataset: DatasetId
    columns: tuple[Column, ...] | None = None
    """``None``: no schema facet, nothing is known. Empty: the producer says that there are none (any more)."""
    symlinks: tuple[DatasetId, ...] = ()
    """Other names of the same data."""
    field_sources: tuple[FieldSource, ...] = ()
    """Of an output: where its columns come from."""
    sources: tuple[DatasetId, ...] | None = None
    """Inputs that feed it, where the producer lists them explicitly; ``None``: any input of the job may."""
    rows: int | None = None
    bytes: int | None = None
    is_dropped: bool = False
    """Its lifecycle state change says DROP."""
    facets: Mapping[str, Any] = field(default_factory=dict)
    """All facets by name as they came, input and output facets among them."""


@dataclass(frozen=True, slots=True)
class LineageEvent:
    """One event, checked."""

    kind: EventKind
    at: datetime
    """Aware, UTC, microseconds: finer ones are cut off, and a time without zone is UTC."""
    digest: str
    """SHA-256 of the canonical JSON."""
    body: bytes
    """Canonical JSON of the event as it came."""
    producer: str | None = None
    job: JobRef | None = None
    """``None`` for dataset events."""
    run_id: UUID | None = None
    """Set for run events. A run id that is no UUID became the name-based one of its text, as in Marquez."""
    phase: Phase | None = None
    parent: ParentRef | None = None
    inputs: tuple[EventDataset, ...] = ()
    outputs: tuple[EventDataset, ...] = ()
    """The dataset of a dataset event stands here."""
    run_facets: Mapping[str, Any] = field(default_factory=dict)
    job_facets: Mapping[str, Any] = field(default_factory=dict)
