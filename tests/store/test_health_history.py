"""Coverage, errors and latency over time, and the figures that sum them up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.contracts.apply import apply_text
from airflow_lineage_provider.store import drain_latency
from airflow_lineage_provider.store.drain_latency import nearest_rank, read_latencies
from airflow_lineage_provider.store.health_history import HealthHistory, read_history
from airflow_lineage_provider.store.run_window import first_run_id
from airflow_lineage_provider.store.slis import read_slis
from airflow_lineage_provider.store.unresolved_references import count_unresolved
from tests.airflow_rows import NOW
from tests.store.chronicle import Chronicle

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: {id}
version: 1.0.0
status: {status}
schema:
  - name: {name}
    customProperties:
      - {{property: openlineageNamespace, value: 's3://lake'}}
      - {{property: openlineageName, value: {name}}}
"""


@pytest.fixture
def chronicle(db: Any) -> Chronicle:
    chronicle = Chronicle(db)
    for seconds in (1, 2, 9):
        chronicle.run("shop.load", at=NOW - HOUR, recorded_at=NOW - HOUR + timedelta(seconds=seconds))
    chronicle.run("shop.load", capture="missing", at=NOW - HOUR)
    chronicle.run("shop.load", capture="partial", errors=2, at=NOW - 13 * HOUR)
    chronicle.run("shop.load", capture="not_run", at=NOW - HOUR)
    chronicle.run("spark", external=True, at=NOW - HOUR)
    chronicle.run("shop.load", at=NOW - 9 * DAY)
    return chronicle


def history(chronicle: Chronicle, count: int = 2) -> HealthHistory:
    return read_history(NOW - DAY, NOW, count, session=chronicle.session)


def test_each_part_of_the_window_counts_what_ended_in_it(chronicle: Chronicle) -> None:
    old, new = history(chronicle).buckets
    assert (old.at, new.at) == (NOW - DAY, NOW - 12 * HOUR)
    assert (old.attempts, old.recorded, old.missing, old.errors, old.coverage) == (1, 1, 0, 2, 1.0)
    assert (new.attempts, new.recorded, new.missing, new.errors, new.coverage) == (4, 3, 1, 0, 0.75)
    assert (new.drain_p50_seconds, new.drain_p95_seconds) == (2.0, 9.0)


def test_parts_together_are_the_whole(chronicle: Chronicle) -> None:
    for count in (1, 3, 24, 200):
        buckets = history(chronicle, count).buckets
        assert len(buckets) == count
        assert sum(bucket.attempts for bucket in buckets) == 5
        assert [bucket.at for bucket in buckets] == sorted(bucket.at for bucket in buckets)


def test_an_empty_part_has_no_coverage_and_no_latency(db: Any) -> None:
    (bucket,) = read_history(NOW - DAY, NOW, 1, session=db).buckets
    assert (bucket.attempts, bucket.coverage, bucket.drain_p95_seconds) == (0, None, None)


def test_a_large_window_is_sampled(chronicle: Chronicle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain_latency, "MOST_SAMPLED", 3)
    first_id = first_run_id(NOW - DAY, session=chronicle.session)
    found = read_latencies(first_id, NOW - DAY, NOW, session=chronicle.session)
    assert found.is_sampled
    assert 0 < len(found.found) <= 3
    assert history(chronicle).is_cut
    assert sum(bucket.attempts for bucket in history(chronicle).buckets) == 5


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_share_of_the_values_is_at_or_below_its_rank(values: list[float], share: float) -> None:
    rank = nearest_rank(values, share)
    assert rank is not None
    assert sum(value <= rank + 0.001 for value in values) >= share * len(values) - 1e-6


def test_the_figures_sum_up_the_window(chronicle: Chronicle) -> None:
    found = read_slis(NOW - DAY, NOW, session=chronicle.session)
    assert (found.attempts, found.recorded, found.missing, found.coverage) == (5, 4, 1, 0.8)
    assert (found.dead_letters, found.queue, found.queue_oldest_seconds) == (0, 0, None)
    assert (found.unresolved_references, found.stale_schemas, found.is_cut) == (0, 0, False)


def test_what_contracts_name_and_nobody_has_seen_is_unresolved(chronicle: Chronicle) -> None:
    chronicle.dataset("orders")
    for number, (name, status) in enumerate((("orders", "active"), ("nosuch", "active"), ("old", "retired"))):
        text = CONTRACT.format(id=f"c{number}", name=name, status=status)
        apply_text(text, source=f"{name}.odcs.yaml", session=chronicle.session)
    assert count_unresolved(session=chronicle.session) == 1
