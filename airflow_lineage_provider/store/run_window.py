"""From which row id on runs of a time window stand: history before it costs nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.ingest import RUN

SLACK = timedelta(days=2)
"""A run gets its row id at some time between its start and its end, so that one may be as old as it lasted."""


def first_run_id(since: datetime, *, session: Session) -> int:
    """Row id below which no run ended at or after ``since``, except one that went on for longer than ``SLACK``.

    Ids count up and so does ``recorded_at`` beside them, which has no index: the place is found by halving, with
    about twenty look-ups of the primary key in a million runs.
    """
    low, high = session.execute(select(func.min(RUN.c.id), func.max(RUN.c.id))).one()
    if low is None:
        return 0
    bound = since - SLACK if since > datetime.min.replace(tzinfo=since.tzinfo) + SLACK else since
    # Invariant: everything below `low` is older; the answer is at most `high + 1`.
    high += 1
    while low < high:
        middle = (low + high) // 2
        row = session.execute(
            select(RUN.c.id, RUN.c.recorded_at).where(RUN.c.id >= middle).order_by(RUN.c.id).limit(1)
        ).first()
        if row is None or row.recorded_at >= bound:
            high = middle
        else:
            low = int(row.id) + 1
    return int(low)
