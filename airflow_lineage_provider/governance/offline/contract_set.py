"""The contracts of a check as the judge wants them: by the dataset that they speak for, with the version before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from airflow_lineage_provider.contracts.binding import Binding, BoundBy, Lookup, bind
from airflow_lineage_provider.contracts.error import ContractError, Problem
from airflow_lineage_provider.contracts.load import LoadedContract, load_text
from airflow_lineage_provider.contracts.team import owner_of
from airflow_lineage_provider.governance.facts import LooseContract
from airflow_lineage_provider.governance.facts_of.contracts import is_retired
from airflow_lineage_provider.governance.offline.contract_files import ContractFiles
from airflow_lineage_provider.governance.offline.dag_lineage import NamedAsset
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.asset_extras import CONTRACT_KEY
from airflow_lineage_provider.store.contracts import StoredContract, StoredVersion


@dataclass(slots=True)
class ContractSet:
    """Contracts that hold if what is checked is applied."""

    today: date
    """Decides who has left a contract's team."""
    by_dataset: dict[DatasetId, list[StoredContract]] = field(default_factory=dict)
    loose: list[LooseContract] = field(default_factory=list)
    """What speaks for no dataset, and what is no valid contract."""
    sources: dict[str, LoadedContract] = field(default_factory=dict)
    """By contract id: where each stands."""

    def speaking_for(self, dataset: DatasetId) -> list[StoredContract]:
        return self.by_dataset.get(dataset, [])


def contract_set(
    files: ContractFiles,
    assets: Iterable[NamedAsset],
    before: Mapping[str, LoadedContract],
    *,
    lookup: Lookup,
    environment: str | None,
    today: date,
) -> ContractSet:
    """Bind contracts of files and of assets.

    :param before: the version of each contract at the place that is compared with.
    """
    found = ContractSet(today, sources=dict(files.contracts))
    found.loose += files.invalid
    named: dict[tuple[str, str], DatasetId] = {}
    for asset in _declaring(assets):
        _of_asset(asset, found, named, lookup=lookup, environment=environment, before=before)
    for contract in files.contracts.values():
        bindings = bind(contract.model, lookup=lookup, environment=environment)
        _place(contract, [_named(contract, each, named) for each in bindings], found, before)
    for contracts in found.by_dataset.values():
        contracts.sort(key=lambda contract: (contract.contract_id, contract.schema_name))
    found.loose.sort(key=lambda item: (item.contract_id or "", item.schema_name or "", item.source or ""))
    return found


def _declaring(assets: Iterable[NamedAsset]) -> list[NamedAsset]:
    found = {(asset.name, asset.uri): asset for asset in assets if asset.extra.get(CONTRACT_KEY)}
    return [found[key] for key in sorted(found)]


def _of_asset(
    asset: NamedAsset,
    found: ContractSet,
    named: dict[tuple[str, str], DatasetId],
    *,
    lookup: Lookup,
    environment: str | None,
    before: Mapping[str, LoadedContract],
) -> None:
    source = f"asset {asset.name}"
    said = asset.extra[CONTRACT_KEY]
    if isinstance(said, Mapping):
        try:
            contract = load_text(json.dumps(said, indent=1, ensure_ascii=False), source)
        except ContractError as error:
            _refuse(found, source, error.problems)
            return
        if contract.contract_id in found.sources:
            other = found.sources[contract.contract_id].source
            message = f"{contract.contract_id!r} stands in {other} too; name it by its id instead"
            _refuse(found, source, [Problem(source, message)])
            return
        found.sources[contract.contract_id] = contract
        bindings = bind(contract.model, lookup=lookup, environment=environment, asset=asset.dataset)
        _place(contract, bindings, found, before)
    elif isinstance(said, str) and (known := found.sources.get(said.strip())) is not None:
        wanted = {asset.name.casefold(), asset.dataset.name.casefold()}
        wanted |= {name.rpartition(".")[2] for name in wanted}
        items = known.model.schema_ or []
        for item in items:
            names = {str(item.name).casefold(), str(item.physicalName or item.name).casefold()}
            if len(items) == 1 or names & wanted:
                named.setdefault((known.contract_id, str(item.name)), asset.dataset)
                break
    else:
        message = f"no contract {said!r} is among the files that are checked"
        _refuse(found, source, [Problem(source, message)])


def _refuse(found: ContractSet, source: str, problems: Iterable[Problem]) -> None:
    told = tuple(problem.message for problem in problems)
    found.loose.append(LooseContract(None, None, None, source, told[0], problems=told))


def _named(contract: LoadedContract, binding: Binding, named: Mapping[tuple[str, str], DatasetId]) -> Binding:
    asset = named.get((contract.contract_id, binding.schema_name))
    if binding.dataset is not None or asset is None:
        return binding
    return Binding(binding.schema_name, asset, BoundBy.ASSET, "an asset names the contract")


def _place(
    contract: LoadedContract,
    bindings: Iterable[Binding],
    found: ContractSet,
    before: Mapping[str, LoadedContract],
) -> None:
    for binding in bindings:
        if binding.dataset is None:
            if not is_retired(contract.data.get("status")):
                found.loose.append(_loose(contract, binding, found.today))
            continue
        stored = as_stored(contract, binding, _previous(contract, before.get(contract.contract_id)))
        found.by_dataset.setdefault(binding.dataset, []).append(stored)


def as_stored(
    contract: LoadedContract, binding: Binding, previous: StoredVersion | None = None
) -> StoredContract:
    """A contract as the judge of the server would be given it for one dataset."""
    return StoredContract(
        contract.contract_id,
        contract.version,
        contract.data.get("status"),
        contract.data.get("name"),
        contract.data,
        contract.content_hash,
        binding.schema_name,
        contract.origin,
        binding.bound_by.value,
        previous,
    )


def _previous(contract: LoadedContract, before: LoadedContract | None) -> StoredVersion | None:
    if before is None or before.content_hash == contract.content_hash:
        return None
    return StoredVersion(before.version, before.data.get("status"), before.data)


def _loose(contract: LoadedContract, binding: Binding, today: date) -> LooseContract:
    people = owner_of(contract.data, today)
    return LooseContract(
        contract.contract_id,
        contract.version,
        binding.schema_name,
        contract.source,
        binding.detail or "no reason is known",
        owner=people.name,
        channel=people.channel,
    )
