"""Which datasets a question is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.dag_structure import DagStructure, newest_structure
from airflow_lineage_provider.governance.in_scope import InScope, ScopeBuilder
from airflow_lineage_provider.governance.names import canonical_names
from airflow_lineage_provider.governance.transitive import with_upstream
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.store import dag_inputs
from airflow_lineage_provider.store.dag_inputs import ObservedIo
from airflow_lineage_provider.store.dag_touched import (
    datasets_of_assets,
    datasets_of_contracts,
    datasets_of_dags,
)

__all__ = ["InScope", "dag_scope", "default_scope", "every_dataset", "explicit_scope", "with_upstream"]


def dag_scope(dag_id: str, *, depth: int = 1, session: Session) -> list[InScope]:
    """Everything a DAG reads from outside, as its newest version declares it and its last runs did; no run is needed.

    :param depth: 1 for what it reads; with more, what that is made from: see :func:`with_upstream`.
    """
    structure = newest_structure(dag_id, session=session)
    tasks = structure.task_ids if structure is not None else frozenset[str]()
    readers = tasks - dag_inputs.asking_tasks(dag_id, session=session)
    scope = sorted(_from_outside(dag_id, readers, session=session).values(), key=lambda entry: entry.dataset)
    return with_upstream(scope, depth, session=session)


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
    scope = ScopeBuilder(_from_outside(dag_id, readers, session=session))
    if structure is not None:
        upstream = structure.upstream_of(task_id)
        for io in dag_inputs.written_in_run(dag_run_id, upstream, session=session):
            scope.add(io.dataset, f"written by upstream task {io.task_id} in this run")
    return scope.canonical(session=session)


def _from_outside(dag_id: str, readers: frozenset[str], *, session: Session) -> dict[DatasetId, InScope]:
    """What tasks read and the DAG's own tasks do not write, or somebody else writes as well."""
    reads = ScopeBuilder()
    for asset in dag_inputs.declared_inlets(dag_id, session=session):
        where = f"declared inlet of {dag_id}.{asset.task_id}" if asset.task_id else f"schedules {dag_id}"
        reads.add(asset.dataset, where, asset.asset_id)
    touched = dag_inputs.latest_touches(dag_id, readers, session=session)
    for io in touched[Direction.INPUT]:
        reads.add(io.dataset, f"read by {dag_id}.{io.task_id} in run {io.run_id}")
    inputs = reads.canonical(session=session)

    own = _own_outputs(dag_id, touched[Direction.OUTPUT], session=session)
    own_digests = {name.digest for stored in own.values() for name in stored}
    shared = dag_inputs.written_elsewhere(own_digests, dag_id, session=session)
    outside: dict[DatasetId, InScope] = {}
    for entry in inputs:
        names = {entry.dataset, *entry.stored_as, *own.get(entry.dataset, ())}
        if entry.dataset not in own or any(name.digest in shared for name in names):
            outside[entry.dataset] = entry
    return outside


def _own_outputs(
    dag_id: str, written: Iterable[ObservedIo], *, session: Session
) -> dict[DatasetId, set[DatasetId]]:
    """What the DAG's tasks write, with all names under which that is stored."""
    names = [asset.dataset for asset in dag_inputs.declared_outlets(dag_id, session=session)]
    names += [io.dataset for io in written]
    own: dict[DatasetId, set[DatasetId]] = {}
    for stored, today in canonical_names(names, session=session).items():
        own.setdefault(today, {today}).add(stored)
    return own


def explicit_scope(datasets: Sequence[tuple[DatasetId, int | None]], *, session: Session) -> list[InScope]:
    """The datasets that a question names, each with the id of the asset that led to it, if one did."""
    scope = ScopeBuilder()
    for dataset, asset_id in datasets:
        scope.add(dataset, "named in the question", asset_id)
    return scope.canonical(session=session)


def every_dataset(*, session: Session) -> list[InScope]:
    """All datasets that a contract in force is bound to, or that a DAG of today reads, writes or declares."""
    scope = ScopeBuilder()
    for touched in (
        *datasets_of_contracts(session=session),
        *datasets_of_dags(session=session),
        *datasets_of_assets(session=session),
    ):
        scope.add(touched.dataset, touched.reason, touched.asset_id)
    return scope.canonical(session=session)
