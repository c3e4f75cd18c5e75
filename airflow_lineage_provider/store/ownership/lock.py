"""One change of the register at a time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from airflow_lineage_provider.store.upsert import insert_missing
from airflow_lineage_provider.store.watermarks import WATERMARK, take_write_lock

LOCK = "owners"


def hold_owners(*, now: datetime, session: Session) -> None:
    """Let nobody else change owners until this transaction ends: two imports of a file must not both add its lines."""
    take_write_lock(session=session)
    insert_missing(WATERMARK, [{"name": LOCK, "value": 0, "updated_at": now}], session=session)
    session.execute(
        WATERMARK.update().where(WATERMARK.c.name == LOCK).values(value=WATERMARK.c.value + 1, updated_at=now)
    )
