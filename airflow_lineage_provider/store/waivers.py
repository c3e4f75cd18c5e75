"""Waivers as gates read them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.tables import Waiver
from airflow_lineage_provider.store.tables.base import core_table

WAIVER = core_table(Waiver)


def in_force(now: datetime, *, session: Session) -> list[Any]:
    """Rows of waivers that somebody other than their author approved, that last and that nobody revoked."""
    query = select(WAIVER).where(
        WAIVER.c.approved_at.is_not(None),
        WAIVER.c.approver.is_not(None),
        WAIVER.c.approver != WAIVER.c.author,
        WAIVER.c.revoked_at.is_(None),
        WAIVER.c.expires_at > now,
    )
    return list(session.execute(query.order_by(WAIVER.c.id)))
