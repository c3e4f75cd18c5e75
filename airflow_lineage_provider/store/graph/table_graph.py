"""Datasets alone: an edge for each pair of which a job makes one from the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from airflow_lineage_provider.store.graph.edge_rows import DATASET_ID, JOB_ID, EdgeRows, may_pass
from airflow_lineage_provider.store.graph.task_graph import sides
from airflow_lineage_provider.store.graph.walk import Reached


class TableExpand:
    """Neighbours of datasets. The row of an edge is the pair of the job's edges, the input's first."""

    def __init__(self, rows: EdgeRows) -> None:
        self._rows = rows

    def __call__(self, frontier: Sequence[int], downstream: bool, limit: int) -> Iterator[Reached]:
        entering, leaving = sides(downstream)
        near: dict[int, list[Sequence[Any]]] = {}
        for row in self._rows.of_datasets(frontier, entering, limit):
            near.setdefault(row[JOB_ID], []).append(row)
        links = self._rows.links(near)
        for far in self._rows.of_jobs(sorted(near), leaving, limit):
            job = far[JOB_ID]
            for row in near[job]:
                first, second = (row, far) if downstream else (far, row)
                source, target = first[DATASET_ID], second[DATASET_ID]
                if may_pass(links, job, source=source, target=target):
                    yield source, target, job, (first, second), row[DATASET_ID], far[DATASET_ID]
