"""Whom a change of a dataset reaches: DAGs of the files that are checked, and jobs that a graph of lineage knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from airflow_lineage_provider.governance.offline.dag_lineage import DagLineage
from airflow_lineage_provider.governance.offline.report import Hit
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction

OF_FILES = "dag files"
OF_LINEAGE = "lineage"
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Job:
    """Something that reads and writes."""

    name: str
    dag_id: str | None
    inputs: frozenset[DatasetId]
    outputs: frozenset[DatasetId]
    owners: tuple[str, ...] = ()
    source: str = OF_LINEAGE


def jobs_of(dags: Iterable[DagLineage]) -> list[Job]:
    """Tasks with what they read and write; what schedules a DAG is read by each of its tasks."""
    found = []
    for dag in dags:
        scheduling = {use.dataset for use in dag.uses if use.task_id is None}
        for task_id in dag.task_ids:
            uses = [use for use in dag.uses if use.task_id == task_id]
            inputs = {use.dataset for use in uses if use.direction is Direction.INPUT} | scheduling
            outputs = frozenset(use.dataset for use in uses if use.direction is Direction.OUTPUT)
            if inputs:
                name = f"{dag.dag_id}.{task_id}"
                found.append(Job(name, dag.dag_id, frozenset(inputs), outputs, dag.owners, OF_FILES))
    return found


def hits_of(datasets: Iterable[DatasetId], jobs: Iterable[Job]) -> tuple[Hit, ...]:
    """DAGs and jobs downstream of some datasets, the nearest first; a DAG once, however many of its tasks."""
    readers: dict[DatasetId, list[Job]] = {}
    for job in jobs:
        for dataset in job.inputs:
            readers.setdefault(dataset, []).append(job)
    reached: dict[str, Hit] = {}
    seen = frontier = set(datasets)
    for degree in range(1, _DEEPEST):
        written: set[DatasetId] = set()
        for job in (job for dataset in sorted(frontier) for job in readers.get(dataset, ())):
            name = job.dag_id or job.name
            known = reached.get(name)
            if known is None or (not known.owners and job.owners):
                at = known.degree if known is not None else str(degree)
                reached[name] = Hit(name, job.dag_id, job.owners, at, job.source)
            written |= job.outputs
        frontier = written - seen
        seen = seen | frontier
        if not frontier:
            break
    return tuple(sorted(reached.values(), key=lambda hit: (int(hit.degree), hit.name)))


def joined(*lists: Iterable[Hit]) -> tuple[Hit, ...]:
    """Each DAG or job once, as the first list that has it says."""
    found: dict[str, Hit] = {}
    for hits in lists:
        for hit in hits:
            found.setdefault(hit.name, hit)
    return tuple(sorted(found.values(), key=lambda hit: (hit.degree, hit.name)))
