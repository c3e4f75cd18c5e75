"""How far background jobs came, shared by all API servers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.clock_skew import AHEAD
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

    :return: whether it is ours: at least ``every`` went by since anybody took it. A turn that was taken later than
        ``AHEAD`` from now was taken by a clock that was wrong, and does not count.
    """
    first = now - every - timedelta(days=1)
    insert_missing(WATERMARK, [{"name": name, "value": 0, "updated_at": first}], session=session)
    taken = session.execute(
        WATERMARK.update()
        .where(WATERMARK.c.name == name, is_over(now - every, now=now))
        .values(updated_at=now, value=WATERMARK.c.value + 1)
    )
    return bool(getattr(taken, "rowcount", 0))


def is_over(since: datetime, *, now: datetime) -> Any:
    """Condition over watermarks: the last change is as old as a moment, or lies in the future by more than clocks differ."""
    return or_(WATERMARK.c.updated_at <= since, WATERMARK.c.updated_at > now + AHEAD)


def begin_try(
    name: str, *, most: int, rest: timedelta, least: int, now: datetime, session: Session
) -> int | None:
    """Count a try of something that may not live to say that it failed; commit before trying.

    :param most: so many tries it may have.
    :param rest: how long after the last of them it is given up: others may still be at it.
    :param least: what is counted at least, this one included.
    :return: how many tries there were with this one; ``None`` while nobody may try or give up.
    """
    insert_missing(WATERMARK, [{"name": name, "value": least - 1, "updated_at": now}], session=session)
    may = or_(WATERMARK.c.value < most, WATERMARK.c.updated_at <= now - rest)
    begun = session.execute(
        WATERMARK.update()
        .where(WATERMARK.c.name == name, may)
        .values(value=WATERMARK.c.value + 1, updated_at=now)
    )
    return read_watermark(name, session=session) if getattr(begun, "rowcount", 0) else None


def take_back_try(name: str, *, session: Session) -> None:
    """The try ended for a reason that is not its own: it does not count."""
    session.execute(WATERMARK.update().where(WATERMARK.c.name == name).values(value=WATERMARK.c.value - 1))
    session.execute(WATERMARK.delete().where(WATERMARK.c.name == name, WATERMARK.c.value < 1))


def forget_tries(name: str, *, session: Session) -> None:
    """What was tried came to its end."""
    session.execute(WATERMARK.delete().where(WATERMARK.c.name == name))


def sweep_tries(prefix: str, *, before: datetime, session: Session) -> None:
    """Forget tries of what was not tried again since: it went away in another way."""
    session.execute(
        WATERMARK.delete().where(
            WATERMARK.c.name.startswith(prefix, autoescape=True), WATERMARK.c.updated_at < before
        )
    )


def take_write_lock(*, session: Session) -> None:
    """Make this transaction a writing one before it reads.

    SQLite locks the whole file and has no row locks: two servers that both read before they write would
    both ingest a row. Elsewhere row locks do that, and this does nothing.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(
            WATERMARK.update().where(WATERMARK.c.name == "write-lock").values(value=WATERMARK.c.value)
        )
