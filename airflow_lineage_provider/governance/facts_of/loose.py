"""Contracts that speak for no dataset, and files that are no contracts."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from airflow_lineage_provider.contracts.team import owner_of
from airflow_lineage_provider.governance.facts import LooseContract
from airflow_lineage_provider.store.contracts import loose_contracts


def loose_facts(*, today: date, session: Session) -> list[LooseContract]:
    """All of them."""
    found = []
    for row in loose_contracts(session=session):
        owner = owner_of(row.body, today) if row.body is not None else None
        found.append(
            LooseContract(
                row.contract_id,
                row.version,
                row.schema_name,
                row.source,
                row.reason,
                row.closest,
                row.problems,
                owner.name if owner is not None else None,
                owner.channel if owner is not None else None,
            )
        )
    return found
