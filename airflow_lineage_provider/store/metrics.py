"""Our metrics, through Airflow's own: StatsD, DataDog or OpenTelemetry as ``[metrics]`` says.

Nothing is computed where metrics are off, and no metric ever fails whoever sends it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import Capture
from airflow_lineage_provider.store.dead_letters import count_letters
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.run_window import first_run_id

log = logging.getLogger(__name__)

Source = Literal["mailbox", "api"]

COVERAGE = "lineage.coverage"
DEAD_LETTERS = "lineage.dead_letters"
DRAIN_LATENCY = "lineage.drain.latency"
INGESTED = "lineage.ingested"
INGEST_ERRORS = "lineage.ingest_errors"
QUERY_DURATION = "lineage.query.duration"

COVERAGE_WINDOW = timedelta(days=1)
GAUGES_EVERY = 60.0
"""Seconds between two counts."""


@cache
def is_on() -> bool:
    """Whether Airflow sends metrics; asked once per process, as Airflow does itself."""
    from airflow.configuration import conf

    try:
        return any(
            conf.getboolean("metrics", key, fallback=False)
            for key in ("statsd_on", "statsd_datadog_enabled", "otel_on")
        )
    except Exception as error:
        log.warning("No metrics of lineage are sent: section [metrics] cannot be read: %s", error)
        return False


def start() -> None:
    """Connect with where metrics go, in a process in which Airflow has not: the API server has, a command has not."""

    def initialize(stats: Any) -> None:
        from airflow.configuration import conf
        from airflow.observability.metrics.stats_utils import get_stats_factory

        stats.initialize(
            factory=get_stats_factory(), export_legacy_names=conf.getboolean("metrics", "legacy_names_on")
        )

    _send(initialize)


def note_ingested(source: Source, waited: timedelta | None = None) -> None:
    """A record or an event is in the tables.

    :param waited: since its sender had done with it.
    """

    def send(stats: Any) -> None:
        stats.incr(INGESTED, tags={"source": source})
        if waited is not None:
            stats.timing(DRAIN_LATENCY, max(waited, timedelta(0)))

    _send(send)


def note_ingest_error(source: Source) -> None:
    """A record or an event could not be ingested."""
    _send(lambda stats: stats.incr(INGEST_ERRORS, tags={"source": source}))


def note_query(route: str, method: str, status: int, seconds: float) -> None:
    """A request was answered.

    :param route: template of the path (``/api/v2/runs/{run}``), never the path itself: ids are no metrics.
    """
    tags = {"route": route, "method": method, "status": f"{status // 100}xx"}

    def send(stats: Any) -> None:
        stats.timing(QUERY_DURATION, timedelta(seconds=seconds), tags=tags)
        if _has_names_with_variables():
            stats.timing(f"{QUERY_DURATION}.{route_word(route)}", timedelta(seconds=seconds))

    _send(send)


def route_word(route: str) -> str:
    """``/api/v2/runs/{run}/diff`` as ``v2.runs.run.diff``: for systems that know no tags."""
    parts = (part.strip("{}").partition(":")[0] for part in route.removeprefix("/api").split("/"))
    return ".".join("".join(letter if letter.isalnum() else "_" for letter in part) for part in parts if part)


class Gauges:
    """Counts now and then, for whoever has a session at hand."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = float("-inf")

    def send(self, session: Session) -> bool:
        """Count and send where it is time to; whether it was. An error of the database is the caller's."""
        if not is_on():
            return False
        with self._lock:
            if time.monotonic() < self._next:
                return False
            self._next = time.monotonic() + GAUGES_EVERY
        letters = count_letters(session=session)
        coverage = recent_coverage(datetime.now(UTC) - COVERAGE_WINDOW, session=session)

        def send(stats: Any) -> None:
            stats.gauge(DEAD_LETTERS, letters)
            if coverage is not None:
                stats.gauge(COVERAGE, coverage)

        _send(send)
        return True


def recent_coverage(since: datetime, *, session: Session) -> float | None:
    """Share of the settled attempts since then whose record came, 0 to 1; ``None`` where there was none."""
    query = (
        select(RUN.c.capture, func.count())
        .where(RUN.c.id >= first_run_id(since, session=session), RUN.c.recorded_at >= since)
        .group_by(RUN.c.capture)
    )
    counted: dict[str, int] = {row[0]: row[1] for row in session.execute(query)}
    came = counted.get(Capture.RECORDED.value, 0) + counted.get(Capture.PARTIAL.value, 0)
    settled = came + counted.get(Capture.MISSING.value, 0)
    return round(came / settled, 4) if settled else None


@cache
def _has_names_with_variables() -> bool:
    from airflow.configuration import conf

    return bool(conf.getboolean("metrics", "legacy_names_on", fallback=True))


def _send(send: Callable[[Any], None]) -> None:
    if not is_on():
        return
    try:
        from airflow.observability import stats

        send(stats)
    except Exception as error:
        log.debug("A metric could not be sent: %s", error)
