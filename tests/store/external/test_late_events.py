"""Newest is what happened last, whatever arrived last."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from airflow_lineage_provider.model.openlineage.event import Phase
from airflow_lineage_provider.store.dataset_writes import newest_writes, writes_since
from airflow_lineage_provider.store.datasets import find_dataset
from airflow_lineage_provider.store.freshness import freshness_of
from airflow_lineage_provider.store.graph import Key
from airflow_lineage_provider.store.impact import read_impact
from airflow_lineage_provider.store.impact_facts import CANDIDATES
from tests.airflow_rows import NOW
from tests.store.external.tellings import at, ds, event, take, told

HOUR = 3600
HISTORY = [event(hour * HOUR, run=f"r{hour}", outputs=[told("b")]) for hour in range(-40, 1)]


def row_id(db: Any) -> int:
    found = find_dataset(ds("b"), session=db)
    assert found is not None
    return found


@pytest.mark.parametrize("step", [1, -1])
@pytest.mark.parametrize("limit", [10, 200])
def test_freshness_goes_by_the_write_that_happened_last(db: Any, step: int, limit: int) -> None:
    take(db, *HISTORY[::step])
    writes = newest_writes(row_id(db), limit=limit, session=db)
    assert [write.run.at for write in writes] == sorted((write.run.at for write in writes), reverse=True)
    fresh = freshness_of(writes, NOW + timedelta(minutes=30))
    assert fresh.last_written_at == at(0)
    if limit == 200:
        assert fresh.is_late is False


def test_the_newest_writes_of_a_window_are_kept(db: Any) -> None:
    take(db, *HISTORY[::-1])
    since, until = NOW - timedelta(days=9), NOW + timedelta(days=1)
    writes, has_more = writes_since(row_id(db), 0, since, until, limit=2, session=db)
    assert ([write.run.at for write in writes], has_more) == ([at(0), at(-HOUR)], True)


@pytest.mark.parametrize("late", [1, CANDIDATES + 5])
def test_a_failure_that_arrives_late_is_not_how_a_job_last_went(db: Any, late: int) -> None:
    take(db, event(1000, run="new", inputs=[told("a")], outputs=[told("b")]))
    for number in range(late):
        old = event(-number, Phase.FAIL, run=f"old{number}", inputs=[told("a")], outputs=[told("b")])
        take(db, old)
    page = read_impact(Key(False, row_id(db)), "upstream", now=NOW + timedelta(minutes=30), session=db)
    assert {item.last_run.state for item in page.items if item.last_run} == {"success"}
    assert "failed" not in {item.status for item in page.items}
