"""The baseline as gates read it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.tables import BaselineEntry
from airflow_lineage_provider.store.tables.base import core_table

BASELINE = core_table(BaselineEntry)


def baseline_keys(*, session: Session) -> frozenset[str]:
    """Keys of the findings that were there before governance was."""
    return frozenset(session.scalars(select(BASELINE.c.key)))
