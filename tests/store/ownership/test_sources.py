from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.own_transactions import OwnTransactions
from airflow_lineage_provider.store.ownership.registration import InvalidOwner, Registration, Target
from airflow_lineage_provider.store.ownership.sources import SourceChange, replace_source, sources_set_by
from airflow_lineage_provider.store.registered_owners import OWNER
from airflow_lineage_provider.store.tables import AuditEntry
from tests.airflow_rows import NOW
from tests.store.ownership.test_hand import put, stored, told


def lines(*owned: str, start: int = 1) -> list[Registration]:
    """``"shop.* ann"`` each, one line below the other."""
    found = []
    for number, each in enumerate(owned, start):
        name, owner = each.split()
        found.append(Registration(target=Target("*", name, is_glob=True), owner=owner, position=number))
    return found


def bring(db: Any, *owned: str, source: str = "/OWNERS", start: int = 1, **options: Any) -> SourceChange:
    now = NOW + timedelta(hours=len(told(db)))
    return replace_source(source, lines(*owned, start=start), by="me", now=now, session=db, **options)


def test_an_import_replaces_all_owners_of_its_source_and_of_no_other(db: Any) -> None:
    put(db, "eve")
    bring(db, "x eve", source="/other")
    first = bring(db, "a.* ann", "b.* bob")
    assert ([each.owner for each in first.added], first.removed, first.kept) == (["ann", "bob"], (), 0)
    second = bring(db, "a.* ann", "c.* cid")
    assert [each.owner for each in second.added] == ["cid"]
    assert [each.owner for each in second.removed] == ["bob"]
    assert second.kept == 1
    assert stored(db, "source", "name", "owner", "position") == [
        ("hand", "shop.public.orders", "eve", 1),
        ("/other", "x", "eve", 1),
        ("/OWNERS", "a.*", "ann", 1),
        ("/OWNERS", "c.*", "cid", 2),
    ]
    last = told(db)[-1]
    assert (last["action"], last["actor"], last["subject"], last["owners"]) == (
        "imported",
        "me",
        "/OWNERS",
        2,
    )
    assert last["added"] == [{"namespace": "*", "name": "c.*", "is_glob": True, "owner": "cid"}]
    assert [each["owner"] for each in last["removed"]] == ["bob"]
    assert sources_set_by("me", session=db) == {"hand", "/other", "/OWNERS"}


def test_an_import_of_the_same_writes_nothing(db: Any) -> None:
    bring(db, "a.* ann", "b.* bob")
    before = stored(db, "id", "set_at", "position")
    assert not bring(db, "a.* ann", "b.* bob").is_change
    assert stored(db, "id", "set_at", "position") == before
    assert len(told(db)) == 1


def test_lines_that_only_move_are_no_news_for_the_audit(db: Any) -> None:
    bring(db, "a.* ann", "b.* bob")
    ids = stored(db, "id")
    moved = bring(db, "a.* ann", "b.* bob", start=5)
    assert (moved.is_change, moved.has_moved, moved.kept) == (False, True, 2)
    assert stored(db, "id") == ids
    assert stored(db, "position") == [(5,), (6,)]
    assert len(told(db)) == 1


def test_another_order_is_a_change_for_the_last_line_wins(db: Any) -> None:
    bring(db, "a.* ann", "* bob")
    turned = bring(db, "* bob", "a.* ann")
    assert (turned.is_reordered, turned.added, turned.removed, turned.kept) == (True, (), (), 2)
    assert stored(db, "owner", "position") == [("bob", 1), ("ann", 2)]
    assert told(db)[-1]["reordered"] is True


def test_a_dry_run_writes_nothing(db: Any) -> None:
    assert len(bring(db, "a.* ann", dry_run=True).added) == 1
    assert stored(db) == []
    assert told(db) == []


def test_one_bad_owner_stops_all(db: Any) -> None:
    bring(db, "a.* ann")
    with pytest.raises(InvalidOwner, match="what Airflow writes"):
        bring(db, "b.* bob", "c.* airflow")
    for source in ("hand", " ", "x" * 2001):
        with pytest.raises(InvalidOwner, match="a source has a name"):
            bring(db, "b.* bob", source=source)
    assert stored(db, "owner") == [("ann",)]


def test_a_long_import_is_told_in_parts(db: Any) -> None:
    bring(db, *(f"t{number} ann" for number in range(1_201)))
    assert [(entry["part"], entry["parts"], len(entry["added"])) for entry in told(db)] == [
        (1, 3, 500), (2, 3, 500), (3, 3, 201),
    ]  # fmt: skip
    assert len(stored(db)) == 1_201
    assert len(bring(db).removed) == 1_201
    assert stored(db) == []


def test_validity_and_contact_are_compared(db: Any) -> None:
    def one(**values: Any) -> SourceChange:
        each = Registration(target=Target("n", "d"), owner="ann", position=1, **values)
        return replace_source("f", [each], by="me", now=NOW, session=db)

    assert one(valid_to=date(2026, 1, 1)).is_change
    assert not one(valid_to=date(2026, 1, 1)).is_change
    assert one(valid_to=date(2026, 1, 2)).is_change
    assert one(valid_to=date(2026, 1, 2), contact="a@b").is_change


def test_servers_that_import_the_same_file_at_once_write_it_once(committed: Any) -> None:
    transactions = OwnTransactions(lambda: Session(committed))

    def work(_: int) -> bool:
        with transactions.writing() as session:
            owned = [f"t{number} ann" for number in range(50)]
            return replace_source("f", lines(*owned), by="watch", now=NOW, session=session).is_change

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(work, range(8))) == [False] * 7 + [True]
    with Session(committed) as session:
        assert len(session.execute(select(OWNER)).all()) == 50
        assert len(session.execute(select(AuditEntry.id)).all()) == 1
