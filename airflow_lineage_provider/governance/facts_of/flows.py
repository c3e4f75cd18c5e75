"""Classified columns that flow into the columns of datasets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.contracts.classification import rank
from airflow_lineage_provider.governance.facts import FlowFact
from airflow_lineage_provider.governance.facts_of.contracts import Bound, is_retired, promise
from airflow_lineage_provider.governance.facts_of.subjects import Subjects, subjects_stored_as
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.bound_schemas import BoundName, bound_names
from airflow_lineage_provider.store.classification_words import EACH, Words, around
from airflow_lineage_provider.store.classifications import kept_words, unite
from airflow_lineage_provider.store.column_flows import ColumnFlow, column_flows, column_sources
from airflow_lineage_provider.store.content_cache import ContentCache
from airflow_lineage_provider.store.contracts import StoredContract, current_for

Classes = Mapping[str, str]
"""Classification by column in lower case, or by ``EACH`` for all others."""


def flow_facts(subjects: Subjects, contracts: Bound, *, session: Session) -> dict[DatasetId, list[FlowFact]]:
    """By dataset, in the order of their columns; what is not classified is left out."""
    stored = column_sources(subjects.rows, session=session)
    if not stored.names:
        return {}
    sources, today = subjects_stored_as(stored.names, subjects.moved, session=session)
    # Of both sides at once: each statement costs more than what it reads.
    words = kept_words({*sources.rows, *subjects.rows}, session=session)
    theirs = _classes(sources, _promised(sources, session=session), words)
    classified = [row_id for row_id, dataset in today.items() if dataset in theirs]
    columns = {column for classes in theirs.values() for column in classes}
    flows = [
        (subjects.rows[flow.dataset_id], today[flow.source_id], flow)
        for flow in column_flows(stored, classified, None if EACH in columns else columns, session=session)
        if classification(theirs[today[flow.source_id]], flow.source_column) is not None
    ]
    if not flows:
        return {}
    in_force = (
        (dataset, classes_of(contract))
        for dataset, bound in contracts.items()
        for contract in bound
        if not is_retired(contract.status)
    )
    own = _classes(subjects, in_force, words)
    found: dict[DatasetId, list[FlowFact]] = {}
    for (dataset, column, source, source_column), is_masked in sorted(merged_flows(flows).items()):
        word = classification(theirs[source], source_column)
        if word is not None and source != dataset:
            is_called = classification(own.get(dataset, {}), column)
            fact = FlowFact(column, is_called, source, source_column, word, is_masked)
            found.setdefault(dataset, []).append(fact)
    return found


def merged_flows(
    flows: Iterable[tuple[DatasetId, DatasetId, ColumnFlow]],
) -> dict[tuple[DatasetId, str, DatasetId, str], bool]:
    """(dataset, column, source, its column) to whether it is masked on every way; several jobs may write it."""
    found: dict[tuple[DatasetId, str, DatasetId, str], bool] = {}
    for dataset, source, flow in flows:
        key = (dataset, flow.column, source, flow.source_column)
        found[key] = found.get(key, True) and flow.is_masked
    return found


def classification(classes: Classes, column: str) -> str | None:
    """Of the column, else of what it is nested in, else of all columns."""
    for name in (*reversed([*around(column.casefold())]), EACH):
        if name in classes:
            return classes[name]
    return None


_by_contract: ContentCache[Classes] = ContentCache()


def classes_of(contract: StoredContract) -> Classes:
    """What a contract says of the columns of a schema object; worked out once for each content."""
    key = _key(contract)
    known = _by_contract.get(key)
    if known is None:
        columns = getattr(promise(contract), "columns", ())
        named = {each.name.casefold(): each.classification for each in columns if each.classification}
        known = _by_contract.put(key, named)
    return known


def _key(contract: StoredContract | BoundName) -> str:
    return f"{contract.content_hash} {contract.schema_name}"


def _promised(subjects: Subjects, *, session: Session) -> list[tuple[DatasetId, Classes]]:
    """What contracts in force say of the columns of datasets; those that were never read are read."""
    bound = [each for each in bound_names(subjects.names, session=session) if not is_retired(each.status)]
    known = {_key(each): _by_contract.get(_key(each)) for each in bound}
    unread = {each.digest for each in bound if known[_key(each)] is None}
    for contracts in current_for(unread, session=session).values() if unread else ():
        known.update((_key(contract), classes_of(contract)) for contract in contracts)
    return [(subjects.names[each.digest], known[_key(each)] or {}) for each in bound]


def _classes(
    subjects: Subjects, promised: Iterable[tuple[DatasetId, Classes]], kept: Mapping[int, Words]
) -> dict[DatasetId, Classes]:
    """Classification of columns by dataset: what the first contract in force says, else what was ever told."""
    words: dict[DatasetId, list[Words]] = {}
    for row_id, dataset in subjects.rows.items():
        if row_id in kept:
            words.setdefault(dataset, []).append(kept[row_id])
    sensitive = config.sensitive_classifications()
    found: dict[DatasetId, dict[str, str]] = {}
    for dataset, some in words.items():
        for column, said in unite(some).items():
            if (word := _highest(said, sensitive)) is not None:
                found.setdefault(dataset, {})[column] = word
    by_contract: dict[DatasetId, Classes] = {}
    for dataset, classes in promised:
        by_contract.setdefault(dataset, classes)
    united: dict[DatasetId, Classes] = {**found}
    for dataset, classes in by_contract.items():
        if classes:
            united[dataset] = {**found[dataset], **classes} if dataset in found else classes
    return united


def _highest(words: Collection[str], sensitive: Collection[str]) -> str | None:
    """The word that hides most; tags say other things too, so that a word nobody can rank counts only if configured."""
    ranked = [(rank(word), word) for word in words]
    known = sorted((step, word) for step, word in ranked if step is not None)
    return known[-1][1] if known else min((word for word in words if word in sensitive), default=None)
