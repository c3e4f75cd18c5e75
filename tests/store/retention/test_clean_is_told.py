from __future__ import annotations

import pytest

from airflow_lineage_provider.store.audit_entries import Entry, EntryFilter, list_entries
from airflow_lineage_provider.store.retention.cleaner import Cleaner
from airflow_lineage_provider.store.retention.kind import Kind
from tests.store.retention.history import History, policy
from tests.store.retention.test_aged import add_events


def told(history: History) -> list[Entry]:
    with history.sessions.reading() as session:
        return list_entries(EntryFilter(kind="purge"), below=None, limit=10, session=session)


def test_a_clean_that_deleted_something_leaves_one_entry(history: History) -> None:
    add_events(history, 40, 50, 1)
    rules = policy(events=30)
    Cleaner(rules, history.sessions, pause=lambda seconds: None, actor="me").clean()
    (entry,) = told(history)
    before = rules.before(Kind.EVENTS)
    assert before is not None
    assert (entry.actor, entry.subject) == ("me", "retention")
    assert entry.said == {
        "what": "retention",
        "rows": {"events": 2},
        "kept_from": {"events": before.isoformat()},
    }


def test_a_clean_of_nothing_leaves_none(history: History) -> None:
    add_events(history, 1)
    history.clean(events=30)
    history.count(events=1)
    assert told(history) == []


def test_what_went_before_a_clean_broke_off_is_told(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_events(history, *[40] * 3)
    cleaner = history.cleaner(events=30)

    def stop(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cleaner, "_pause", stop)
    with pytest.raises(KeyboardInterrupt):
        cleaner.clean()
    (entry,) = told(history)
    assert entry.said["rows"] == {"events": 3}
