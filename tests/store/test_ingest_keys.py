from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from airflow_lineage_provider.store.ingest_keys import (
    KEY_START,
    USED_EVERY,
    IngestKeyError,
    RefusedKey,
    create_key,
    find_key,
    list_keys,
    note_use,
    revoke_key,
)
from airflow_lineage_provider.store.tables import IngestKey

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def make(db: Any, name: str = "dbt", *namespaces: str, expires_at: datetime | None = None) -> str:
    return create_key(
        name,
        namespaces or ("dbt",),
        created_by="me",
        expires_at=expires_at,
        now=NOW,
        session=db,
    )


def test_a_key_is_found_by_itself_and_stored_as_hash_only(db: Any) -> None:
    key = make(db, "dbt", "dbt", "spark*", "dbt")
    assert key.startswith(KEY_START)
    assert len(key) == len(KEY_START) + 43
    found = find_key(key, now=NOW, session=db)
    assert (found.name, found.namespaces, found.created_by) == ("dbt", ("dbt", "spark*"), "me")
    row = db.execute(select(IngestKey.__table__)).one()
    assert key not in [str(value) for value in row]
    assert row.key_hash == hashlib.sha256(key.encode()).hexdigest()
    assert key.startswith(row.prefix)
    assert len(row.prefix) == 12


@pytest.mark.parametrize(
    "change", [lambda key: key[:-1], lambda key: key + "A", lambda key: key[:12], str.upper]
)
def test_another_key_is_not_found(db: Any, change: Any) -> None:
    key = make(db)
    with pytest.raises(RefusedKey, match="not known") as caught:
        find_key(change(key), now=NOW, session=db)
    assert key[:12] not in str(caught.value)


@pytest.mark.parametrize("presented", ["", "alk_", "alk_\0", "alk_\ud800", "alk_é", "x" * 100_000])
def test_nonsense_is_not_found(db: Any, presented: str) -> None:
    make(db)
    with pytest.raises(RefusedKey):
        find_key(presented, now=NOW, session=db)


def test_a_key_ends_when_it_expires(db: Any) -> None:
    key = make(db, expires_at=NOW + timedelta(days=1))
    assert find_key(key, now=NOW + timedelta(hours=23), session=db).name == "dbt"
    with pytest.raises(RefusedKey, match="'dbt' is expired"):
        find_key(key, now=NOW + timedelta(days=1), session=db)


def test_a_revoked_key_is_refused_and_its_name_stays_taken(db: Any) -> None:
    key, other = make(db), make(db, "spark")
    revoke_key("dbt", now=NOW, session=db)
    with pytest.raises(RefusedKey, match="'dbt' is revoked"):
        find_key(key, now=NOW, session=db)
    assert find_key(other, now=NOW, session=db).name == "spark"
    with pytest.raises(IngestKeyError, match="already revoked"):
        revoke_key("dbt", now=NOW, session=db)
    with pytest.raises(IngestKeyError, match="already; names of revoked keys stay taken"):
        make(db)
    assert [(key.name, key.state(NOW)) for key in list_keys(session=db)] == [
        ("dbt", "revoked"),
        ("spark", "active"),
    ]


def test_a_key_that_is_not_there_cannot_be_revoked(db: Any) -> None:
    with pytest.raises(IngestKeyError, match="no key named 'dbt'"):
        revoke_key("dbt", now=NOW, session=db)


def test_the_last_use_is_written_once_a_minute(db: Any) -> None:
    key = make(db)

    def use(at: datetime) -> bool:
        return note_use(find_key(key, now=at, session=db), now=at, session=db)

    assert use(NOW)
    assert not use(NOW + USED_EVERY - timedelta(seconds=1))
    assert list_keys(session=db)[0].last_used_at == NOW
    assert use(NOW + USED_EVERY)
    assert list_keys(session=db)[0].last_used_at == NOW + USED_EVERY


@pytest.mark.parametrize(
    ("name", "namespaces", "problem"),
    [
        ("", ["n"], "name of a key"),
        ("a\nb", ["n"], "name of a key"),
        ("x" * 129, ["n"], "name of a key"),
        ("k", [], "at least one namespace"),
        ("k", [""], "must not be empty"),
        ("k", ["a*b"], "not at its end"),
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(
    db: Any, name: str, namespaces: list[str], problem: str
) -> None:
    with pytest.raises(IngestKeyError, match=problem):
        create_key(
            name,
            namespaces,
            created_by=None,
            expires_at=None,
            now=NOW,
            session=db,
        )
    assert list_keys(session=db) == []


def test_a_pattern_may_mean_every_namespace(db: Any) -> None:
    make(db, "all", "*")
    assert list_keys(session=db)[0].namespaces == ("*",)


def test_a_key_cannot_expire_in_the_past(db: Any) -> None:
    with pytest.raises(IngestKeyError, match="must not expire"):
        make(db, expires_at=NOW)
