"""Which datasets a question is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.dag_documents import NOT_SERIALIZED, DagDocument, newest_documents
from airflow_lineage_provider.governance.dag_structure import DagStructure
from airflow_lineage_provider.governance.in_scope import InScope, ScopeBuilder
from airflow_lineage_provider.governance.names import canonical_names
from airflow_lineage_provider.governance.transitive import with_upstream
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.store import dag_inputs
from airflow_lineage_provider.store.dag_inputs import Declared
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
    return with_upstream(dag_scopes([dag_id], session=session)[dag_id], depth, session=session)


def dag_scopes(
    dag_ids: Collection[str],
    *,
    documents: Mapping[str, DagDocument] | None = None,
    asking: Mapping[str, Collection[str]] | None = None,
    declared: Mapping[str, Declared] | None = None,
    session: Session,
) -> dict[str, list[InScope]]:
    """What each DAG reads from outside, one step up, sorted by name.

    :param documents: newest versions of the DAGs, where they are known.
    :param asking: likewise, tasks that asked for verdicts.
    :param declared: likewise, what their files declare.
    """
    if documents is None:
        documents = newest_documents(dag_ids, session=session)
    if asking is None:
        asking = dag_inputs.asking_tasks(dag_ids, session=session)
    if declared is None:
        declared = dag_inputs.declared_of_dags(dag_ids, session=session)
    readers = {
        dag_id: documents.get(dag_id, NOT_SERIALIZED).structure.task_ids - frozenset(asking.get(dag_id, ()))
        for dag_id in dag_ids
    }
    return {
        dag_id: sorted(outside.values(), key=lambda entry: entry.dataset)
        for dag_id, outside in _from_outside(readers, declared, session=session).items()
    }


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
    asking = dag_inputs.asking_tasks([dag_id], session=session).get(dag_id, set())
    readers = {dag_id: tasks - asking - {task_id}}
    declared = dag_inputs.declared_of_dags([dag_id], session=session)
    scope = ScopeBuilder(_from_outside(readers, declared, session=session)[dag_id])
    if structure is not None:
        upstream = structure.upstream_of(task_id)
        for io in dag_inputs.written_in_run(dag_run_id, upstream, session=session):
            scope.add(io.dataset, f"written by upstream task {io.task_id} in this run")
    return scope.canonical(session=session)


def _from_outside(
    readers: Mapping[str, frozenset[str]], declared: Mapping[str, Declared], *, session: Session
) -> dict[str, dict[DatasetId, InScope]]:
    """By DAG, what its tasks read and do not write, or somebody else writes as well."""
    touched = dag_inputs.latest_touches(readers, session=session)
    reads: dict[str, ScopeBuilder] = {}
    writes: dict[str, list[DatasetId]] = {}
    for dag_id in readers:
        of_dag = declared.get(dag_id, Declared())
        builder = reads[dag_id] = ScopeBuilder()
        for asset in (*of_dag.inlets, *of_dag.schedule):
            where = f"declared inlet of {dag_id}.{asset.task_id}" if asset.task_id else f"schedules {dag_id}"
            builder.add(asset.dataset, where, asset.asset_id)
        for io in touched[dag_id][Direction.INPUT]:
            builder.add(io.dataset, f"read by {dag_id}.{io.task_id} in run {io.run_id}")
        writes[dag_id] = [asset.dataset for asset in of_dag.outlets]
        writes[dag_id] += [io.dataset for io in touched[dag_id][Direction.OUTPUT]]
    found = {dataset for builder in reads.values() for dataset in builder.found}
    found.update(dataset for written in writes.values() for dataset in written)
    names = canonical_names(found, session=session)
    inputs = {dag_id: builder.joined(names) for dag_id, builder in reads.items()}
    own = {dag_id: _by_name_of_today(written, names) for dag_id, written in writes.items()}
    digests = {
        name.digest
        for dag_id, entries in inputs.items()
        for entry in entries
        if entry.dataset in own[dag_id]
        for name in _names(entry, own[dag_id])
    }
    writing = dag_inputs.writing_dags(digests, session=session)

    def is_outside(dag_id: str, entry: InScope) -> bool:
        if entry.dataset not in own[dag_id]:
            return True
        return any(writing.get(name.digest, set()) - {dag_id} for name in _names(entry, own[dag_id]))

    return {
        dag_id: {entry.dataset: entry for entry in entries if is_outside(dag_id, entry)}
        for dag_id, entries in inputs.items()
    }


def _by_name_of_today(
    written: Iterable[DatasetId], names: Mapping[DatasetId, DatasetId]
) -> dict[DatasetId, set[DatasetId]]:
    """What the DAG's tasks write, with all names under which that is stored."""
    own: dict[DatasetId, set[DatasetId]] = {}
    for stored in written:
        own.setdefault(names[stored], {names[stored]}).add(stored)
    return own


def _names(entry: InScope, own: Mapping[DatasetId, set[DatasetId]]) -> set[DatasetId]:
    return {entry.dataset, *entry.stored_as, *own.get(entry.dataset, ())}


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
