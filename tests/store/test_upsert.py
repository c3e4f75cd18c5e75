from __future__ import annotations

from typing import Any

from airflow_lineage_provider.store.facets import FACET
from airflow_lineage_provider.store.upsert import ids_of, insert_missing, insert_new, select_ids
from tests.store.counted import counted


def _rows(*hashes: str) -> list[dict[str, Any]]:
    return [{"content_hash": text, "body": text.encode()} for text in hashes]


def test_what_is_missing_is_inserted_and_counted(db: Any) -> None:
    assert insert_missing(FACET, _rows("a", "b"), session=db) == 2
    assert insert_missing(FACET, _rows("a", "c", "b", "d"), session=db) == 2
    assert insert_missing(FACET, _rows("a"), session=db) == 0
    assert insert_missing(FACET, [], session=db) == 0
    assert set(select_ids(FACET, "content_hash", ["a", "b", "c", "d", "e"], session=db)) == set("abcd")


def test_only_the_rows_that_were_inserted_are_told(db: Any) -> None:
    insert_missing(FACET, _rows("a"), session=db)
    new = insert_new(FACET, _rows("a", "b", "c"), ("content_hash", "id"), session=db)
    assert new is not None
    ids = select_ids(FACET, "content_hash", ["a", "b", "c"], session=db)
    assert {tuple(row) for row in new} == {("b", ids["b"]), ("c", ids["c"])}
    assert insert_new(FACET, _rows("a"), ("id",), session=db) == []


def test_ids_are_the_same_whoever_inserts(db: Any) -> None:
    first = ids_of(FACET, "content_hash", _rows("a", "b"), session=db)
    again = ids_of(FACET, "content_hash", _rows("b", "c", "a"), session=db)
    assert {key: again[key] for key in "ab"} == first
    # Stale knowledge: what another one has inserted since is looked up.
    assert ids_of(FACET, "content_hash", _rows("a", "b"), known={}, session=db) == first


def test_many_rows_are_one_statement(db: Any) -> None:
    with counted(db) as statements:
        insert_missing(FACET, _rows(*(f"{number}" for number in range(150))), session=db)
    assert len(statements) == 1
