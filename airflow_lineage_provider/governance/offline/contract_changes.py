"""What a branch changes about contracts, and contracts that it takes away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from airflow_lineage_provider.contracts.binding import Binding, Lookup, bind
from airflow_lineage_provider.contracts.contract_diff import diff
from airflow_lineage_provider.contracts.load import LoadedContract
from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.facts_of.contracts import contract_fact, is_retired
from airflow_lineage_provider.governance.offline.contract_set import ContractSet, as_stored
from airflow_lineage_provider.governance.offline.report import CONTRACT_REMOVED, ChangedContract, Hit
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.verdict import Finding
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level

_UNPROMISED = frozenset({"draft", "proposed", "retired"})
Reach = Callable[[Iterable[DatasetId]], tuple[Hit, ...]]
"""From datasets to whom a change of them reaches."""


def changed_contracts(
    before: Mapping[str, LoadedContract],
    now: ContractSet,
    *,
    lookup: Lookup,
    environment: str | None,
    reach: Reach,
) -> Iterator[ChangedContract]:
    """By contract id; what is as it was is left out.

    :param before: contracts of the base, by id.
    """
    bound = _bound_now(now)
    for contract_id in sorted(before.keys() | now.sources.keys()):
        old, new = before.get(contract_id), now.sources.get(contract_id)
        if old is not None and new is not None and old.content_hash == new.content_hash:
            continue
        if old is None and new is not None and new.source.startswith("asset "):
            continue  # contracts on assets of the base are not read: no DAG file of it is loaded
        datasets = list(bound.get(contract_id, ()))
        if old is not None:
            datasets += datasets_of(old, lookup=lookup, environment=environment)
        found = diff(old.data, new.data) if old is not None and new is not None else None
        touched = tuple(sorted(set(datasets)))
        yield ChangedContract(
            contract_id,
            "changed" if found is not None else "added" if old is None else "removed",
            old.version if old is not None else None,
            new.version if new is not None else None,
            found.impact.value if found is not None and found.impact is not None else None,
            tuple(change.message for change in found.changes) if found is not None else (),
            touched,
            reach(touched) if old is not None else (),
        )


def removed_findings(
    changes: Iterable[ChangedContract],
    before: Mapping[str, LoadedContract],
    now: ContractSet,
    *,
    lookup: Lookup,
    environment: str | None,
) -> Iterator[Finding]:
    """A finding for each dataset that a contract in force spoke for and that it left without a word.

    That is: the contract is gone, or it speaks for nothing any more, so that it may break what it likes.
    """
    bound = _bound_now(now)
    for change in changes:
        old, new = before.get(change.contract_id), now.sources.get(change.contract_id)
        if old is None or (new is not None and (bound.get(new.contract_id) or is_retired(_status(new)))):
            continue
        level = Level.OBSERVE if _status(old) in _UNPROMISED else Level.BLOCK
        bindings = _bindings(old, lookup=lookup, environment=environment)
        for dataset, binding in bindings.items():
            fact = contract_fact(as_stored(old, binding), dataset, today=now.today)
            facts = DatasetFacts(dataset, (f"contract {old.contract_id} spoke for it",), contracts=(fact,))
            yield _removed(old, new, level, facts)
        if new is None and not bindings:
            yield _removed(old, new, level, None)


def _removed(
    old: LoadedContract, new: LoadedContract | None, level: Level, facts: DatasetFacts | None
) -> Finding:
    label = f"contract {old.contract_id} {old.version}"
    if new is not None:
        message = f"{label} ({_status(old) or 'without status'}) spoke for this dataset; {new.version} speaks for none"
        fix = (
            f"say in {new.source} where the data is, as {old.source} does; or set status: retired and tell who "
            "reads the data"
        )
    else:
        message = f"{label} was removed"
        if facts is not None:
            message = (
                f"{label} ({_status(old) or 'without status'}), which spoke for this dataset, was removed"
            )
        fix = (
            "set status: retired in it, tell who reads the data, and remove the file in a later change; or "
            f"take it back with `git checkout` from {old.source}"
        )
    evidence = {"contract": f"{old.contract_id} {old.version}", "source": old.source}
    return Finding(
        CONTRACT_REMOVED, level, Result.FAIL, message, fix, facts, subject=old.contract_id, evidence=evidence
    )


def datasets_of(contract: LoadedContract, *, lookup: Lookup, environment: str | None) -> list[DatasetId]:
    """What a contract speaks for."""
    return list(_bindings(contract, lookup=lookup, environment=environment))


def _bindings(
    contract: LoadedContract, *, lookup: Lookup, environment: str | None
) -> dict[DatasetId, Binding]:
    found: dict[DatasetId, Binding] = {}
    for binding in bind(contract.model, lookup=lookup, environment=environment):
        if binding.dataset is not None:
            found.setdefault(binding.dataset, binding)
    return found


def _status(contract: LoadedContract) -> str:
    return str(contract.data.get("status") or "").strip().casefold()


def _bound_now(now: ContractSet) -> dict[str, list[DatasetId]]:
    found: dict[str, list[DatasetId]] = {}
    for dataset, contracts in now.by_dataset.items():
        for contract in contracts:
            found.setdefault(contract.contract_id, []).append(dataset)
    return found
