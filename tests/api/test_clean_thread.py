from __future__ import annotations

import time
from typing import Any

import pytest

from airflow_lineage_provider.api.clean_thread import CleanThread
from tests.store.retention.history import History


@pytest.fixture
def history(committed: Any) -> History:
    return History(committed)


def until_it_cleaned(thread: CleanThread) -> None:
    end = time.monotonic() + 60
    while thread.last_report is None and time.monotonic() < end:
        time.sleep(0.05)
    thread.stop()
    assert not thread.is_alive


def test_it_never_starts_where_no_interval_is_given(history: History) -> None:
    thread = CleanThread(history.sessions, looks_every=0.01)
    thread.start()
    assert not thread.is_alive
    thread.stop()


def test_one_server_cleans_in_each_interval(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__CLEAN_INTERVAL", "24")
    first = CleanThread(history.sessions, looks_every=0.01)
    first.start()
    until_it_cleaned(first)
    assert first.last_report is not None
    assert first.last_error is None
    second = CleanThread(history.sessions, looks_every=0.01)
    second.start()
    time.sleep(0.5)
    second.stop()
    assert second.last_report is None


def test_a_clean_that_fails_is_named_and_the_thread_goes_on(
    history: History, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__CLEAN_INTERVAL", "24")
    from airflow_lineage_provider.api import clean_thread

    def broken(*_: Any, **__: Any) -> bool:
        raise RuntimeError("no database")

    with monkeypatch.context() as patch:
        patch.setattr(clean_thread, "take_turn", broken)
        thread = CleanThread(history.sessions, looks_every=0.01)
        thread.start()
        end = time.monotonic() + 60
        while thread.last_error is None and time.monotonic() < end:
            time.sleep(0.01)
        assert thread.last_error == "Cleaning lineage: RuntimeError: no database"
        assert thread.is_alive
    until_it_cleaned(thread)
    assert thread.last_error is None
