from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_lineage_provider.store.audit import KINDS, append
from airflow_lineage_provider.store.audit_entries import (
    Entry,
    EntryFilter,
    decoded,
    every_entry,
    list_entries,
)
from airflow_lineage_provider.store.dead_letters import bury, list_letters, purge_letters
from airflow_lineage_provider.store.ingest_keys import create_key, revoke_key
from airflow_lineage_provider.store.mailbox_rows import MailboxRow

NOW = datetime(2026, 6, 1, 12, 0, 0, 654321, tzinfo=UTC)


def entries(db: Any, **asked: Any) -> list[Entry]:
    return list_entries(EntryFilter(**asked), below=None, limit=100, session=db)


def write(db: Any, kind: str = "waiver", payload: Any = None, subject: str | None = "thing") -> None:
    append(kind, payload or {"a": 1}, actor="me", subject=subject, now=NOW, session=db)


def test_an_entry_keeps_what_it_was_given(db: Any) -> None:
    write(db, payload={"z": [1, None], "ä": "ö"})
    (entry,) = entries(db)
    assert (entry.kind, entry.at, entry.actor, entry.subject, entry.seq) == (
        "waiver",
        NOW,
        "me",
        "thing",
        None,
    )
    assert entry.said == {"z": [1, None], "ä": "ö"}
    assert entry.payload is not None
    assert entry.payload_hash == hashlib.sha256(entry.payload).hexdigest()


def test_only_known_kinds_are_written(db: Any) -> None:
    with pytest.raises(ValueError, match="no kind of audit entry: 'gossip'"):
        write(db, "gossip")
    for kind in KINDS:
        write(db, kind)
    assert {entry.kind for entry in entries(db)} == set(KINDS)


def test_text_that_no_database_takes_is_made_fit(db: Any) -> None:
    append("key", {"x": "\0\ud800"}, actor="a\0b\ud800", subject="s" * 5000, now=NOW, session=db)
    (entry,) = entries(db)
    assert entry.actor == "ab?"
    assert entry.subject == "s" * 1000
    assert entry.said == {"x": "\0" + "\ufffd" * 3}


def test_what_json_cannot_say_is_refused(db: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        write(db, payload={"x": float("nan")})
    with pytest.raises((TypeError, ValueError)):
        write(db, payload={"x": NOW})


@pytest.mark.parametrize(
    "payload", [b"", b"x", b"x\x9cK\xcbK\x04\x00\x02\x82\x01E", None], ids=["empty", "no zlib", "NaN", "none"]
)
def test_a_payload_that_is_not_as_it_was_written_says_nothing(payload: bytes | None) -> None:
    assert decoded(payload) is None


def test_entries_are_found_by_kind_subject_and_time(db: Any) -> None:
    write(db)
    write(db, "owner", subject="other")
    append("key", {}, actor=None, subject=None, now=NOW + timedelta(days=1), session=db)
    assert [entry.kind for entry in entries(db)] == ["key", "owner", "waiver"]
    assert [entry.kind for entry in entries(db, kind="owner")] == ["owner"]
    assert [entry.kind for entry in entries(db, subject="thing")] == ["waiver"]
    assert [entry.kind for entry in entries(db, since=NOW + timedelta(hours=1))] == ["key"]
    assert [entry.kind for entry in every_entry(since=None, session=db)] == ["waiver", "owner", "key"]


def test_making_and_revoking_a_key_is_told_without_the_key(db: Any) -> None:
    key = create_key("dbt", ["dbt*"], created_by="me", expires_at=None, now=NOW, session=db)
    revoke_key("dbt", revoked_by="you", now=NOW, session=db)
    revoked, created = entries(db, kind="key")
    assert (created.actor, created.subject, created.said) == (
        "me",
        "dbt",
        {"action": "create", "name": "dbt", "prefix": key[:12], "namespaces": ["dbt*"], "expires_at": None},
    )
    assert (revoked.actor, revoked.said["action"]) == ("you", "revoke")
    assert key not in str([created.said, revoked.said])


def test_dead_letters_that_are_given_up_are_told(db: Any) -> None:
    row = MailboxRow(
        id=1,
        dag_run_id=1,
        dag_id="d",
        run_id="r",
        task_id="t",
        map_index=-1,
        key="k",
        value="{}",
        size=2,
        updated_at=NOW,
    )
    bury(row, "broken", now=NOW, session=db)
    (letter,) = list_letters(session=db)
    assert purge_letters([letter.id], actor="me", now=NOW, session=db) == 1
    assert purge_letters([letter.id], actor="me", now=NOW, session=db) == 0
    (entry,) = entries(db)
    assert (entry.kind, entry.actor) == ("purge", "me")
    assert entry.said == {"what": "dead letters", "rows": 1, "ids": [letter.id]}
