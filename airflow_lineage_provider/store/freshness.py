"""When a dataset was last written, how often it usually is, and whether it is late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from airflow_lineage_provider.store.dataset_writes import Write

OCCASIONS = 20
"""Writes whose intervals say what is usual."""
FEWEST_INTERVALS = 2
PATIENCE = 1.5
"""Late is what has not come for one and a half of the usual intervals."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """``None`` where it is not known: nothing was written yet, or too rarely."""

    last_written_at: datetime | None
    usual_interval: float | None
    """Seconds: the median between the last writes."""
    expected_at: datetime | None
    is_late: bool | None


def freshness_of(writes: Iterable[Write], now: datetime) -> Freshness:
    """Freshness by the newest writes that ended well; one DAG run that writes often writes once.

    :param writes: newest first.
    """
    last: dict[tuple[str, object], datetime] = {}
    for write in writes:
        if write.ended_well:
            if write.occasion not in last and len(last) > OCCASIONS:
                break
            last[write.occasion] = max(last.get(write.occasion, write.run.at), write.run.at)
    moments = sorted(last.values(), reverse=True)[: OCCASIONS + 1]
    if not moments:
        return Freshness(None, None, None, None)
    intervals = [(later - earlier).total_seconds() for later, earlier in pairwise(moments)]
    usual = median(intervals) if len(intervals) >= FEWEST_INTERVALS else None
    if not usual:
        return Freshness(moments[0], None, None, None)
    expected = moments[0] + timedelta(seconds=usual)
    return Freshness(moments[0], usual, expected, now > moments[0] + timedelta(seconds=usual * PATIENCE))
