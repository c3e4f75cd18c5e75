"""How long records were under way: from the end of an attempt to its record in the tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import Capture
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.run_refs import MOMENT

MOST_SAMPLED = 20_000
"""Row ids of a window that are looked at, evenly spread over it where it has more."""
_CAME = (Capture.RECORDED.value, Capture.PARTIAL.value)


@dataclass(frozen=True, slots=True)
class Latencies:
    """Attempts of a window that ended and whose record came."""

    found: Sequence[tuple[datetime, float]]
    """(end, seconds)"""
    is_sampled: bool
    """There were more: these stand for all."""


def read_latencies(first_id: int, since: datetime, until: datetime, *, session: Session) -> Latencies:
    """Seconds under way of the attempts that ended in a window.

    :param first_id: row id below which none of them stands.
    """
    last_id = session.scalar(select(RUN.c.id).order_by(RUN.c.id.desc()).limit(1)) or 0
    stride = max(1, ceil((last_id - first_id + 1) / MOST_SAMPLED))
    query = select(RUN.c.ended_at, RUN.c.recorded_at).where(
        RUN.c.id >= first_id,
        since <= MOMENT,
        until > MOMENT,
        RUN.c.ended_at.is_not(None),
        RUN.c.capture.in_(_CAME),
    )
    if stride > 1:
        query = query.where((RUN.c.id - first_id) % stride == 0)
    rows = session.execute(query.limit(MOST_SAMPLED)).all()
    return Latencies(
        [(ended, max((recorded - ended).total_seconds(), 0.0)) for ended, recorded in rows], stride > 1
    )


def nearest_rank(values: Iterable[float], share: float) -> float | None:
    """The value below or at which that share (0 to 1) of the values is; ``None`` of none."""
    ordered = sorted(values)
    if not ordered:
        return None
    return round(ordered[max(ceil(share * len(ordered)), 1) - 1], 3)
