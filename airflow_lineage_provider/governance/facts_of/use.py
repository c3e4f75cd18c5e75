"""What the asking DAG says it does with datasets, and what its tasks were seen doing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.facts import UseFact
from airflow_lineage_provider.governance.names import canonical_names
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store import dag_inputs
from airflow_lineage_provider.store.dag_inputs import Declared, DeclaredAsset
from airflow_lineage_provider.store.dag_use import TaskUse, Uses, last_use

Tasks = dict[DatasetId, set[str]]


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a DAG's own doing."""

    declared: Declared
    uses: Uses
    asking: Collection[str] = ()
    """Tasks that asked for verdicts: they do not count, for what they read is what they judged."""


def told_of(dag_id: str, *, session: Session) -> Told:
    """Look it up."""
    return Told(
        dag_inputs.declared_of_dags([dag_id], session=session).get(dag_id, Declared()),
        last_use(dag_id, session=session),
        dag_inputs.asking_tasks([dag_id], session=session).get(dag_id, ()),
    )


def use_facts(
    datasets: Iterable[DatasetId], dag_id: str, *, told: Told | None = None, session: Session
) -> dict[DatasetId, UseFact]:
    """Of every dataset in scope.

    :param told: what is known of the DAG, where that was looked up.
    """
    told = told or told_of(dag_id, session=session)
    return used_as(datasets, told, canonical_names(names_told(told), session=session))


def names_told(told: Told) -> set[DatasetId]:
    """Every name that a DAG is known to have touched, or to declare."""
    return {
        *(asset.dataset for asset in (*told.declared.inlets, *told.declared.outlets)),
        *(dataset for use in told.uses.values() for dataset in (*use.inputs, *use.outputs)),
    }


def used_as(
    datasets: Iterable[DatasetId], told: Told, names: Mapping[DatasetId, DatasetId]
) -> dict[DatasetId, UseFact]:
    """As :func:`use_facts`.

    :param names: of today, by each of :func:`names_told`.
    """
    inlets = [each for each in told.declared.inlets if each.task_id not in told.asking]
    outlets = told.declared.outlets
    used = {task_id: use for task_id, use in told.uses.items() if task_id not in told.asking}
    declared_in, declared_out = _declared(inlets, names), _declared(outlets, names)
    read = _observed(((task, use.inputs) for task, use in used.items()), names)
    written = _observed(((task, use.outputs) for task, use in used.items()), names)
    is_declaring = bool(inlets or outlets)
    found: dict[DatasetId, UseFact] = {}
    for dataset in datasets:
        inputs, outputs = declared_in.get(dataset, set()), declared_out.get(dataset, set())
        seen = read.get(dataset, set()) | written.get(dataset, set())
        found[dataset] = UseFact(
            declared_inputs=tuple(sorted(inputs)),
            declared_outputs=tuple(sorted(outputs)),
            observed_inputs=tuple(sorted(read.get(dataset, ()))),
            observed_outputs=tuple(sorted(written.get(dataset, ()))),
            idle=()
            if _is_local_file(dataset)
            else tuple(sorted(task for task in (inputs | outputs) - seen if _is_whole(used.get(task)))),
            is_declaring=is_declaring,
        )
    return found


def _declared(assets: Iterable[DeclaredAsset], names: Mapping[DatasetId, DatasetId]) -> Tasks:
    found: Tasks = {}
    for asset in assets:
        if asset.task_id is not None:
            found.setdefault(names[asset.dataset], set()).add(asset.task_id)
    return found


def _observed(touched: Iterable[tuple[str, set[DatasetId]]], names: Mapping[DatasetId, DatasetId]) -> Tasks:
    found: Tasks = {}
    for task, datasets in touched:
        for dataset in datasets:
            found.setdefault(names[dataset], set()).add(task)
    return found


def _is_local_file(dataset: DatasetId) -> bool:
    """What a task reads out of its DAG bundle, or a program that it starts reads, is not seen."""
    return dataset.namespace == "file" or dataset.namespace.startswith("file://")


def _is_whole(use: TaskUse | None) -> bool:
    return use is not None and use.is_whole
