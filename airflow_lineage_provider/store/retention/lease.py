"""One cleaner at a time, whichever server or command it runs in."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from airflow_lineage_provider.store.lease import Lease, LeaseLost

__all__ = ["LASTS", "NAME", "LeaseLost", "renew_lease", "return_lease", "take_lease"]

NAME = "retention.lease"
LASTS = timedelta(minutes=5)
"""So long after its last sign of life a cleaner counts as dead, and another may begin."""
_LEASE = Lease(NAME, LASTS)


def take_lease(*, now: datetime, session: Session) -> int | None:
    """Begin to clean. Returns the number of the lease; ``None`` while somebody else cleans."""
    return _LEASE.take(now=now, session=session)


def renew_lease(number: int, *, now: datetime, session: Session) -> None:
    """Give a sign of life, in the transaction of the work it is for. Raises :class:`LeaseLost`."""
    _LEASE.renew(number, now=now, session=session)


def return_lease(number: int, *, session: Session) -> None:
    """Let the next one begin at once."""
    _LEASE.give_back(number, session=session)
