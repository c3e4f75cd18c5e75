"""Jobs and datasets that a dataset comes from, as edges say today."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.store.edges import EDGE
from airflow_lineage_provider.store.upsert import CHUNK

MOST = 1_000
"""Jobs, and datasets, that are kept."""


@dataclass(slots=True)
class Upstream:
    """What is upstream with its distance; 1 is next to the writers of the dataset."""

    writers: set[int] = field(default_factory=set)
    """Jobs that write the dataset itself."""
    jobs: dict[int, int] = field(default_factory=dict)
    """Row id to distance; without the writers."""
    datasets: dict[int, int] = field(default_factory=dict)
    """Row id to distance; without the dataset itself."""
    is_truncated: bool = False


def read_upstream(dataset_id: int, depth: int, *, session: Session) -> Upstream:
    """Walk up: ``depth`` times from the jobs to what they read and on to who writes that."""
    found = Upstream()
    found.writers = _across([dataset_id], EDGE.c.dataset_id, EDGE.c.job_id, Direction.OUTPUT, session)
    if len(found.writers) > MOST:
        found.writers, found.is_truncated = set(sorted(found.writers)[:MOST]), True
    jobs = set(found.writers)
    for distance in range(1, depth + 1):
        inputs = _across(jobs, EDGE.c.job_id, EDGE.c.dataset_id, Direction.INPUT, session)
        datasets = _keep(inputs - {dataset_id}, found.datasets, distance, found)
        above = _across(datasets, EDGE.c.dataset_id, EDGE.c.job_id, Direction.OUTPUT, session)
        jobs = _keep(above - found.writers, found.jobs, distance, found)
        if not jobs:
            break
    return found


def _keep(ids: set[int], known: dict[int, int], distance: int, found: Upstream) -> set[int]:
    new = sorted(ids - known.keys())
    room = MOST - len(known)
    if len(new) > room:
        new, found.is_truncated = new[:room], True
    known.update(dict.fromkeys(new, distance))
    return set(new)


def _across(
    ids: Collection[int], column: Any, other: Any, direction: Direction, session: Session
) -> set[int]:
    found: set[int] = set()
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        query = (
            select(other)
            .where(column.in_(ordered[start : start + CHUNK]), EDGE.c.direction == direction.value)
            .distinct()
            .limit(MOST + 1)
        )
        found.update(session.scalars(query))
        if len(found) > MOST:
            break
    return found
