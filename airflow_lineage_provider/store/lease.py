"""A lease: one holder at a time, whichever server or command it is, and another one when it died."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.upsert import insert_missing
from airflow_lineage_provider.store.watermarks import WATERMARK, is_over

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


class LeaseLost(RuntimeError):
    """Somebody else took over, for this holder gave no sign of life for too long."""


class Lease:
    """A lease by its name.

    :param lasts: so long after its last sign of life a holder counts as dead, and another may begin.
    """

    def __init__(self, name: str, lasts: timedelta) -> None:
        self.name = name
        self.lasts = lasts

    def take(self, *, now: datetime, session: Session) -> int | None:
        """Begin. Returns the number that the other methods want; ``None`` while somebody else holds it."""
        insert_missing(WATERMARK, [{"name": self.name, "value": 0, "updated_at": _NEVER}], session=session)
        taken = session.execute(
            WATERMARK.update()
            .where(WATERMARK.c.name == self.name, is_over(now - self.lasts, now=now))
            .values(value=WATERMARK.c.value + 1, updated_at=now)
        )
        if not getattr(taken, "rowcount", 0):
            return None
        return session.scalar(select(WATERMARK.c.value).where(WATERMARK.c.name == self.name))

    def renew(self, number: int, *, now: datetime, session: Session) -> None:
        """Give a sign of life, in the transaction of the work it is for.

        :raises LeaseLost: then that work is not to be committed.
        """
        self._set(number, now, session=session)

    def give_back(self, number: int, *, session: Session) -> None:
        """Let the next one begin at once. Raises :class:`LeaseLost`."""
        self._set(number, _NEVER, session=session)

    def _set(self, number: int, at: datetime, *, session: Session) -> None:
        mine = session.execute(
            WATERMARK.update()
            .where(WATERMARK.c.name == self.name, WATERMARK.c.value == number)
            .values(updated_at=at)
        )
        if not getattr(mine, "rowcount", 0):
            raise LeaseLost(f"somebody else took over {self.name}")
