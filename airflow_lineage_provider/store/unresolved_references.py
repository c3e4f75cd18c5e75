"""What contracts speak of and nobody has seen."""

from __future__ import annotations

from sqlalchemy.orm import Session

from airflow_lineage_provider.store.bound_names import known_names
from airflow_lineage_provider.store.contracts import summaries
from airflow_lineage_provider.store.loose_contracts import is_retired

_PAGE = 500
MOST_CONTRACTS = 20_000


def count_unresolved(*, session: Session) -> int:
    """Schema objects of contracts in force that name no dataset, or one that nobody has seen."""
    found, after = 0, ""
    for _ in range(MOST_CONTRACTS // _PAGE):
        contracts = summaries(after=after, limit=_PAGE, session=session)
        objects = [item for each in contracts if not is_retired(each.status) for item in each.schemas]
        known = known_names({item.dataset for item in objects if item.dataset is not None}, session=session)
        found += sum(item.dataset not in known for item in objects)
        if len(contracts) < _PAGE:
            break
        after = contracts[-1].contract_id
    return found
