"""What columns were classified with once is kept, whoever says what later."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store import classifications
from airflow_lineage_provider.store.classifications import (
    CLASSIFICATIONS,
    DATASET_FACET,
    keep_classifications,
)
from airflow_lineage_provider.store.datasets import dataset_ids
from airflow_lineage_provider.store.external.merge_history import move_facets
from airflow_lineage_provider.store.facets import add_facets, read_facets
from airflow_lineage_provider.store.schema_history import schema_history
from airflow_lineage_provider.store.sensitive_columns import sensitive_columns
from tests.airflow_rows import NOW
from tests.store.counted import counted
from tests.store.external.tellings import ds, event, take, told
from tests.store.stories import Story, core, dataset, entry

VIEWER = Access(None, has_sensitive=False)
PII = {"tags": {"tags": [{"key": "classification", "value": "PII", "field": "ssn"}]}}
NONE = {"tags": {"tags": []}}


def row(db: Any, name: str = "people") -> int:
    return dataset_ids([ds(name)], now=NOW, session=db)[ds(name)]


def hidden(db: Any, name: str = "people") -> frozenset[str]:
    return sensitive_columns([row(db, name)], session=db).get(row(db, name), frozenset())


def kept(db: Any, name: str = "people") -> Any:
    return read_facets(DATASET_FACET, "dataset_id", row(db, name), session=db).get(CLASSIFICATIONS)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("side", ["inputs", "outputs"])
def test_no_event_takes_a_classification_away(db: Any, order: tuple[int, ...], side: str) -> None:
    events = [
        event(1, outputs=[told("people", facets=PII)]),
        event(2, run="r2", **{side: [told("people", facets=NONE)]}),
    ]
    take(db, *(events[place] for place in order))
    assert "ssn" in hidden(db)
    assert kept(db) == {"columns": {"ssn": ["classification", "pii"]}, "dataset": []}


def test_neither_does_a_task(db: Any) -> None:
    story = Story(db)
    story.ingest(core(story.attempt(), outputs=[entry("people", facets=PII)]))
    story.ingest(core(story.attempt("later"), inputs=[entry("people", facets=NONE)]), "later")
    dataset_id = dataset_ids([dataset("people")], now=NOW, session=db)[dataset("people")]
    assert "ssn" in sensitive_columns([dataset_id], session=db)[dataset_id]


def test_a_producer_cannot_send_the_facet_that_keeps_them(db: Any) -> None:
    take(db, event(1, outputs=[told("people", facets=PII)]))
    forged = {CLASSIFICATIONS: {"columns": {}, "dataset": []}}
    take(db, event(2, run="r2", outputs=[told("people", facets=forged)]))
    assert "ssn" in hidden(db)


def test_old_versions_stay_masked_when_the_column_is_gone(db: Any) -> None:
    def fields(*names: str) -> Any:
        entries = [{"name": name, **({"tags": ["pii"]} if name == "card" else {})} for name in names]
        return {"schema": {"fields": entries}}

    take(db, event(1, outputs=[told("people", "id:int", "card:text", facets=fields("id", "card"))]))
    take(db, event(2, run="r2", outputs=[told("people", "id:int", facets=fields("id"))]))
    versions, _ = schema_history(row(db), VIEWER, limit=10, session=db)
    assert [[column.name for column in version.columns] for version in versions] == [["id"], ["id", None]]
    assert "card" not in str(versions)


def test_a_merged_dataset_has_the_classifications_of_both(db: Any) -> None:
    def tagged(column: str) -> Any:
        return {"tags": {"tags": [{"key": "pii", "value": "true", "field": column}]}}

    take(db, event(1, inputs=[told("path", facets=tagged("a"))]))
    take(db, event(2, run="r2", inputs=[told("table", facets=tagged("b"))]))
    move_facets(row(db, "table"), row(db, "path"), session=db)
    assert {"a", "b"} == set(hidden(db, "path"))


def test_more_columns_than_are_kept_make_the_dataset_sensitive(
    db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classifications, "MOST_COLUMNS", 3)

    def tagged(*columns: str, word: str) -> Any:
        return {"tags": {"tags": [{"key": "level", "value": word, "field": column} for column in columns]}}

    take(db, event(1, inputs=[told("people", facets=tagged("a", "b", word="open"))]))
    take(db, event(2, run="r2", inputs=[told("people", facets=tagged("c", "d", word="secret"))]))
    assert set(hidden(db)) == {"c", "d"}
    take(db, event(3, run="r3", inputs=[told("people", facets=tagged(*"efghij", word="secret"))]))
    take(db, event(4, run="r4", inputs=[told("people", facets=NONE)]))
    assert "c" in hidden(db)
    assert "j" in hidden(db)


WORDS = st.dictionaries(st.sampled_from(["a", "b", "c", ""]), st.sampled_from(["pii", "open", "false", "x"]))


@given(told_words=st.lists(WORDS, min_size=1, max_size=6), data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
def test_they_only_grow_and_the_order_does_not_count(
    db: Any, told_words: list[dict[str, str]], data: Any
) -> None:
    def keep(words: list[dict[str, str]]) -> Any:
        savepoint = db.begin_nested()
        dataset_id = row(db, "grown")
        for some in words:
            tags = [{"key": value, "value": "yes", "field": column} for column, value in some.items()]
            keep_classifications({dataset_id: add_facets({}, {"tags": {"tags": tags}})}, session=db)
        found = kept(db, "grown")
        savepoint.rollback()
        return found

    whole = keep(told_words)
    assert keep(data.draw(st.permutations(told_words))) == whole
    expected = {
        (column, word) for some in told_words for column, value in some.items() for word in (value, "yes")
    }
    columns = whole["columns"] if whole else {}
    found = {(column, word) for column, words in columns.items() for word in words}
    found |= {("", word) for word in (whole or {"dataset": []})["dataset"]}
    assert found == expected


def test_an_event_that_says_nothing_new_costs_one_statement_more(db: Any) -> None:
    for second in (1, 2):
        take(
            db,
            event(second, run=f"r{second}", inputs=[told("people", facets=PII), told("open", facets=NONE)]),
        )
    costs = []
    for name in ("open", "people"):
        facets = PII if name == "people" else NONE
        bodies = {row(db, name): add_facets({}, facets)}
        with counted(db) as statements:
            keep_classifications(bodies, session=db)
        costs.append(len(statements))
    assert costs == [0, 1]
