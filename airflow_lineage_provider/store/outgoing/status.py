"""How the queue of outgoing events stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.outgoing.queue import OUTGOING
from airflow_lineage_provider.store.outgoing.targets import KEY_LENGTH, target_key


@dataclass(frozen=True, slots=True)
class TargetStatus:
    """What waits for one target."""

    name: str | None
    """``None``: for a target that is no longer configured."""
    waiting: int
    failing: int
    """Those of them that were tried in vain."""
    most_tries: int
    oldest: datetime | None
    next_try_at: datetime | None
    last_error: str | None


def read_status(targets: Sequence[str], *, session: Session) -> list[TargetStatus]:
    """Status of each target, and of what is queued for others."""
    key = func.substr(OUTGOING.c.digest, 1, KEY_LENGTH)
    counted = {
        row.target: row
        for row in session.execute(
            select(
                key.label("target"),
                func.count().label("waiting"),
                func.sum(case((OUTGOING.c.tries > 0, 1), else_=0)).label("failing"),
                func.max(OUTGOING.c.tries).label("most_tries"),
                func.min(OUTGOING.c.created_at).label("oldest"),
                func.min(OUTGOING.c.next_try_at).label("next_try_at"),
            ).group_by(key)
        )
    }
    names = {target_key(name): name for name in targets}
    found = []
    for digits in [*names, *sorted(counted.keys() - names)]:
        row = counted.get(digits)
        found.append(
            TargetStatus(
                name=names.get(digits),
                waiting=row.waiting if row else 0,
                failing=int(row.failing or 0) if row else 0,
                most_tries=row.most_tries if row else 0,
                oldest=row.oldest if row else None,
                next_try_at=row.next_try_at if row else None,
                last_error=_last_error(digits, session) if row and row.failing else None,
            )
        )
    return found


def _last_error(digits: str, session: Session) -> str | None:
    """Of the event that was tried last, as far as its next try tells."""
    return session.scalar(
        select(OUTGOING.c.last_error)
        .where(func.substr(OUTGOING.c.digest, 1, KEY_LENGTH) == digits, OUTGOING.c.last_error.is_not(None))
        .order_by(OUTGOING.c.next_try_at.desc())
        .limit(1)
    )
