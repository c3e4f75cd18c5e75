"""Who answers for a dataset, for somebody who may not see each DAG that writes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.facts import OwnerFact
from airflow_lineage_provider.governance.gather import gather
from airflow_lineage_provider.governance.scope import InScope
from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.identity import canonical_dataset

_OF_DAG = "owner of DAG "


def owners_of(dataset: DatasetId, access: Access, *, today: date, session: Session) -> list[OwnerFact]:
    """Owners as the rules of governance find them: by contract, else by asset, else by the DAGs that write."""
    return owners_of_all([dataset], access, today=today, session=session)[dataset]


def owners_of_all(
    datasets: Iterable[DatasetId], access: Access, *, today: date, session: Session
) -> dict[DatasetId, list[OwnerFact]]:
    """Owners of each dataset, found with one query per kind of fact."""
    stored: dict[DatasetId, set[DatasetId]] = {}
    for dataset in datasets:
        stored.setdefault(canonical_dataset(dataset), set()).add(dataset)
    scope = [InScope(dataset, stored_as=names) for dataset, names in stored.items()]
    found: dict[DatasetId, list[OwnerFact]] = {}
    for facts in gather(scope, today=today, session=session):
        shown = [
            owner
            for owner in facts.owners
            if not owner.source.startswith(_OF_DAG) or access.may_read(owner.source.removeprefix(_OF_DAG))
        ]
        found |= dict.fromkeys(stored[facts.dataset], shown)
    return found
