from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select, update

from airflow_lineage_provider.model.rule_id import RULE_IDS
from airflow_lineage_provider.store.decisions import baseline_entries
from airflow_lineage_provider.store.decisions.baseline_entries import (
    BaselineRow,
    InvalidBaseline,
    read_file,
    to_file,
)
from airflow_lineage_provider.store.tables import AuditEntry, Finding

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def found(db: Any, key: str, *, result: str = "fail", resolved: bool = False) -> None:
    db.add(
        Finding(
            key=key * 64,
            rule="owner-missing",
            namespace="n",
            name=f"table_{key}",
            level="warn",
            result=result,
            message="nobody owns it",
            fix="name one",
            evidence="{}",
            opened_at=NOW,
            last_seen_at=NOW,
            resolved_at=NOW if resolved else None,
            is_baselined=False,
        )
    )
    db.flush()


def keys(db: Any) -> list[str]:
    return [row.key[0] for row in baseline_entries.rows(session=db)]


def test_what_is_open_and_fails_comes_into_the_baseline_once(db: Any) -> None:
    found(db, "a")
    found(db, "b", resolved=True)
    found(db, "c", result="unknown")
    assert baseline_entries.take(by="ann", now=NOW, session=db).added == 1
    assert baseline_entries.take(by="ann", now=NOW, session=db).added == 0
    assert keys(db) == ["a"]
    (row,) = baseline_entries.rows(session=db)
    assert (row.rule, row.subject, row.is_open, row.created_by) == ("owner-missing", "n table_a", True, "ann")


def test_what_is_mended_leaves_it(db: Any) -> None:
    found(db, "a")
    found(db, "b")
    baseline_entries.take(by="ann", now=NOW, session=db)
    db.execute(update(Finding).where(Finding.key == "b" * 64).values(resolved_at=NOW + timedelta(days=1)))
    assert baseline_entries.shrink(by="ann", now=NOW, session=db).removed == 1
    assert keys(db) == ["a"]


def test_an_entry_whose_finding_was_never_seen_here_can_leave_too(db: Any) -> None:
    baseline_entries.add({"f" * 64: ("owner-missing", "x")}, by=None, now=NOW, session=db)
    assert [row.is_open for row in baseline_entries.rows(session=db)] == [False]


ENTRIES = st.dictionaries(
    st.text("0123456789abcdef", min_size=64, max_size=64),
    st.tuples(
        st.sampled_from(RULE_IDS), st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"))
    ),
    max_size=8,
)


@given(ENTRIES)
def test_a_file_reads_back_as_it_was_written(entries: dict[str, tuple[str, str]]) -> None:
    rows = [BaselineRow(key, rule, subject, NOW, None, True) for key, (rule, subject) in entries.items()]
    assert read_file(to_file(rows)) == entries


@given(st.text())
def test_any_other_text_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidBaseline):
        read_file(text)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "an object with version"),
        ({"findings": []}, "version is None"),
        ({"version": 2, "findings": []}, "version is 2"),
        ({"version": 1, "findings": [1]}, r"findings\[0\] must be an object"),
        ({"version": 1, "findings": [{"key": "x"}]}, r"findings\[0\].key"),
        ({"version": 1, "findings": [{"key": "a" * 64, "rule": "x"}]}, r"findings\[0\].rule"),
        ({"version": 1, "findings": [{"key": "a" * 64, "rule": "owner-missing"}]}, r"findings\[0\].subject"),
    ],
)
def test_what_is_no_baseline_says_where(document: Any, message: str) -> None:
    with pytest.raises(InvalidBaseline, match=message):
        read_file(json.dumps(document))


def test_every_change_is_in_the_audit(db: Any) -> None:
    found(db, "a")
    found(db, "b")
    baseline_entries.take(by="ann", now=NOW, session=db)
    baseline_entries.take(by="ann", now=NOW, session=db)  # nothing new, nothing to tell
    imported = {"c" * 64: ("owner-missing", "n table_c")}
    baseline_entries.add(imported, by="bob", now=NOW, session=db)
    db.execute(update(Finding).where(Finding.key == "a" * 64).values(resolved_at=NOW))
    baseline_entries.shrink(by="cid", now=NOW, session=db)

    rows = db.execute(select(AuditEntry.__table__).order_by(AuditEntry.id)).all()
    told = [(row.kind, row.actor, json.loads(zlib.decompress(row.payload))) for row in rows]

    # What was imported and that nobody finds leaves too.
    assert told == [
        ("baseline", "ann", {"action": "added", "findings": 2, "keys": ["a" * 64, "b" * 64]}),
        ("baseline", "bob", {"action": "added", "findings": 1, "keys": ["c" * 64]}),
        ("baseline", "cid", {"action": "removed", "findings": 2, "keys": ["a" * 64, "c" * 64]}),
    ]
