"""From datasets in scope to what is known about them: one query per kind of fact, however many datasets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from airflow_lineage_provider.contracts.team import owner_of
from airflow_lineage_provider.governance.facts import ContractFact, DatasetFacts, OwnerFact
from airflow_lineage_provider.governance.names import digests_of
from airflow_lineage_provider.governance.scope import InScope
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store import contracts, owners


def gather(scope: Sequence[InScope], *, today: date, session: Session) -> list[DatasetFacts]:
    """Facts of every dataset in scope, in its order.

    :param today: decides who has left a contract's team.
    """
    if not scope:
        return []
    names = digests_of(
        [entry.dataset for entry in scope],
        stored={name for entry in scope for name in entry.stored_as},
        session=session,
    )
    contract_facts = _contracts(names, today=today, session=session)
    producers = _producers(scope, names, session=session)
    asset_facts = _asset_owners(names, session=session)
    dags = {producer.dag_id for found in producers.values() for producer in found if producer.dag_id}
    dag_owners = owners.dag_owners(dags, session=session)
    gathered = []
    for entry in scope:
        found = contract_facts.get(entry.dataset, [])
        writers = producers.get(entry.dataset, [])
        gathered.append(
            DatasetFacts(
                dataset=entry.dataset,
                known_by=tuple(entry.known_by),
                owners=tuple(
                    _contract_owners(found)
                    or asset_facts.get(entry.dataset)
                    or _dag_owners(writers, dag_owners)
                ),
                contracts=tuple(found),
                producers=tuple(dict.fromkeys(writer.name for writer in writers)),
            )
        )
    return gathered


def _contracts(
    names: dict[str, DatasetId], *, today: date, session: Session
) -> dict[DatasetId, list[ContractFact]]:
    found: dict[DatasetId, list[ContractFact]] = {}
    for digest, stored in contracts.current_for(names, session=session).items():
        facts = found.setdefault(names[digest], [])
        for contract in stored:
            owner = owner_of(contract.body, today)
            fact = ContractFact(
                contract.contract_id, contract.version, contract.status, owner.name, owner.channel
            )
            if fact not in facts:
                facts.append(fact)
    return found


def _contract_owners(found: Sequence[ContractFact]) -> list[OwnerFact]:
    return [
        OwnerFact(contract.owner, f"contract {contract.contract_id} {contract.version}", contract.channel)
        for contract in found
        if contract.owner and contract.in_force
    ]


def _asset_owners(names: dict[str, DatasetId], *, session: Session) -> dict[DatasetId, list[OwnerFact]]:
    found: dict[DatasetId, list[OwnerFact]] = {}
    for asset in owners.asset_owners(session=session):
        dataset = names.get(asset.dataset.digest)
        if dataset is not None:
            found.setdefault(dataset, []).append(OwnerFact(asset.owner, f"extra of asset {asset.asset}"))
    return found


def _producers(
    scope: Sequence[InScope], names: dict[str, DatasetId], *, session: Session
) -> dict[DatasetId, list[owners.Producer]]:
    found: dict[DatasetId, list[owners.Producer]] = {}
    for digest, writers in owners.producers(names, session=session).items():
        found.setdefault(names[digest], []).extend(writers)
    declared = owners.outlet_producers(
        {asset_id for entry in scope for asset_id in entry.asset_ids}, session=session
    )
    for entry in scope:
        for asset_id in sorted(entry.asset_ids):
            found.setdefault(entry.dataset, []).extend(declared.get(asset_id, ()))
    return found


def _dag_owners(writers: Sequence[owners.Producer], dag_owners: dict[str, list[str]]) -> list[OwnerFact]:
    facts = [
        OwnerFact(name, f"owner of DAG {writer.dag_id}")
        for writer in writers
        if writer.dag_id
        for name in dag_owners.get(writer.dag_id, ())
    ]
    return list(dict.fromkeys(facts))
