"""Coverage, errors and latency over time."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import Capture
from airflow_lineage_provider.store.drain_latency import nearest_rank, read_latencies
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.run_refs import MOMENT
from airflow_lineage_provider.store.run_window import first_run_id

_NO_ATTEMPTS = (Capture.NOT_RUN.value, Capture.EXTERNAL.value)
_CAME = (Capture.RECORDED.value, Capture.PARTIAL.value)


@dataclass(frozen=True, slots=True)
class HealthBucket:
    """Attempts that ended in a part of a window."""

    at: datetime
    """Its start."""
    attempts: int
    recorded: int
    """The core of their record came."""
    missing: int
    errors: int
    """Errors of capture, not of tasks."""
    drain_p50_seconds: float | None
    drain_p95_seconds: float | None

    @property
    def coverage(self) -> float | None:
        """Share of the settled attempts whose record came, 0 to 1; ``None`` where there was none."""
        settled = self.recorded + self.missing
        return round(self.recorded / settled, 4) if settled else None


@dataclass(frozen=True, slots=True)
class HealthHistory:
    """A window in equal parts, the oldest first."""

    buckets: tuple[HealthBucket, ...]
    is_cut: bool
    """Latencies are those of a sample."""


def read_history(since: datetime, until: datetime, count: int, *, session: Session) -> HealthHistory:
    """One walk over the runs of the window; latencies of a bounded sample."""
    step = (until - since) / count
    starts = [since + step * place for place in range(count)]
    first_id = first_run_id(since, session=session)
    # A comparison for each bound is all that every database counts in: none of them has the others' time functions.
    bounds = [(bound > MOMENT, at) for at, bound in enumerate(starts[1:])]
    place = case(*bounds, else_=count - 1) if bounds else literal(0)
    places = select(place.label("place"), RUN.c.capture, RUN.c.errors).where(
        RUN.c.id >= first_id, since <= MOMENT, until > MOMENT, RUN.c.capture.not_in(_NO_ATTEMPTS)
    )
    # MySQL groups by the name of what it has counted, and refuses the same expression a second time.
    rows = places.subquery()
    query = select(rows.c.place, rows.c.capture, func.count(), func.sum(rows.c.errors)).group_by(
        rows.c.place, rows.c.capture
    )
    counted: list[dict[str, int]] = [{} for _ in starts]
    errors = [0] * count
    for at, capture, runs, failed in session.execute(query):
        counted[at][capture] = counted[at].get(capture, 0) + runs
        errors[at] += int(failed or 0)
    latencies = read_latencies(first_id, since, until, session=session)
    seconds: list[list[float]] = [[] for _ in starts]
    for ended, took in latencies.found:
        seconds[min(max(bisect_right(starts, ended) - 1, 0), count - 1)].append(took)
    buckets = (_bucket(*each) for each in zip(starts, counted, errors, seconds, strict=True))
    return HealthHistory(tuple(buckets), latencies.is_sampled)


def _bucket(at: datetime, counted: dict[Any, int], errors: int, seconds: list[float]) -> HealthBucket:
    return HealthBucket(
        at,
        attempts=sum(counted.values()),
        recorded=sum(counted.get(capture, 0) for capture in _CAME),
        missing=counted.get(Capture.MISSING.value, 0),
        errors=errors,
        drain_p50_seconds=nearest_rank(seconds, 0.5),
        drain_p95_seconds=nearest_rank(seconds, 0.95),
    )
