from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from airflow.sdk import Asset
from openlineage.client.event_v2 import Dataset

from airflow_lineage_provider import lineage
from airflow_lineage_provider.capture import notes
from airflow_lineage_provider.model.io_entry import Column, IoEntry


@pytest.fixture(autouse=True)
def attempt() -> Iterator[None]:
    notes.reset()
    yield
    notes._notes = notes.Notes()


@pytest.fixture
def warehouse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "AIRFLOW_CONN_WAREHOUSE",
        '{"conn_type": "postgres", "host": "db", "schema": "shop", "login": "u", "password": "p"}',
    )


def names(entries: list[IoEntry]) -> list[str]:
    return [str(entry.identity) for entry in entries]


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("s3://lake/orders.csv", "s3://lake orders.csv"),
        (Asset(name="orders", uri="s3://lake/orders.csv"), "s3://lake orders.csv"),
        (Asset(name="orders"), "airflow-asset orders"),
        (Dataset(namespace="kafka://k:9092", name="orders"), "kafka://k:9092 orders"),
        (("kafka://k:9092", "orders"), "kafka://k:9092 orders"),
    ],
)
def test_a_dataset_may_be_said_in_every_way_that_airflow_users_know(said: Any, means: str) -> None:
    lineage.read(said)
    lineage.wrote(said)
    taken = notes.taken()
    assert names(taken.inputs) == names(taken.outputs) == [means]
    assert taken.inputs[0].evidence.names == ("declared",)


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("orders", "shop.public.orders"),
        ("public.orders", "shop.public.orders"),
        ("other.public.orders", "other.public.orders"),
        ('public."Or.ders"', "shop.public.Or.ders"),
    ],
)
def test_a_table_is_completed_by_its_connection(table: str, name: str, warehouse: None) -> None:
    lineage.read(table, conn_id="warehouse")
    lineage.wrote(lineage.table(table, "warehouse"))
    taken = notes.taken()
    assert names(taken.inputs) == names(taken.outputs) == [f"postgres://db:5432 {name}"]


def test_rows_bytes_and_columns_are_kept() -> None:
    lineage.wrote("s3://lake/a", rows=3, bytes=40, columns={"id": "bigint"})
    lineage.wrote("s3://lake/b", columns=["id", "name"])
    first, second = notes.taken().outputs
    assert (first.rows, first.bytes, first.columns) == (3, 40, (Column("id", "bigint"),))
    assert second.columns == (Column("id"), Column("name"))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: lineage.read("orders"), "'orders' is no URI; for a table by its name give conn_id as well"),
        (lambda: lineage.read(42), "the dataset is int; expected an Asset"),
        (lambda: lineage.read("a.b.c.d", conn_id="warehouse"), "'a.b.c.d' is no table name"),
        (lambda: lineage.read("a", conn_id="nowhere"), "nowhere"),
        (lambda: lineage.wrote("s3://a/b", rows=-1), "rows is -1; it must be a number from 0"),
        (lambda: lineage.wrote("s3://a/b", columns="id"), "columns is 'id'; it must be a list"),
    ],
)
def test_what_cannot_be_understood_is_told_and_fails_nothing(
    call: Any, words: str, warehouse: None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        call()
    assert words in caplog.text
    (problem,) = notes.taken().problems
    assert words in str(problem)
    assert notes.taken().inputs == notes.taken().outputs == []


def test_outside_of_a_running_task_nothing_happens() -> None:
    notes._notes = notes.Notes()
    lineage.read("s3://lake/orders", 42)
    assert notes.taken() == notes.Notes()


def test_a_decorated_function_reads_when_called_and_wrote_when_it_returned() -> None:
    @lineage.dataset(reads=["s3://in/{day}", ("ns", "table")], writes="s3://out/{day}/{kind}")
    def build(day: str, kind: str = "full") -> str:
        assert names(notes.taken().inputs) == [f"s3://in {day}", "ns table"]
        assert notes.taken().outputs == []
        return day

    assert build("2026-11-21") == "2026-11-21"
    assert names(notes.taken().outputs) == ["s3://out 2026-11-21/full"]
    assert list(inspect.signature(build).parameters) == ["day", "kind"]


def test_a_decorated_function_that_raises_wrote_nothing() -> None:
    @lineage.dataset(reads="s3://in/a", writes="s3://out/a")
    def build() -> None:
        raise KeyError("no")

    with pytest.raises(KeyError):
        build()
    assert names(notes.taken().inputs) == ["s3://in a"]
    assert notes.taken().outputs == []


def test_coroutines_and_generators_are_decorated_as_what_they_are() -> None:
    @lineage.dataset(writes="s3://out/async")
    async def build() -> int:
        await asyncio.sleep(0)
        return 1

    @lineage.dataset(writes="s3://out/generated")
    def generate() -> Iterator[int]:
        yield 2

    assert inspect.iscoroutinefunction(build)
    assert asyncio.run(build()) == 1
    assert list(generate()) == [2]
    assert names(notes.taken().outputs) == ["s3://out async", "s3://out generated"]


def test_a_text_that_arguments_cannot_fill_is_told_and_fails_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @lineage.dataset(reads=["s3://in/{week}", "s3://in/b"])
    def build(day: str) -> str:
        return day

    assert build("x") == "x"
    assert names(notes.taken().inputs) == ["s3://in b"]
    assert "'s3://in/{week}' cannot be filled" in caplog.text


def test_more_notes_than_there_is_room_for_are_counted() -> None:
    for number in range(notes.MAX_NOTES + 7):
        lineage.read(("ns", str(number)))
    assert (len(notes.taken().inputs), notes.taken().lost) == (notes.MAX_NOTES, 7)
