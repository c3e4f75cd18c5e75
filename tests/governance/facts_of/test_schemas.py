from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.store import seen_schemas
from airflow_lineage_provider.store.last_outputs import LOOKED_AT
from tests.airflow_rows import NOW
from tests.store.external.tellings import at, dataset_event, event, told

HOUR = timedelta(hours=1)
ID = (Column("id", "bigint"),)
WIDER = (Column("id", "bigint"), Column("name", "text"))


def test_columns_count_from_the_last_run_that_saw_them(known: Any) -> None:
    known.wrote("orders", columns=ID)
    known.wrote("orders", columns=ID, ended=NOW + HOUR, task_id="again")
    known.wrote("orders", columns=ID, ended=NOW + 2 * HOUR, state="failed", task_id="broken")
    known.wrote("orders", ended=NOW + 3 * HOUR, task_id="blind")
    schema = known.facts("orders").schema
    assert (schema.columns, schema.observed_at, schema.source) == (ID, NOW + HOUR, "shop.again")


def test_who_reads_the_dataset_sees_its_columns_too(known: Any) -> None:
    known.wrote("orders", columns=ID)
    known.told(event(7200, inputs=[told("orders", "id:bigint")]))
    schema = known.facts("orders").schema
    assert (schema.observed_at, schema.source) == (at(7200), "orders")


def test_the_newest_columns_count(known: Any) -> None:
    known.wrote("orders", columns=ID)
    known.wrote("orders", columns=WIDER, ended=NOW + HOUR)
    assert known.facts("orders").schema.columns == WIDER


def test_a_described_dataset_has_columns_without_a_run(known: Any) -> None:
    known.told(dataset_event(5, told("orders", "id:int")))
    schema = known.facts("orders").schema
    assert (schema.observed_at, schema.source) == (at(5), "a description of the dataset")


def test_columns_that_were_written_long_ago_are_looked_for(known: Any) -> None:
    known.wrote("orders", columns=ID)
    known.wrote("orders", columns=ID, ended=NOW + HOUR)
    for number in range(LOOKED_AT + 1):
        known.wrote("orders", ended=NOW + (2 + number / 60) * HOUR)
    assert known.facts("orders").schema.observed_at == NOW + HOUR


def test_where_no_run_says_so_they_count_from_their_last_change(known: Any) -> None:
    known.told(dataset_event(5, told("orders", "id:int")))
    known.wrote("orders", ended=NOW + HOUR)
    assert known.facts("orders").schema.observed_at == at(5)


def test_columns_that_are_cleaned_away_while_they_are_read_are_nobodys(
    known: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns_of = seen_schemas._columns_of

    def after_cleaning(hashes: Any, *, session: Any) -> Any:
        # As a cleaner leaves it that ends between two statements of ours.
        return columns_of({row_id + 1_000: "gone" for row_id in hashes}, session=session)

    known.wrote("orders", columns=ID)
    monkeypatch.setattr(seen_schemas, "_columns_of", after_cleaning)
    assert known.facts("orders").schema is None


def test_what_nobody_saw_has_none(known: Any) -> None:
    known.wrote("orders")
    assert known.facts("orders").schema is None
    assert known.facts("never").schema is None
