"""How each contract in force stands: what it is bound to, what is wrong with it, what it replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.bound_names import KnownName, known_names
from airflow_lineage_provider.store.closest import ClosestDatasets, closest_datasets
from airflow_lineage_provider.store.contract_bodies import read_bodies
from airflow_lineage_provider.store.contract_problems import FileProblem, file_problems
from airflow_lineage_provider.store.contracts import (
    BoundSchema,
    ContractSummary,
    bindings_in_force,
    previous_versions,
)
from airflow_lineage_provider.store.identity import canonical_dataset
from airflow_lineage_provider.store.loose_contracts import is_retired, physical_name


@dataclass(frozen=True, slots=True)
class ObjectStatus:
    """A schema object of a contract."""

    schema_name: str
    dataset: DatasetId | None
    """That it names."""
    bound_by: str
    detail: str | None
    """How it was found, or why it is unbound."""
    known_as: DatasetId | None = None
    """The dataset that the name leads to, where somebody has seen it."""
    via: str | None = None
    """alias | symlink, where that dataset has another name. A symlink is what another producer says; rules
    rest on it only where symlinks are trusted."""
    closest: tuple[DatasetId, ...] = ()
    """Known datasets that may be meant, where it is unbound or nobody has seen what it names."""
    also: tuple[str, ...] = ()
    """Other active contracts for the same dataset."""

    def to_wire(self) -> dict[str, Any]:
        return {
            "schema": self.schema_name,
            "namespace": self.dataset.namespace if self.dataset else None,
            "name": self.dataset.name if self.dataset else None,
            "bound_by": self.bound_by,
            "detail": self.detail,
            "known_as": _name(self.known_as),
            "via": self.via,
            "closest": [_name(dataset) for dataset in self.closest],
            "also": list(self.also),
        }


@dataclass(frozen=True, slots=True)
class ContractStatus:
    """One contract in force."""

    contract_id: str
    version: str
    status: str | None
    source: str | None
    state: str
    """``invalid`` (its file is, and this is the last valid version), ``unbound``, ``partly-bound``, ``duplicate``,
    ``unseen`` (nobody has seen a dataset that it names), ``bound`` or ``retired``."""
    objects: tuple[ObjectStatus, ...]
    problems: tuple[str, ...] = ()
    """Of its file: ``line 7, schema[0].name: is missing``"""
    previous_version: str | None = None

    def to_wire(self) -> dict[str, Any]:
        return {
            "contract_id": self.contract_id,
            "version": self.version,
            "status": self.status,
            "source": self.source,
            "state": self.state,
            "objects": [item.to_wire() for item in self.objects],
            "problems": list(self.problems),
            "previous_version": self.previous_version,
        }


def contract_statuses(contracts: Sequence[ContractSummary], *, session: Session) -> list[ContractStatus]:
    """Status of contracts in force, in their order."""
    named = [item.dataset for entry in contracts for item in entry.schemas if item.dataset is not None]
    known = known_names(named, session=session)
    is_vain = any(item.dataset not in known for entry in contracts for item in entry.schemas)
    closest = closest_datasets(session=session) if is_vain else None
    bodies = read_bodies({entry.row_id: entry.content_hash for entry in contracts}, session=session)
    previous = previous_versions([entry.row_id for entry in contracts], session=session)
    holders = _holders(session=session)
    wrong: dict[str, list[FileProblem]] = {}
    for problem in file_problems(session=session):
        if problem.contract_id:
            wrong.setdefault(problem.contract_id, []).append(problem)
    found = []
    for entry in contracts:
        retired = is_retired(entry.status)
        objects = tuple(
            _object(entry, item, retired, bodies[entry.row_id], known, closest, holders)
            for item in entry.schemas
        )
        problems = tuple(line for problem in wrong.get(entry.contract_id, ()) for line in problem.lines())
        before = previous.get(entry.contract_id)
        found.append(
            ContractStatus(
                entry.contract_id,
                entry.version,
                entry.status,
                entry.source,
                "retired" if retired else "invalid" if problems else _state(objects),
                objects,
                problems,
                before.version if before is not None else None,
            )
        )
    return found


def _object(
    entry: ContractSummary,
    item: BoundSchema,
    retired: bool,
    body: dict[str, Any],
    known: dict[DatasetId, KnownName],
    closest: ClosestDatasets | None,
    holders: dict[str, list[str]],
) -> ObjectStatus:
    leads_to = known.get(item.dataset) if item.dataset is not None else None
    near: tuple[DatasetId, ...] = ()
    if leads_to is None and closest is not None and not retired:
        name = item.dataset.name if item.dataset is not None else physical_name(body, item.schema_name)
        near = closest.to(name)
    names = [item.dataset, leads_to.dataset if leads_to is not None and leads_to.counts else None]
    digests = [] if retired else [canonical_dataset(name).digest for name in names if name is not None]
    others = sorted({other for digest in digests for other in holders.get(digest, ())})
    return ObjectStatus(
        item.schema_name,
        item.dataset,
        item.bound_by,
        item.detail,
        leads_to.dataset if leads_to is not None else None,
        leads_to.via if leads_to is not None else None,
        near,
        tuple(other for other in others if other != entry.contract_id),
    )


def _state(objects: Sequence[ObjectStatus]) -> str:
    unbound = [item for item in objects if item.dataset is None]
    if len(unbound) == len(objects):
        return "unbound"
    if unbound:
        return "partly-bound"
    if any(item.also for item in objects):
        return "duplicate"
    return "unseen" if any(item.known_as is None for item in objects) else "bound"


def _holders(*, session: Session) -> dict[str, list[str]]:
    """Ids of active contracts by the digest of each dataset that they speak for, under its name of today."""
    bound = bindings_in_force(session=session)
    named = known_names({dataset for _, _, dataset in bound}, session=session)
    found: dict[str, list[str]] = {}
    for contract_id, status, dataset in bound:
        if is_retired(status):
            continue
        leads_to = named.get(dataset)
        names = {canonical_dataset(dataset)}
        if leads_to is not None and leads_to.counts:
            names.add(canonical_dataset(leads_to.dataset))
        for name in names:
            holders = found.setdefault(name.digest, [])
            if contract_id not in holders:
                holders.append(contract_id)
    return found


def _name(dataset: DatasetId | None) -> dict[str, str] | None:
    return {"namespace": dataset.namespace, "name": dataset.name} if dataset is not None else None
