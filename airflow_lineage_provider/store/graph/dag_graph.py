"""DAGs and datasets: tasks of a DAG are one node, jobs of other producers stay themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from airflow_lineage_provider.store.graph.edge_rows import (
    DAG_ID,
    DAG_NAMESPACE,
    DATASET_ID,
    JOB_ID,
    EdgeRows,
    Links,
    may_pass,
)
from airflow_lineage_provider.store.graph.task_graph import sides
from airflow_lineage_provider.store.graph.walk import Reached, State

# Nodes: a number as in the graph of tasks, or (namespace, DAG) where a number would be a task.


class DagExpand:
    """Neighbours of DAGs, other jobs and datasets; ``rows`` must be read with DAGs."""

    def __init__(self, rows: EdgeRows) -> None:
        self._rows = rows

    def __call__(self, frontier: Sequence[Any], downstream: bool, limit: int) -> Iterator[Reached]:
        """States are nodes; of a job that has links (node, dataset it was reached from)."""
        entering, leaving = sides(downstream)
        datasets = [state for state in frontier if type(state) is int and state > 0]
        rows = self._rows.of_datasets(datasets, entering, limit) if datasets else []
        links = self._rows.links({row[JOB_ID] for row in rows if row[DAG_ID] is None})
        for row in rows:
            node, dataset = node_of(row), row[DATASET_ID]
            state: State = (node, dataset) if row[JOB_ID] in links else node
            yield _reached(node, row, dataset, state, is_output=not downstream)
        dags = {state for state in frontier if type(state) is tuple and type(state[0]) is str}
        for row in self._rows.of_dags(sorted({dag_id for _, dag_id in dags}), leaving, limit) if dags else ():
            node = node_of(row)
            if node in dags:
                yield _reached(node, row, node, row[DATASET_ID], is_output=downstream)
        origins: dict[int, list[Any]] = {}
        for state in frontier:
            if type(state) is tuple and type(state[0]) is int:
                origins.setdefault(-state[0], []).append(state)
            elif type(state) is int and state < 0:
                origins.setdefault(-state, []).append(state)
        if origins:
            links = self._rows.links(origins)
            for row in self._rows.of_jobs(sorted(origins), leaving, limit):
                origin = _origin(links, row, origins[row[JOB_ID]], downstream)
                if origin is not None:
                    yield _reached(-row[JOB_ID], row, origin, row[DATASET_ID], is_output=downstream)


def node_of(row: Sequence[Any]) -> Any:
    """The node that the job of an edge belongs to."""
    return -row[JOB_ID] if row[DAG_ID] is None else (row[DAG_NAMESPACE], row[DAG_ID])


def _origin(links: Links, row: Sequence[Any], states: Sequence[Any], downstream: bool) -> Any:
    """The first of a job's states from which the other end of an edge is reached."""
    job, dataset = row[JOB_ID], row[DATASET_ID]
    for state in states:
        if type(state) is int:
            return state
        source, target = (state[1], dataset) if downstream else (dataset, state[1])
        if may_pass(links, job, source=source, target=target):
            return state
    return None


def _reached(node: Any, row: Sequence[Any], origin: State, state: State, *, is_output: bool) -> Reached:
    dataset, part = row[DATASET_ID], row[JOB_ID]
    source, target = (node, dataset) if is_output else (dataset, node)
    return source, target, part, row, origin, state
