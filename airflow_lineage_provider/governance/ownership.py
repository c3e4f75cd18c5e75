"""Who answers for datasets on a day, and for which datasets nobody does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.facts import OwnerFact
from airflow_lineage_provider.governance.facts_of.owners import OF_DAG
from airflow_lineage_provider.governance.facts_of.subjects import subjects_of
from airflow_lineage_provider.governance.gather import gather_owners
from airflow_lineage_provider.governance.scope import InScope, every_dataset
from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.jobs_of_datasets import Touching, jobs_of_datasets
from airflow_lineage_provider.store.visibility import visible_datasets

_AT_ONCE = 500
"""Datasets whose owners are gathered together."""


@dataclass(frozen=True, slots=True)
class OwnedDataset:
    """A dataset with who answers for it."""

    dataset: DatasetId
    owners: tuple[OwnerFact, ...]
    departed: tuple[OwnerFact, ...]
    """Owners that have left."""


@dataclass(frozen=True, slots=True)
class Orphan:
    """A dataset that nobody owns."""

    dataset: DatasetId
    departed: tuple[OwnerFact, ...]
    """Owners that have left: where there are any, a successor is missing."""
    writers: tuple[str, ...]
    """Jobs that the reader may see."""
    readers: tuple[str, ...]
    known_by: tuple[str, ...]
    """Why it is known; empty for who may not read every DAG."""


@dataclass(frozen=True, slots=True)
class OrphanPage:
    """Orphans by namespace and name."""

    orphans: tuple[Orphan, ...]
    next_after: DatasetId | None
    """The page after this one starts after this dataset; ``None``: there is none."""


def ownership(
    scope: Sequence[InScope], access: Access, *, today: date, session: Session
) -> list[OwnedDataset]:
    """Owners of each dataset, in the order of the scope, without those that only a hidden DAG names."""
    found = []
    for part in parts(scope, _AT_ONCE):
        owned = gather_owners(part, today=today, session=session)
        for entry in part:
            owners, departed = owned[entry.dataset]
            shown = [
                owner
                for owner in owners
                if not owner.source.startswith(OF_DAG) or access.may_read(owner.source.removeprefix(OF_DAG))
            ]
            found.append(OwnedDataset(entry.dataset, tuple(shown), tuple(departed)))
    return found


def find_orphans(
    access: Access, *, after: DatasetId | None = None, limit: int, today: date, session: Session
) -> OrphanPage:
    """Datasets that a DAG reads, writes or declares, or that a contract is bound to, and that nobody owns today.

    A restricted reader gets those that they may see. What only a hidden DAG names an owner of is no orphan for them
    either.
    """
    scope = [entry for entry in every_dataset(session=session) if after is None or entry.dataset > after]
    found: list[Orphan] = []
    for known in parts(scope, _AT_ONCE):
        rows = _rows_of(known, access, session=session)
        part = known if access.is_unrestricted else [entry for entry in known if rows.get(entry.dataset)]
        owned = gather_owners(part, today=today, session=session)
        orphans = [entry for entry in part if not owned[entry.dataset][0]]
        wanted = {row_id for entry in orphans for row_id in rows.get(entry.dataset, ())}
        jobs = jobs_of_datasets(wanted, access, session=session)
        for entry in orphans:
            touching = [jobs[row_id] for row_id in rows.get(entry.dataset, ()) if row_id in jobs]
            departed = tuple(owned[entry.dataset][1])
            found.append(_orphan(entry, departed, touching, has_reasons=access.is_unrestricted))
        if len(found) > limit:
            break
    shown = tuple(found[:limit])
    return OrphanPage(shown, shown[-1].dataset if len(found) > limit else None)


def _rows_of(part: Sequence[InScope], access: Access, *, session: Session) -> dict[DatasetId, list[int]]:
    """Row ids of each dataset that may be seen."""
    rows = subjects_of(part, session=session).rows
    visible = visible_datasets(rows, access, session=session)
    found: dict[DatasetId, list[int]] = {}
    for row_id in sorted(visible):
        found.setdefault(rows[row_id], []).append(row_id)
    return found


def _orphan(
    entry: InScope, departed: tuple[OwnerFact, ...], touching: Sequence[Touching], *, has_reasons: bool
) -> Orphan:
    return Orphan(
        entry.dataset,
        departed,
        tuple(sorted({name for each in touching for name in each.writers})),
        tuple(sorted({name for each in touching for name in each.readers})),
        tuple(entry.known_by) if has_reasons else (),
    )
