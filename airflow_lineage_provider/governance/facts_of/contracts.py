"""Contracts that are bound to datasets, and what they promise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.contracts.contract_diff import ContractDiff, diff
from airflow_lineage_provider.contracts.promise import Promise, promise_of
from airflow_lineage_provider.contracts.team import ContractOwner, owner_of
from airflow_lineage_provider.governance.facts import RETIRED, ContractFact, PreviousContract
from airflow_lineage_provider.governance.facts_of.dialect import dialect_of_namespace
from airflow_lineage_provider.governance.facts_of.subjects import Subjects
from airflow_lineage_provider.model.canonical import content_hash
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.content_cache import ContentCache
from airflow_lineage_provider.store.contracts import StoredContract, StoredVersion, current_for

Bound = Mapping[DatasetId, list[StoredContract]]
"""Contracts in force by dataset, in the order of their ids."""

_promises: ContentCache[tuple[Promise | None]] = ContentCache()
_diffs: ContentCache[ContractDiff] = ContentCache()
_owners: ContentCache[ContractOwner] = ContentCache()
_ends_known: ContentCache[Mapping[str, date]] = ContentCache()
_END_OF_SUPPORT, _END_OF_LIFE = "endofsupport", "endoflife"


def bound_contracts(subjects: Subjects, *, session: Session) -> dict[DatasetId, list[StoredContract]]:
    """Contracts by dataset; one that is bound to two names of a dataset counts once."""
    found: dict[DatasetId, dict[tuple[str, str], StoredContract]] = {}
    for digest, contracts in current_for(subjects.names, session=session).items():
        of_dataset = found.setdefault(subjects.names[digest], {})
        for contract in contracts:
            of_dataset.setdefault((contract.content_hash, contract.schema_name), contract)
    return {
        dataset: sorted(contracts.values(), key=lambda contract: (contract.contract_id, contract.schema_name))
        for dataset, contracts in found.items()
    }


def contract_fact(contract: StoredContract, dataset: DatasetId, *, today: date) -> ContractFact:
    """What a contract says about a dataset.

    :param today: decides who has left its team.
    """
    owner = _owner(contract.content_hash, contract, today)
    ends = _ends_of(contract)
    return ContractFact(
        contract.contract_id,
        contract.version,
        contract.status,
        owner.name,
        owner.channel,
        promise=promise(contract),
        previous=_previous(contract, dialect_of_namespace(dataset.namespace), today),
        end_of_support=ends.get(_END_OF_SUPPORT),
        end_of_life=ends.get(_END_OF_LIFE),
        origin=contract.origin,
        bound_by=contract.bound_by,
    )


def is_retired(status: str | None) -> bool:
    """A retired contract promises nothing any more."""
    return (status or "").strip().casefold() == RETIRED


def promise(contract: StoredContract) -> Promise | None:
    """What the contract's schema object promises; worked out once for each content."""
    key = f"{contract.content_hash} {contract.schema_name}"
    known = _promises.get(key)
    if known is None:
        known = _promises.put(key, (promise_of(contract.body, contract.schema_name),))
    return known[0]


def _previous(contract: StoredContract, dialect: str | None, today: date) -> PreviousContract | None:
    before = contract.previous
    if before is None:
        return None
    was = before.content_hash or content_hash(before.body)
    key = f"{was} {contract.content_hash} {dialect}"
    found = _diffs.get(key)
    if found is None:
        found = _diffs.put(key, diff(before.body, contract.body, dialect=dialect))
    return PreviousContract(before.version, before.status, _owner(was, before, today).name, found)


def _owner(content: str, contract: StoredContract | StoredVersion, today: date) -> ContractOwner:
    """Owner of a contract on a day; worked out once for each content and day, and only then read."""
    key = f"{content} {today.toordinal()}"
    known = _owners.get(key)
    return known if known is not None else _owners.put(key, owner_of(contract.body, today))


def _ends_of(contract: StoredContract) -> Mapping[str, date]:
    known = _ends_known.get(contract.content_hash)
    return known if known is not None else _ends_known.put(contract.content_hash, _ends(contract.body))


def _ends(contract: Mapping[str, Any]) -> dict[str, date]:
    """Days by name of the service level property, in lower case without separators."""
    found: dict[str, date] = {}
    for item in contract.get("slaProperties") or ():
        name = "".join(letter for letter in str(item.get("property") or "").casefold() if letter.isalnum())
        if name in (_END_OF_SUPPORT, _END_OF_LIFE) and (day := _day(item.get("value"))) is not None:
            # Of several the first one counts: nobody can rely on it any longer than that.
            found[name] = min(found.get(name, day), day)
    return found


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        return None
