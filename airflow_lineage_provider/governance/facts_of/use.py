"""What the asking DAG says it does with datasets, and what its tasks were seen doing."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.facts import UseFact
from airflow_lineage_provider.governance.facts_of.subjects import Subjects
from airflow_lineage_provider.governance.names import canonical_names
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store import dag_inputs
from airflow_lineage_provider.store.dag_inputs import DeclaredAsset
from airflow_lineage_provider.store.dag_use import TaskUse, last_use

Tasks = dict[DatasetId, set[str]]


def use_facts(subjects: Subjects, dag_id: str, *, session: Session) -> dict[DatasetId, UseFact]:
    """Of every dataset in scope; tasks that asked for verdicts do not count, for what they read is what they judged."""
    asking = dag_inputs.asking_tasks(dag_id, session=session)
    inlets = [each for each in dag_inputs.task_inlets(dag_id, session=session) if each.task_id not in asking]
    outlets = dag_inputs.declared_outlets(dag_id, session=session)
    used = {
        task_id: use for task_id, use in last_use(dag_id, session=session).items() if task_id not in asking
    }
    names = canonical_names(
        {
            *(asset.dataset for asset in (*inlets, *outlets)),
            *(dataset for use in used.values() for dataset in (*use.inputs, *use.outputs)),
        },
        session=session,
    )
    declared_in, declared_out = _declared(inlets, names), _declared(outlets, names)
    read = _observed(((task, use.inputs) for task, use in used.items()), names)
    written = _observed(((task, use.outputs) for task, use in used.items()), names)
    is_declaring = bool(inlets or outlets)
    found: dict[DatasetId, UseFact] = {}
    for entry in subjects.entries:
        inputs, outputs = declared_in.get(entry.dataset, set()), declared_out.get(entry.dataset, set())
        seen = read.get(entry.dataset, set()) | written.get(entry.dataset, set())
        found[entry.dataset] = UseFact(
            declared_inputs=tuple(sorted(inputs)),
            declared_outputs=tuple(sorted(outputs)),
            observed_inputs=tuple(sorted(read.get(entry.dataset, ()))),
            observed_outputs=tuple(sorted(written.get(entry.dataset, ()))),
            idle=()
            if _is_local_file(entry.dataset)
            else tuple(sorted(task for task in (inputs | outputs) - seen if _is_whole(used.get(task)))),
            is_declaring=is_declaring,
        )
    return found


def _declared(assets: Iterable[DeclaredAsset], names: dict[DatasetId, DatasetId]) -> Tasks:
    found: Tasks = {}
    for asset in assets:
        if asset.task_id is not None:
            found.setdefault(names[asset.dataset], set()).add(asset.task_id)
    return found


def _observed(touched: Iterable[tuple[str, set[DatasetId]]], names: dict[DatasetId, DatasetId]) -> Tasks:
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
