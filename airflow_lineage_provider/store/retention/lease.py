"""One cleaner at a time, whichever server or command it runs in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.upsert import insert_missing
from airflow_lineage_provider.store.watermarks import WATERMARK

NAME = "retention.lease"
LASTS = timedelta(minutes=5)
"""So long after its last sign of life a cleaner counts as dead, and another may begin."""
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


class LeaseLost(RuntimeError):
    """Another cleaner took over, for this one gave no sign of life for too long."""


def take_lease(*, now: datetime, session: Session) -> int | None:
    """Begin to clean. Returns the number of the lease; ``None`` while somebody else cleans."""
    insert_missing(WATERMARK, [{"name": NAME, "value": 0, "updated_at": _NEVER}], session=session)
    taken = session.execute(
        WATERMARK.update()
        .where(WATERMARK.c.name == NAME, WATERMARK.c.updated_at <= now - LASTS)
        .values(value=WATERMARK.c.value + 1, updated_at=now)
    )
    if not getattr(taken, "rowcount", 0):
        return None
    return session.scalar(select(WATERMARK.c.value).where(WATERMARK.c.name == NAME))


def renew_lease(number: int, *, now: datetime, session: Session) -> None:
    """Give a sign of life, in the transaction of the work it is for.

    :raises LeaseLost: then that work is not to be committed.
    """
    _set(number, now, session=session)


def return_lease(number: int, *, session: Session) -> None:
    """Let the next one begin at once."""
    _set(number, _NEVER, session=session)


def _set(number: int, at: datetime, *, session: Session) -> None:
    mine = session.execute(
        WATERMARK.update().where(WATERMARK.c.name == NAME, WATERMARK.c.value == number).values(updated_at=at)
    )
    if not getattr(mine, "rowcount", 0):
        raise LeaseLost("another cleaner took over")
