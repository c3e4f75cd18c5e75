"""Jobs and datasets: the graph as it is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.store.graph.edge_rows import DATASET_ID, JOB_ID, EdgeRows, may_pass
from airflow_lineage_provider.store.graph.walk import Reached

# A node is a number, which costs less than a pair: the row id of a dataset, or that of a job below zero.


def sides(downstream: bool) -> tuple[Direction, Direction]:
    """Which edges lead from datasets to jobs and which from jobs to datasets, walking that way."""
    return (Direction.INPUT, Direction.OUTPUT) if downstream else (Direction.OUTPUT, Direction.INPUT)


class TaskExpand:
    """Neighbours of jobs and datasets."""

    def __init__(self, rows: EdgeRows) -> None:
        self._rows = rows

    def __call__(self, frontier: Sequence[Any], downstream: bool, limit: int) -> Iterator[Reached]:
        """States are nodes; of a job that has links (node, dataset it was reached from)."""
        entering, leaving = sides(downstream)
        datasets = [state for state in frontier if type(state) is int and state > 0]
        if datasets:
            rows = self._rows.of_datasets(datasets, entering, limit)
            links = self._rows.links({row[JOB_ID] for row in rows})
            for row in rows:
                job, dataset = -row[JOB_ID], row[DATASET_ID]
                state = (job, dataset) if links and row[JOB_ID] in links else job
                yield (
                    (dataset, job, 0, row, dataset, state)
                    if downstream
                    else (job, dataset, 0, row, dataset, state)
                )
        jobs = [-state for state in frontier if type(state) is int and state < 0]
        for row in self._rows.of_jobs(jobs, leaving, limit) if jobs else ():
            job, dataset = -row[JOB_ID], row[DATASET_ID]
            yield (
                (job, dataset, 0, row, job, dataset) if downstream else (dataset, job, 0, row, job, dataset)
            )
        linked = [state for state in frontier if type(state) is tuple]
        if linked:
            yield from self._linked(linked, downstream, limit)

    def _linked(self, states: list[tuple[int, int]], downstream: bool, limit: int) -> Iterator[Reached]:
        reached_from: dict[int, list[int]] = {}
        for node, dataset in states:
            reached_from.setdefault(-node, []).append(dataset)
        links = self._rows.links(reached_from)
        for row in self._rows.of_jobs(sorted(reached_from), sides(downstream)[1], limit):
            job, dataset = row[JOB_ID], row[DATASET_ID]
            for origin in reached_from[job]:
                source, target = (origin, dataset) if downstream else (dataset, origin)
                if may_pass(links, job, source=source, target=target):
                    origin_state = (-job, origin)
                    yield (
                        (-job, dataset, 0, row, origin_state, dataset)
                        if downstream
                        else (dataset, -job, 0, row, origin_state, dataset)
                    )
                    break
