"""Metrics through Airflow's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from airflow._shared.observability.metrics import stats as airflow_stats

from airflow_lineage_provider.store import metrics
from airflow_lineage_provider.store.metrics import Gauges, recent_coverage, route_word
from tests.airflow_rows import NOW
from tests.store.chronicle import Chronicle
from tests.store.counted import counted


class Recorder:
    """Stands where StatsD or OpenTelemetry would."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Any, dict[str, Any]]] = []

    def incr(self, stat: str, count: int = 1, rate: float = 1, *, tags: Any = None) -> None:
        self.sent.append(("incr", stat, count, tags or {}))

    def gauge(
        self, stat: str, value: float, rate: float = 1, delta: bool = False, *, tags: Any = None
    ) -> None:
        self.sent.append(("gauge", stat, value, tags or {}))

    def timing(self, stat: str, dt: Any, *, tags: Any = None) -> None:
        self.sent.append(("timing", stat, dt, tags or {}))


class Broken(Recorder):
    def incr(self, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError("no network")

    gauge = timing = incr  # type: ignore[assignment]


@pytest.fixture
def switched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Switch metrics on and send them to what is given."""
    before = airflow_stats._factory, airflow_stats._export_legacy_names

    def switch(backend: Recorder) -> Recorder:
        monkeypatch.setenv("AIRFLOW__METRICS__STATSD_ON", "True")
        metrics.is_on.cache_clear()
        airflow_stats.initialize(factory=lambda: backend, export_legacy_names=True)  # type: ignore[arg-type, return-value]
        return backend

    yield switch
    monkeypatch.undo()
    metrics.is_on.cache_clear()
    airflow_stats._factory, airflow_stats._export_legacy_names = before
    airflow_stats._backend = None


def test_ingest_is_counted_and_timed(switched: Any) -> None:
    sent = switched(Recorder()).sent
    metrics.note_ingested("mailbox", timedelta(seconds=2))
    metrics.note_ingested("api")
    metrics.note_ingest_error("api")
    assert sent == [
        ("incr", "lineage.ingested", 1, {"source": "mailbox"}),
        ("timing", "lineage.drain.latency", timedelta(seconds=2), {}),
        ("incr", "lineage.ingested", 1, {"source": "api"}),
        ("incr", "lineage.ingest_errors", 1, {"source": "api"}),
    ]


def test_a_query_is_timed_by_route_also_for_those_who_know_no_tags(switched: Any) -> None:
    sent = switched(Recorder()).sent
    metrics.note_query("/api/v2/runs/{run}", "GET", 404, 0.25)
    assert sent == [
        (
            "timing",
            "lineage.query.duration",
            timedelta(seconds=0.25),
            {"route": "/api/v2/runs/{run}", "method": "GET", "status": "4xx"},
        ),
        ("timing", "lineage.query.duration.v2.runs.run", timedelta(seconds=0.25), {}),
    ]


def test_gauges_are_counted_now_and_then(db: Any, switched: Any) -> None:
    sent = switched(Recorder()).sent
    gauges = Gauges()
    assert gauges.send(db)
    assert not gauges.send(db)
    assert ("gauge", "lineage.dead_letters", 0, {}) in sent


def test_coverage_counts_what_is_settled(db: Any) -> None:
    chronicle = Chronicle(db)
    assert recent_coverage(NOW, session=db) is None
    chronicle.run(capture="missing", at=NOW - timedelta(days=9))
    for capture in ("recorded", "partial", "missing", "missing", "pending", "not_run"):
        chronicle.run(capture=capture)
    chronicle.run("spark", external=True)
    assert recent_coverage(NOW, session=db) == 0.5


def test_where_metrics_are_off_nothing_is_counted(db: Any) -> None:
    metrics.is_on.cache_clear()
    with counted(db) as statements:
        assert not Gauges().send(db)
    assert statements == []


def test_a_metric_that_cannot_be_sent_is_no_error(db: Any, switched: Any) -> None:
    switched(Broken())
    metrics.note_ingested("mailbox", timedelta(seconds=1))
    metrics.note_ingest_error("mailbox")
    metrics.note_query("/x", "GET", 200, 1)
    assert Gauges().send(db)


def test_a_section_that_cannot_be_read_switches_metrics_off(
    monkeypatch: pytest.MonkeyPatch, switched: Any
) -> None:
    monkeypatch.setenv("AIRFLOW__METRICS__STATSD_ON", "perhaps")
    metrics.is_on.cache_clear()
    assert not metrics.is_on()


@pytest.mark.parametrize(
    ("route", "word"),
    [
        ("/api/v2/runs/{run}/diff", "v2.runs.run.diff"),
        ("/api/v1/namespaces/{namespace:path}/datasets", "v1.namespaces.namespace.datasets"),
        ("/api/v2/datasets/schema-history", "v2.datasets.schema_history"),
    ],
)
def test_a_route_is_a_word(route: str, word: str) -> None:
    assert route_word(route) == word


def test_a_process_of_its_own_connects_with_what_is_configured(
    switched: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    switched(Recorder())
    recorder = Recorder()
    monkeypatch.setattr(
        "airflow.observability.metrics.stats_utils.get_stats_factory", lambda: lambda: recorder
    )
    metrics.start()
    metrics.note_ingest_error("mailbox")
    assert len(recorder.sent) == 1
