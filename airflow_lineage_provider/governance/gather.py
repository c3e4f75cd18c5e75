"""From datasets in scope to what is known about them: one query per kind of fact, however many datasets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.facts import (
    AskerFact,
    DatasetFacts,
    OwnerFact,
    ScopeFacts,
    VainContract,
)
from airflow_lineage_provider.governance.facts_of.contracts import bound_contracts, contract_fact
from airflow_lineage_provider.governance.facts_of.dialect import dialect_of_namespace
from airflow_lineage_provider.governance.facts_of.flows import flow_facts
from airflow_lineage_provider.governance.facts_of.loose import loose_facts
from airflow_lineage_provider.governance.facts_of.owners import owner_facts
from airflow_lineage_provider.governance.facts_of.producers import producer_facts, producers_of
from airflow_lineage_provider.governance.facts_of.quality import quality_facts
from airflow_lineage_provider.governance.facts_of.schemas import schema_facts
from airflow_lineage_provider.governance.facts_of.subjects import Subjects, subjects_of
from airflow_lineage_provider.governance.facts_of.use import use_facts
from airflow_lineage_provider.governance.facts_of.writes import write_facts
from airflow_lineage_provider.governance.in_scope import InScope
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.last_outputs import JobRow, last_outputs
from airflow_lineage_provider.store.near_contracts import near_contracts
from airflow_lineage_provider.store.owners import claimed_writers


def gather(
    scope: Sequence[InScope],
    *,
    asker: AskerFact | None = None,
    is_whole_upstream: bool = False,
    now: datetime,
    session: Session,
) -> ScopeFacts:
    """Facts of every dataset in scope, in its order. Without an asker also the contracts that speak for nothing.

    :param is_whole_upstream: the scope is what the asker reads, and not a list that somebody gave.
    :param now: decides who has left a contract's team, or the register.
    """
    datasets: tuple[DatasetFacts, ...] = ()
    if scope:
        datasets = _datasets(subjects_of(scope, session=session), asker, now=now, session=session)
    loose = loose_facts(today=now.date(), session=session) if asker is None else ()
    return ScopeFacts(
        datasets,
        asker,
        loose_contracts=tuple(loose),
        is_whole_upstream=is_whole_upstream,
        is_cut=getattr(scope, "is_cut", False),
    )


Key = tuple[DatasetId, frozenset[int], frozenset[DatasetId]]
"""What facts of a dataset depend on: it, the assets that led to it, and the names it was found under."""


def key_of(entry: InScope) -> Key:
    """Entries of several scopes with the same key have the same facts."""
    return entry.dataset, frozenset(entry.asset_ids), frozenset(entry.stored_as)


def gather_shared(
    scopes: Iterable[Sequence[InScope]], *, now: datetime, session: Session
) -> dict[Key, DatasetFacts]:
    """Facts of all datasets of several scopes, each looked up once; without why they are known and how they are used.

    They are what :func:`gather` finds for each scope alone.
    """
    layers: list[dict[DatasetId, InScope]] = []
    keys: set[Key] = set()
    for entry in (entry for scope in scopes for entry in scope):
        if (key := key_of(entry)) in keys:
            continue
        keys.add(key)
        # What two scopes know of one dataset by other assets, or names, is looked up apart.
        layer = next((layer for layer in layers if entry.dataset not in layer), None)
        if layer is None:
            layers.append({entry.dataset: entry})
        else:
            layer[entry.dataset] = entry
    found: dict[Key, DatasetFacts] = {}
    for layer in layers:
        entries = [layer[dataset] for dataset in sorted(layer)]
        facts = _datasets(subjects_of(entries, session=session), None, now=now, session=session)
        found.update(zip(map(key_of, entries), facts, strict=True))
    return found


def gather_owners(
    scope: Sequence[InScope], *, today: date, session: Session
) -> dict[DatasetId, tuple[list[OwnerFact], list[OwnerFact]]]:
    """(owners, owners that have left) by dataset, and nothing else of it."""
    if not scope:
        return {}
    subjects = subjects_of(scope, session=session)
    owners, departed = owner_facts(
        subjects,
        bound_contracts(subjects, session=session),
        lambda: producers_of(subjects, session=session),
        today=today,
        session=session,
    )
    return {
        entry.dataset: (owners.get(entry.dataset, []), departed.get(entry.dataset, [])) for entry in scope
    }


def _datasets(
    subjects: Subjects, asker: AskerFact | None, *, now: datetime, session: Session
) -> tuple[DatasetFacts, ...]:
    today = now.date()
    contracts = bound_contracts(subjects, session=session)
    claimed = claimed_writers(subjects.rows, session=session)
    jobs = {
        each.job_id: JobRow(each.name, each.dag_id)
        for writers in claimed.values()
        for each in writers
        if each.job_id is not None
    }
    outputs = last_outputs(subjects.rows, jobs, session=session)
    producers = producers_of(subjects, claimed, outputs, session=session)
    owners, departed = owner_facts(subjects, contracts, lambda: producers, today=today, session=session)
    schemas = schema_facts(subjects, outputs, session=session)
    writes = write_facts(subjects, outputs, contracts, session=session)
    quality = quality_facts(subjects, outputs, session=session)
    runs = producer_facts(producers, session=session)
    flows = flow_facts(subjects, contracts, session=session)
    in_scope = [entry.dataset for entry in subjects.entries]
    use = use_facts(in_scope, asker.dag_id, session=session) if asker is not None else {}
    bare = [dataset for dataset in in_scope if not contracts.get(dataset)]
    near = {
        dataset: VainContract(f"{found.contract_id} {found.version}", found.dataset)
        for dataset, found in near_contracts(bare, subjects.names.keys(), session=session).items()
    }
    return tuple(
        DatasetFacts(
            dataset=dataset,
            known_by=tuple(entry.known_by),
            owners=tuple(owners.get(dataset, ())),
            contracts=tuple(contract_fact(each, dataset, today=today) for each in contracts.get(dataset, ())),
            producers=tuple(dict.fromkeys(each.name for each in producers.get(dataset, ()))),
            departed=tuple(departed.get(dataset, ())),
            dialect=dialect_of_namespace(dataset.namespace),
            schema=schemas.get(dataset),
            writes=tuple(writes.get(dataset, ())),
            quality=tuple(quality.get(dataset, ())),
            producer_runs=tuple(runs.get(dataset, ())),
            flows=tuple(flows.get(dataset, ())),
            use=use.get(dataset),
            degree=entry.degree,
            first_seen=subjects.first_seen.get(dataset),
            near=near.get(dataset),
        )
        for entry in subjects.entries
        for dataset in (entry.dataset,)
    )
