"""Which datasets a question is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.dag_structure import DagStructure
from airflow_lineage_provider.governance.names import canonical_names
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.store import dag_inputs


@dataclass(slots=True)
class InScope:
    """A dataset to judge, and why."""

    dataset: DatasetId
    known_by: list[str] = field(default_factory=list)
    asset_ids: set[int] = field(default_factory=set)
    """Airflow's assets that mean it, as far as they led to it."""
    stored_as: set[DatasetId] = field(default_factory=set)
    """Names under which it was found, where that is another than the one of today."""


class _Scope:
    def __init__(self) -> None:
        self.found: dict[DatasetId, InScope] = {}

    def add(self, dataset: DatasetId, reason: str, asset_id: int | None = None) -> None:
        entry = self.found.setdefault(dataset, InScope(dataset))
        if reason not in entry.known_by:
            entry.known_by.append(reason)
        if asset_id is not None:
            entry.asset_ids.add(asset_id)

    def canonical(self, *, session: Session) -> list[InScope]:
        """Join entries whose names mean one dataset; sorted by name."""
        names = canonical_names(self.found, session=session)
        joined = _Scope()
        for dataset, entry in self.found.items():
            for reason in entry.known_by:
                joined.add(names[dataset], reason)
            into = joined.found[names[dataset]]
            into.asset_ids |= entry.asset_ids
            into.stored_as |= entry.stored_as | ({dataset} - {into.dataset})
        return sorted(joined.found.values(), key=lambda entry: entry.dataset)


def default_scope(
    *,
    dag_id: str,
    dag_run_id: int,
    task_id: str,
    structure: DagStructure | None,
    session: Session,
) -> list[InScope]:
    """Everything the DAG reads from outside, and what tasks before ``task_id`` wrote in this run.

    From outside: declared inlets, scheduling assets and last observed inputs, without what the DAG's own tasks
    write, unless somebody else writes it as well.
    """
    tasks = structure.task_ids if structure is not None else frozenset[str]()
    # What a validation task notes as read is what it judged; counted as a read, it would keep itself alive.
    readers = tasks - dag_inputs.asking_tasks(dag_id, session=session) - {task_id}
    reads = _Scope()
    for asset in dag_inputs.declared_inlets(dag_id, session=session):
        where = f"declared inlet of {dag_id}.{asset.task_id}" if asset.task_id else f"schedules {dag_id}"
        reads.add(asset.dataset, where, asset.asset_id)
    for io in dag_inputs.latest_io(dag_id, readers, Direction.INPUT, session=session):
        reads.add(io.dataset, f"read by {dag_id}.{io.task_id} in run {io.run_id}")
    inputs = reads.canonical(session=session)

    own = _own_outputs(dag_id, readers, session=session)
    own_digests = {name.digest for stored in own.values() for name in stored}
    shared = dag_inputs.written_elsewhere(own_digests, dag_id, session=session)
    scope = _Scope()
    for entry in inputs:
        names = {entry.dataset, *entry.stored_as, *own.get(entry.dataset, ())}
        if entry.dataset not in own or any(name.digest in shared for name in names):
            scope.found[entry.dataset] = entry
    if structure is not None:
        upstream = structure.upstream_of(task_id)
        for io in dag_inputs.written_in_run(dag_run_id, upstream, session=session):
            scope.add(io.dataset, f"written by upstream task {io.task_id} in this run")
    return scope.canonical(session=session)


def _own_outputs(dag_id: str, tasks: Iterable[str], *, session: Session) -> dict[DatasetId, set[DatasetId]]:
    """What the DAG's tasks write, with all names under which that is stored."""
    written = [asset.dataset for asset in dag_inputs.declared_outlets(dag_id, session=session)]
    written += [
        io.dataset for io in dag_inputs.latest_io(dag_id, frozenset(tasks), Direction.OUTPUT, session=session)
    ]
    own: dict[DatasetId, set[DatasetId]] = {}
    for stored, today in canonical_names(written, session=session).items():
        own.setdefault(today, {today}).add(stored)
    return own


def explicit_scope(datasets: Sequence[tuple[DatasetId, int | None]], *, session: Session) -> list[InScope]:
    """The datasets that a question names, each with the id of the asset that led to it, if one did."""
    scope = _Scope()
    for dataset, asset_id in datasets:
        scope.add(dataset, "named in the question", asset_id)
    return scope.canonical(session=session)
