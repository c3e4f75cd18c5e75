"""Jobs and datasets that a dataset comes from, as edges say today."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.edges import EDGE
from airflow_lineage_provider.store.graph.edge_rows import EdgeRows, may_pass
from airflow_lineage_provider.store.graph.window import Window
from airflow_lineage_provider.store.upsert import CHUNK

MOST = 1_000
"""Jobs, and datasets, that are kept."""
MOST_EDGES = 10 * MOST
"""That are read of a level."""


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
    """Walk up: ``depth`` times from the jobs to what they read and on to who writes that.

    A job of which somebody said which output comes from which input is left to those inputs alone.
    """
    found = Upstream()
    rows = EdgeRows(Window(), session)
    written = _written([dataset_id], found, session)
    found.writers = set(written)
    if len(found.writers) > MOST:
        found.writers, found.is_truncated = set(sorted(found.writers)[:MOST]), True
    jobs = set(found.writers)
    for distance in range(1, depth + 1):
        links = rows.links(written)
        # Seen before or not: from another of its outputs other inputs may be reached.
        jobs |= links.keys() & written.keys()
        inputs = {
            source
            for job, source in _read(jobs, found, session)
            if any(may_pass(links, job, source=source, target=target) for target in written[job])
        }
        datasets = _keep(inputs - {dataset_id}, found.datasets, distance, found)
        written = _written(datasets, found, session)
        jobs = _keep(written.keys() - found.writers - found.jobs.keys(), found.jobs, distance, found)
        if not written:
            break
    return found


def _keep(ids: set[int], known: dict[int, int], distance: int, found: Upstream) -> set[int]:
    new = sorted(ids - known.keys())
    room = MOST - len(known)
    if len(new) > room:
        new, found.is_truncated = new[:room], True
    known.update(dict.fromkeys(new, distance))
    return set(new)


def _written(datasets: Collection[int], found: Upstream, session: Session) -> dict[int, set[int]]:
    """Jobs to those of the datasets that they write."""
    written: dict[int, set[int]] = {}
    ordered = sorted(datasets)
    left = MOST_EDGES
    for part in parts(ordered, CHUNK):
        query = select(EDGE.c.job_id, EDGE.c.dataset_id).where(
            EDGE.c.dataset_id.in_(part),
            EDGE.c.direction == Direction.OUTPUT.value,
        )
        for job, dataset in session.execute(query.limit(left + 1)):
            written.setdefault(job, set()).add(dataset)
            left -= 1
        if left < 0:
            found.is_truncated = True
            break
    return written


def _read(jobs: Collection[int], found: Upstream, session: Session) -> list[tuple[int, int]]:
    """(job, dataset that it reads)."""
    read: list[tuple[int, int]] = []
    ordered = sorted(jobs)
    for part in parts(ordered, CHUNK):
        query = select(EDGE.c.job_id, EDGE.c.dataset_id).where(
            EDGE.c.job_id.in_(part), EDGE.c.direction == Direction.INPUT.value
        )
        read += [(job, dataset) for job, dataset in session.execute(query.limit(MOST_EDGES + 1 - len(read)))]
        if len(read) > MOST_EDGES:
            found.is_truncated = True
            break
    return read
