"""A process that writes audit entries and seals, at the same time as others do."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from airflow_lineage_provider.governance.audit.sealer import seal
from airflow_lineage_provider.store.audit import append
from airflow_lineage_provider.store.own_transactions import OwnTransactions


def write(url: str, number: int, transactions: int, entries: int) -> None:
    """Write entries, some transactions rolled back, and seal after each in batches that end anywhere."""
    engine = create_engine(url, poolclass=NullPool)
    sessions = OwnTransactions(lambda: Session(engine))
    for transaction in range(transactions):
        with Session(engine) as session:
            for entry in range(entries):
                append(
                    "verdict",
                    {"process": number, "transaction": transaction, "entry": entry},
                    actor=f"process {number}",
                    subject=None,
                    now=datetime.now(UTC),
                    session=session,
                )
            if transaction % 10 == 9:
                session.rollback()
            else:
                session.commit()
        seal(sessions, batch=7 + number)
