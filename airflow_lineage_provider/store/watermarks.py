"""How far background jobs came, shared by all API servers."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.tables import Watermark
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import insert_missing

WATERMARK = core_table(Watermark)


def read_watermark(name: str, *, session: Session) -> int | None:
    """Value of a watermark; ``None`` before its first use."""
    return session.scalar(select(WATERMARK.c.value).where(WATERMARK.c.name == name))


def write_watermark(name: str, value: int, *, now: datetime, session: Session) -> None:
    """Set a watermark."""
    insert_missing(WATERMARK, [{"name": name, "value": value, "updated_at": now}], session=session)
    session.execute(WATERMARK.update().where(WATERMARK.c.name == name).values(value=value, updated_at=now))


def take_turn(name: str, every: timedelta, *, now: datetime, session: Session) -> bool:
    """Take the turn of a periodic job that only one server should do at a time.

    :return: whether it is ours: at least ``every`` went by since anybody took it.
    """
    first = now - every - timedelta(days=1)
    insert_missing(WATERMARK, [{"name": name, "value": 0, "updated_at": first}], session=session)
    taken = session.execute(
        WATERMARK.update()
        .where(WATERMARK.c.name == name, WATERMARK.c.updated_at <= now - every)
        .values(updated_at=now, value=WATERMARK.c.value + 1)
    )
    return bool(getattr(taken, "rowcount", 0))


def take_write_lock(*, session: Session) -> None:
    """Make this transaction a writing one before it reads.

    SQLite locks the whole file and has no row locks: two servers that both read before they write would
    both ingest a row. Elsewhere row locks do that, and this does nothing.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(
            WATERMARK.update().where(WATERMARK.c.name == "write-lock").values(value=WATERMARK.c.value)
        )
