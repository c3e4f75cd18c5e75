"""Datasets upstream of many others: what is read by the jobs that write them, and so on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.store.graph.edge_rows import DATASET_ID, JOB_ID, EdgeRows, may_pass
from airflow_lineage_provider.store.graph.window import Window

MOST_EDGES = 20_000
"""That are read on one side of a level."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A dataset upstream."""

    steps: int
    """Jobs between it and the nearest of those that were asked for."""
    job_id: int
    """The job that reads it, one of them."""
    written_id: int
    """What that job writes: the dataset through which it was reached."""


@dataclass(slots=True)
class Upstream:
    """What was found, by row id of the dataset."""

    found: dict[int, Reached] = field(default_factory=dict)
    is_cut: bool = False
    """There is more that was not followed."""


def read_upstream_datasets(
    dataset_ids: Collection[int], depth: int, *, most: int, session: Session
) -> Upstream:
    """Walk up ``depth`` times, nearest first, along edges as they are stored today.

    Where a producer said which input of a job feeds which output, only those inputs are followed. What is read of
    each level is bounded.

    :param most: datasets at which the walk ends.
    """
    upstream = Upstream()
    rows = EdgeRows(Window(), session)
    frontier = sorted(set(dataset_ids))
    known = set(frontier)
    for steps in range(1, depth + 1):
        written: dict[int, list[int]] = {}
        for row in rows.of_datasets(frontier, Direction.OUTPUT, MOST_EDGES):
            written.setdefault(row[JOB_ID], []).append(row[DATASET_ID])
        links = rows.links(written)
        reached: dict[int, Reached] = {}
        for row in rows.of_jobs(sorted(written), Direction.INPUT, MOST_EDGES):
            job, source = row[JOB_ID], row[DATASET_ID]
            if source in known or source in reached:
                continue
            target = next(
                (each for each in written[job] if may_pass(links, job, source=source, target=each)), None
            )
            if target is not None:
                reached[source] = Reached(steps, job, target)
        frontier = sorted(reached)
        room = most - len(upstream.found)
        if len(frontier) > room:
            frontier, upstream.is_cut = frontier[:room], True
        upstream.found |= {source: reached[source] for source in frontier}
        known.update(frontier)
        if not frontier or upstream.is_cut:
            break
    upstream.is_cut = upstream.is_cut or rows.is_cut
    return upstream
