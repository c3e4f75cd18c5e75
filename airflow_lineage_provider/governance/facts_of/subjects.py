"""The datasets that facts are gathered of, with every name and row that means them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.in_scope import InScope
from airflow_lineage_provider.governance.names import aliases_of, canonical_names, names_of
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.dataset_rows import rows_of


@dataclass(frozen=True, slots=True)
class Subjects:
    """Several digests, and rows, may mean one dataset."""

    entries: Sequence[InScope]
    names: Mapping[str, DatasetId]
    """By digest."""
    rows: Mapping[int, DatasetId]
    """By row id; what nobody touched has none."""
    first_seen: Mapping[DatasetId, datetime]
    moved: Mapping[str, str]
    """Digest of a name that a contract is bound to, to that of a dataset's name of today."""


def subjects_of(scope: Sequence[InScope], *, session: Session) -> Subjects:
    """Look up names and rows."""
    names = names_of(
        [entry.dataset for entry in scope],
        stored={name for entry in scope for name in entry.stored_as},
        session=session,
    )
    rows: dict[int, DatasetId] = {}
    first_seen: dict[DatasetId, datetime] = {}
    for row in names.rows.values():
        dataset = names.by_digest[row.digest]
        rows[row.id] = dataset
        first_seen[dataset] = min(first_seen.get(dataset, row.first_seen), row.first_seen)
    return Subjects(scope, names.by_digest, rows, first_seen, names.moved)


def subjects_stored_as(
    stored: Mapping[int, DatasetId], moved: Mapping[str, str], *, session: Session
) -> tuple[Subjects, Mapping[int, DatasetId]]:
    """Datasets of which the rows are known, and which dataset of today each row means.

    :param stored: row id to the name it is stored under.
    :param moved: as other subjects have it.
    """
    canonical = canonical_names(set(stored.values()), session=session)
    today = {row_id: canonical[dataset] for row_id, dataset in stored.items()}
    names = {dataset.digest: today[row_id] for row_id, dataset in stored.items()}
    names.update((dataset.digest, dataset) for dataset in today.values())
    rows = dict(today)
    renamed = {dataset.digest for row_id, dataset in today.items() if stored[row_id] != dataset}
    for row in rows_of(renamed, session=session) if renamed else ():
        rows.setdefault(row.id, names[row.digest])
    for alias, row_id in aliases_of(rows, session=session).items():
        names.setdefault(alias, rows[row_id])
    for before, digest in moved.items():
        if digest in names:
            names.setdefault(before, names[digest])
    entries = [InScope(dataset) for dataset in sorted(set(today.values()))]
    return Subjects(entries, names, rows, {}, moved), today
