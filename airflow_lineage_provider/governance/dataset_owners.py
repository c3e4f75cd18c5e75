"""Who answers for a dataset, for somebody who may not see each DAG that writes it."""

from __future__ import annotations

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
    scope = InScope(canonical_dataset(dataset), stored_as={dataset})
    facts = gather([scope], today=today, session=session)
    return [
        owner
        for found in facts
        for owner in found.owners
        if not owner.source.startswith(_OF_DAG) or access.may_read(owner.source.removeprefix(_OF_DAG))
    ]
