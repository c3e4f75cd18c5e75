from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from airflow_lineage_provider.store.retention.cleaner import Cleaner
from airflow_lineage_provider.store.retention.lease import LASTS, NAME, take_lease
from airflow_lineage_provider.store.retention.policy import Policy
from airflow_lineage_provider.store.retention.sweep import PAGE
from airflow_lineage_provider.store.tables import metadata
from airflow_lineage_provider.store.watermarks import WATERMARK
from tests.store.retention.history import History, policy
from tests.store.retention.test_aged import add_events

ALL_TABLES = tuple(name for name in metadata.tables if name != "lineage_watermark")


def test_a_dry_run_counts_what_goes_and_changes_nothing(history: History) -> None:
    for number in range(8):
        history.run(500 - number, columns=("id", f"c{number // 3}"), facet={"of": number // 2})
    history.run(1)
    add_events(history, 40, 1)
    before = history.snapshot(*metadata.tables)
    counted = history.count(runs=30, schemas=30, events=30)
    assert history.snapshot(*metadata.tables) == before
    assert counted == history.clean(runs=30, schemas=30, events=30)
    assert {"runs", "schemas", "facets", "columns", "events"} <= counted.keys()


def test_a_second_clean_deletes_nothing(history: History) -> None:
    for number in range(8):
        history.run(500 - number, columns=("id", f"c{number // 3}"))
    assert history.clean(runs=30, schemas=30)
    before = history.snapshot(*ALL_TABLES)
    assert history.clean(runs=30, schemas=30) == {}
    assert history.snapshot(*ALL_TABLES) == before


def test_one_cleans_at_a_time(history: History) -> None:
    with history.session() as session:
        assert take_lease(now=datetime.now(UTC), session=session) is not None
    assert history.cleaner(runs=30).clean() is None


def test_a_cleaner_that_died_is_followed_by_another_after_a_while(history: History) -> None:
    with history.session() as session:
        take_lease(now=datetime.now(UTC) - LASTS - timedelta(seconds=1), session=session)
    assert history.cleaner(runs=30).clean() is not None


def test_a_cleaner_that_was_thought_dead_deletes_nothing_more(history: History) -> None:
    add_events(history, *[40] * (PAGE + 1))

    def steal(seconds: float) -> None:
        with history.session() as session:
            session.execute(
                update(WATERMARK).where(WATERMARK.c.name == NAME).values(value=WATERMARK.c.value + 1)
            )

    report = Cleaner(policy(events=30), history.sessions, pause=steal).clean()
    assert report is not None
    assert not report.is_complete
    assert history.size("lineage_event") == 1


def test_what_is_interrupted_is_gone_on_with(history: History) -> None:
    add_events(history, *[40] * (2 * PAGE + 1))
    stop = threading.Event()
    cleaner = Cleaner(
        policy(events=30), history.sessions, is_stopped=stop.is_set, pause=lambda seconds: stop.set()
    )
    report = cleaner.clean()
    assert report is not None
    assert (report.is_complete, report.rows) == (False, PAGE)
    assert history.size("lineage_event") == PAGE + 1
    assert history.clean(events=30) == {"events": PAGE + 1}


def test_an_error_in_the_middle_leaves_what_was_done_and_frees_the_turn(history: History) -> None:
    add_events(history, *[40] * (PAGE + 1))

    def die(seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Cleaner(policy(events=30), history.sessions, pause=die).clean()
    assert history.size("lineage_event") == 1
    assert history.clean(events=30) == {"events": 1}


def test_no_transaction_deletes_more_than_a_few_hundred_rows(history: History) -> None:
    add_events(history, *[40] * 1300)
    for number in range(300):
        history.run(500 - number / 10)
    history.run(0, "other")
    deleted: list[int] = []

    def count(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("DELETE FROM"):
            deleted[-1] += cursor.rowcount

    def begin(connection: Any) -> None:
        deleted.append(0)

    event.listen(history.engine, "after_cursor_execute", count)
    event.listen(history.engine, "begin", begin)
    try:
        history.clean(events=30, runs=30)
    finally:
        event.remove(history.engine, "after_cursor_execute", count)
        event.remove(history.engine, "begin", begin)
    assert sum(deleted) > 2000
    assert max(deleted) <= PAGE


def test_the_policy_is_what_the_configuration_says(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 1, 31, tzinfo=UTC)
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__KEEP_RUNS", "30")
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__KEEP_EVENTS", "0")
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__KEEP_LAST_RUNS", "7")
    configured = Policy.configured(now=now)
    from airflow_lineage_provider.store.retention.kind import Kind

    assert configured.before(Kind.RUNS) == datetime(2026, 1, 1, tzinfo=UTC)
    assert configured.before(Kind.EVENTS) is None
    assert configured.last_runs == 7
    assert not configured.kinds & {Kind.JOBS, Kind.DATASETS}
    assert Policy.configured([Kind.RUNS], now=now).before(Kind.DEAD_LETTERS) is None
    assert Kind.JOBS in Policy.configured(unused=True, now=now).kinds
