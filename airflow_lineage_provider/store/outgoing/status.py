"""How the queue of outgoing events stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.outgoing.queue import OUTGOING, parked_after
from airflow_lineage_provider.store.outgoing.targets import KEY_LENGTH, target_key


@dataclass(frozen=True, slots=True)
class TargetStatus:
    """What waits for one target."""

    name: str | None
    """``None``: for a target that is no longer configured."""
    waiting: int
    """Without the parked ones, as all that follows but the last two."""
    failing: int
    """Those of them that were tried in vain."""
    most_tries: int
    oldest: datetime | None
    next_try_at: datetime | None
    last_error: str | None
    parked: int = 0
    """Events that were refused again and again while others were taken, and what waits for them in their runs."""
    parked_error: str | None = None


def read_status(targets: Sequence[str], *, now: datetime, session: Session) -> list[TargetStatus]:
    """Status of each target, and of what is queued for others."""
    is_parked = OUTGOING.c.next_try_at > parked_after(now)
    key = func.substr(OUTGOING.c.digest, 1, KEY_LENGTH)
    counted = {
        row.target: row
        for row in session.execute(
            select(
                key.label("target"),
                func.sum(case((is_parked, 0), else_=1)).label("waiting"),
                func.sum(case((is_parked, 1), else_=0)).label("parked"),
                func.sum(case((and_(~is_parked, OUTGOING.c.tries > 0), 1), else_=0)).label("failing"),
                func.max(case((~is_parked, OUTGOING.c.tries), else_=0)).label("most_tries"),
                func.min(case((~is_parked, OUTGOING.c.created_at))).label("oldest"),
                func.min(case((~is_parked, OUTGOING.c.next_try_at))).label("next_try_at"),
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
                waiting=int(row.waiting) if row else 0,
                failing=int(row.failing or 0) if row else 0,
                most_tries=row.most_tries if row else 0,
                oldest=row.oldest if row else None,
                next_try_at=row.next_try_at if row else None,
                last_error=_last_error(digits, ~is_parked, session) if row and row.failing else None,
                parked=int(row.parked) if row else 0,
                parked_error=_last_error(digits, is_parked, session) if row and row.parked else None,
            )
        )
    return found


def _last_error(digits: str, which: ColumnElement[bool], session: Session) -> str | None:
    """Of the event that was tried last, as far as its next try tells."""
    return session.scalar(
        select(OUTGOING.c.last_error)
        .where(
            func.substr(OUTGOING.c.digest, 1, KEY_LENGTH) == digits, OUTGOING.c.last_error.is_not(None), which
        )
        .order_by(OUTGOING.c.next_try_at.desc())
        .limit(1)
    )
