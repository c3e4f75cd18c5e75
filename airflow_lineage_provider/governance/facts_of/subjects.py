"""The datasets that facts are gathered of, with every name and row that means them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.in_scope import InScope
from airflow_lineage_provider.governance.names import names_of
from airflow_lineage_provider.model.dataset_id import DatasetId


@dataclass(frozen=True, slots=True)
class Subjects:
    """Several digests, and rows, may mean one dataset."""

    entries: Sequence[InScope]
    names: Mapping[str, DatasetId]
    """By digest."""
    rows: Mapping[int, DatasetId]
    """By row id; what nobody touched has none."""
    first_seen: Mapping[DatasetId, datetime]


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
    return Subjects(scope, names.by_digest, rows, first_seen)
