"""Who answers for a dataset, for somebody who may not see each DAG that writes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.facts import OwnerFact
from airflow_lineage_provider.governance.facts_of.owners import OF_DAG
from airflow_lineage_provider.governance.gather import gather_owners
from airflow_lineage_provider.governance.in_scope import InScope
from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.identity import identity_rules


def owners_of(dataset: DatasetId, access: Access, *, today: date, session: Session) -> list[OwnerFact]:
    """Owners as the rules of governance find them: by contract, else registered, and so on to the DAGs that write."""
    return owners_of_all([dataset], access, today=today, session=session)[dataset]


def owners_of_all(
    datasets: Iterable[DatasetId], access: Access, *, today: date, session: Session
) -> dict[DatasetId, list[OwnerFact]]:
    """Owners of each dataset, found with one query per kind of fact."""
    canonical = identity_rules().canonical
    stored: dict[DatasetId, set[DatasetId]] = {}
    for dataset in datasets:
        stored.setdefault(canonical(dataset), set()).add(dataset)
    scope = [InScope(dataset, stored_as=names) for dataset, names in stored.items()]
    found: dict[DatasetId, list[OwnerFact]] = {}
    for dataset, (owners, _) in gather_owners(scope, today=today, session=session).items():
        shown = [
            owner
            for owner in owners
            if not owner.source.startswith(OF_DAG) or access.may_read(owner.source.removeprefix(OF_DAG))
        ]
        found |= dict.fromkeys(stored[dataset], shown)
    return found
