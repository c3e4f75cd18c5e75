"""What the tasks of a DAG read and write, as far as its file says: declared, or in the text of operators."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow_lineage_provider.governance.asker import owners_of_dag, switched_off
from airflow_lineage_provider.governance.dag_documents import read_document
from airflow_lineage_provider.governance.facts import AskerFact
from airflow_lineage_provider.governance.gates.tightening import tightening
from airflow_lineage_provider.governance.offline.dag_files import LoadedDag
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.record import LineageRecord
from airflow_lineage_provider.store.identity import asset_dataset
from airflow_lineage_provider.store.owners import NOBODY
from airflow_lineage_provider.store.statements import ColumnUse, read_statements
from airflow_lineage_provider.store.touched import Touched

TextReader = Callable[[Any], LineageRecord | None]
"""From an operator to what its attributes say it will read, write and run; ``None``: nothing is said."""
_VALUE = "__var"


@dataclass(frozen=True, slots=True)
class Use:
    """A dataset on one side of a task."""

    dataset: DatasetId
    direction: Direction
    task_id: str | None
    """``None``: the dataset schedules the DAG."""
    evidence: Evidence

    @property
    def is_declared(self) -> bool:
        return bool(self.evidence & Evidence.DECLARED)


@dataclass(frozen=True, slots=True)
class NamedAsset:
    """An asset in a DAG file."""

    name: str
    uri: str
    dataset: DatasetId
    extra: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AssetReference:
    """An asset by its name or URI alone, which another file may define."""

    name: str | None
    uri: str | None
    direction: Direction
    task_id: str | None
    """``None``: it schedules the DAG."""


@dataclass(slots=True)
class DagLineage:
    """One DAG."""

    dag_id: str
    path: str
    asker: AskerFact
    owners: tuple[str, ...] = ()
    task_ids: tuple[str, ...] = ()
    uses: list[Use] = field(default_factory=list)
    assets: list[NamedAsset] = field(default_factory=list)
    awaited: list[AssetReference] = field(default_factory=list)
    columns: dict[DatasetId, tuple[str, tuple[Column, ...]]] = field(default_factory=dict)
    """(task, columns) of datasets that a statement makes."""
    flows: list[ColumnUse] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    """Why SQL could not be read, or not wholly, by task."""


def lineage_of(loaded: LoadedDag, texts: TextReader) -> DagLineage:
    """Read one DAG.

    :param texts: reads what operators are given, such as SQL.
    """
    from airflow.serialization.serialized_objects import LazyDeserializedDAG

    lazy = LazyDeserializedDAG(data=dict(loaded.data))
    owners = tuple(_owners(lazy.owner))
    found = DagLineage(
        lazy.dag_id,
        loaded.path,
        _asker(loaded, owners),
        owners,
        tuple(sorted(loaded.dag.task_ids)),
    )
    _schedule(lazy, found)
    _declared(loaded.data, found)
    for task in loaded.dag.tasks:
        record = texts(task)
        if record is not None:
            _stated(str(task.task_id), record, found)
    return found


def _asker(loaded: LoadedDag, owners: tuple[str, ...]) -> AskerFact:
    document = read_document(loaded.data, "")
    tags = frozenset(map(str, loaded.dag.tags or ()))
    gate, problems = tightening(tags, document.policy)
    uncaptured = tuple(sorted(switched_off(document, {})))
    dag_id = str(loaded.dag.dag_id)
    return AskerFact(
        dag_id,
        tags,
        uncaptured=uncaptured,
        gate=gate,
        gate_problems=problems,
        owners=owners_of_dag(dag_id, owners, loaded.dag.owner_links or {}),
    )


def _owners(said: str | None) -> list[str]:
    names = [name.strip() for name in (said or "").split(",")]
    return list(dict.fromkeys(name for name in names if name.casefold() not in NOBODY))


def _schedule(lazy: Any, found: DagLineage) -> None:
    condition = lazy.timetable.asset_condition
    for _, asset in condition.iter_assets():
        _add_asset(asset, Direction.INPUT, None, found)
    for reference in condition.iter_asset_refs():
        _await(reference, Direction.INPUT, None, found)


def _declared(data: Mapping[str, Any], found: DagLineage) -> None:
    from airflow.serialization.definitions.assets import SerializedAsset, SerializedAssetRef
    from airflow.serialization.serialized_objects import BaseSerialization

    for entry in data["dag"]["tasks"]:
        task = entry[_VALUE]
        ports = task["partial_kwargs"] if task.get("_is_mapped") else task
        for key, direction in (("inlets", Direction.INPUT), ("outlets", Direction.OUTPUT)):
            for port in _list(ports.get(key)):
                item = BaseSerialization.deserialize(port)
                if isinstance(item, SerializedAsset):
                    _add_asset(item, direction, str(task["task_id"]), found)
                elif isinstance(item, SerializedAssetRef):
                    _await(item, direction, str(task["task_id"]), found)


def _list(ports: Any) -> Iterable[Any]:
    return ports if isinstance(ports, list) else ()


def _add_asset(asset: Any, direction: Direction, task_id: str | None, found: DagLineage) -> None:
    dataset = asset_dataset(asset.uri, asset.name)
    found.assets.append(NamedAsset(str(asset.name), str(asset.uri), dataset, dict(asset.extra or {})))
    use = Use(dataset, direction, task_id, Evidence.DECLARED)
    if use not in found.uses:
        found.uses.append(use)


def _await(reference: Any, direction: Direction, task_id: str | None, found: DagLineage) -> None:
    name, uri = getattr(reference, "name", None), getattr(reference, "uri", None)
    found.awaited.append(AssetReference(name, uri, direction, task_id))


def _stated(task_id: str, record: LineageRecord, found: DagLineage) -> None:
    touched = Touched()
    touched.add_entries(record.inputs, Direction.INPUT)
    touched.add_entries(record.outputs, Direction.OUTPUT)
    read = read_statements(record, touched, lambda dataset: None)
    for (dataset, direction), touch in touched.io.items():
        if "{{" not in dataset.name and "{%" not in dataset.name:
            found.uses.append(Use(dataset, direction, task_id, touch.evidence))
    for dataset in touched.stated_columns:
        found.columns[dataset] = task_id, touched.columns[dataset]
    found.flows += read.columns
    troubles = [error["message"] for error in read.errors] + read.truncated
    if troubles:
        found.unread[task_id] = troubles[0]


def resolve_references(dags: Iterable[DagLineage]) -> None:
    """Find the assets that DAGs only refer to and that other files define; of the others a URI says enough."""
    dags = list(dags)
    by_name = {asset.name: asset.dataset for dag in dags for asset in dag.assets}
    by_uri = {asset.uri: asset.dataset for dag in dags for asset in dag.assets}
    for dag in dags:
        for reference in dag.awaited:
            dataset = by_name.get(reference.name or "") or by_uri.get(reference.uri or "")
            if dataset is None and reference.uri:
                dataset = asset_dataset(reference.uri, None)
            if dataset is None:
                continue
            use = Use(dataset, reference.direction, reference.task_id, Evidence.DECLARED)
            if use not in dag.uses:
                dag.uses.append(use)
