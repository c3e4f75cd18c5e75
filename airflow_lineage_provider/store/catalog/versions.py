"""Versions: of a dataset when its columns change, of a job when what it reads and writes changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import content_hash
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.schemas import HISTORY, SCHEMA, read_columns
from airflow_lineage_provider.store.upsert import CHUNK

_DATASET_VERSIONS = uuid5(NAMESPACE_URL, "urn:airflow-lineage:dataset-version")
_JOB_VERSIONS = uuid5(NAMESPACE_URL, "urn:airflow-lineage:job-version")


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """The columns a dataset had for a time."""

    dataset_id: int
    version: UUID
    schema_id: int
    columns: tuple[Column, ...]
    valid_from: datetime
    valid_to: datetime | None
    """``None``: it has them still."""
    run_id: int | None
    """Row id of the run that was first seen with them."""


@dataclass(frozen=True, slots=True)
class JobEdge:
    """A dataset that a job reads or writes."""

    dataset_id: int
    dataset: DatasetId
    direction: Direction
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class JobVersion:
    """What a job was known to read and write from a moment on."""

    version: UUID
    created_at: datetime
    inputs: tuple[DatasetId, ...]
    outputs: tuple[DatasetId, ...]


def schema_versions(dataset_ids: Collection[int], *, session: Session) -> dict[int, list[SchemaVersion]]:
    """All versions by dataset, newest first."""
    wanted = sorted(set(dataset_ids))
    found: dict[int, list[SchemaVersion]] = {}
    for part in parts(wanted, CHUNK):
        query = (
            select(HISTORY, SCHEMA.c.columns)
            .join(SCHEMA, SCHEMA.c.id == HISTORY.c.schema_id)
            .where(HISTORY.c.dataset_id.in_(part))
            .order_by(HISTORY.c.valid_from.desc(), HISTORY.c.id.desc())
        )
        for row in session.execute(query):
            found.setdefault(row.dataset_id, []).append(
                SchemaVersion(
                    dataset_id=row.dataset_id,
                    version=version_of(row.dataset_id, row.id),
                    schema_id=row.schema_id,
                    columns=tuple(read_columns(row.columns)),
                    valid_from=row.valid_from,
                    valid_to=row.valid_to,
                    run_id=row.run_id,
                )
            )
    return found


def version_of(dataset_id: int, history_id: int) -> UUID:
    """Version of a dataset: made of the dataset and the row that notes since when it has its columns."""
    return uuid5(_DATASET_VERSIONS, f"{dataset_id}:{history_id}")


def version_at(
    versions: Sequence[SchemaVersion], schema_id: int | None, at: datetime | None
) -> SchemaVersion | None:
    """The version that a run met: of the schema it saw, else of the time it ran at.

    :param versions: newest first.
    """
    same = [version for version in versions if version.schema_id == schema_id]
    chosen = same or list(versions)
    earlier = [version for version in chosen if at is None or version.valid_from <= at]
    if earlier:
        return earlier[0]
    # A run that brings new columns had started before they were seen.
    return chosen[-1] if same else None


def job_version(namespace: str, name: str, edges: Iterable[JobEdge]) -> UUID:
    """Version of a job: made of its name and of the datasets it reads and writes."""
    io = sorted((edge.direction.value, edge.dataset.digest) for edge in edges)
    return uuid5(_JOB_VERSIONS, content_hash([namespace, name, io]))


def job_versions(namespace: str, name: str, edges: Iterable[JobEdge]) -> list[JobVersion]:
    """Versions of a job, newest first: one for each moment at which a dataset was first seen with it."""
    known: list[JobEdge] = []
    found: list[JobVersion] = []
    in_order = sorted(edges, key=lambda edge: (edge.first_seen, edge.direction.value, edge.dataset))
    for at, new in groupby(in_order, key=lambda edge: edge.first_seen):
        known = [*known, *new]
        found.append(
            JobVersion(
                version=job_version(namespace, name, known),
                created_at=at,
                inputs=datasets_of(known, Direction.INPUT),
                outputs=datasets_of(known, Direction.OUTPUT),
            )
        )
    return found[::-1]


def datasets_of(edges: Iterable[JobEdge], direction: Direction) -> tuple[DatasetId, ...]:
    """Datasets of one direction, by name."""
    return tuple(sorted(edge.dataset for edge in edges if edge.direction is direction))
