from __future__ import annotations

import asyncio
import functools
import inspect
import logging
import pickle
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from airflow.sdk import DAG, Asset, task
from openlineage.client.event_v2 import Dataset

from airflow_lineage_provider import lineage
from airflow_lineage_provider.capture import notes
from airflow_lineage_provider.capture.policy import Policy, policy_of
from airflow_lineage_provider.model.direction import Direction
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


@pytest.mark.parametrize("name", ["orders", "Orders", '"Orders"', "Public.ORDERS"])
@pytest.mark.parametrize("kind", ["postgres", "snowflake", "oracle", "mssql", "mysql", "trino"])
def test_a_table_is_the_one_that_sql_of_that_name_writes(
    kind: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk import BaseHook

    from airflow_lineage_provider.model.connection import identity_of_connection
    from airflow_lineage_provider.model.record import LineageRecord, Outcome, SegmentKind, Statement
    from airflow_lineage_provider.store.statements import read_statements
    from airflow_lineage_provider.store.touched import Touched

    if kind == "mysql":
        name = name.replace('"', "`")
    extra = '{"account": "a", "database": "d", "catalog": "d", "service_name": "s"}'
    monkeypatch.setenv(
        "AIRFLOW_CONN_DWH", f'{{"conn_type": "{kind}", "host": "db", "schema": "shop", "extra": {extra}}}'
    )
    lineage.wrote(name, conn_id="dwh")
    identity = identity_of_connection(BaseHook.get_connection("dwh"), conn_id="dwh")
    record = LineageRecord(
        SegmentKind.CORE,
        Outcome.SUCCESS,
        "x",
        connections=[identity],
        statements=[Statement(f"INSERT INTO {name} SELECT 1 AS a", 0)],
    )
    touched = Touched()
    read_statements(record, touched, lambda _: None)
    touched.add_entries(notes.taken().outputs, Direction.OUTPUT)
    assert len({dataset for dataset, _ in touched.io}) == 1, touched.io


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
        (lambda: lineage.read("a..b", conn_id="warehouse"), "'a..b' is no table name"),
        (lambda: lineage.read('a."b', conn_id="warehouse"), "is no table name"),
        (lambda: lineage.read("a", conn_id="nowhere"), "nowhere"),
        (lambda: lineage.wrote("s3://a/b", rows=2**70), "it must be a number from 0"),
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


class Hostile:
    """Nothing can be done with it."""

    def __eq__(self, other: object) -> bool:
        raise ValueError("do not compare me")

    def __bool__(self) -> bool:
        raise ValueError("nor ask me")

    __hash__ = None  # type: ignore[assignment]


class Array(Hostile):
    def __iter__(self) -> Any:
        raise ValueError("nor walk me")


@pytest.mark.parametrize("odd", [Hostile(), Array(), 5, object, (1, 2, 3), {"a": 1}, iter(["s3://a/b"])])
def test_odd_words_fail_neither_the_dag_file_nor_the_task(odd: Any) -> None:
    build = lineage.dataset(reads=odd, writes=[odd])(lambda: 3)
    assert build() == 3
    assert notes.taken().inputs == notes.taken().outputs == []
    assert len(notes.taken().problems) == 2


def test_nothing_to_read_is_nothing() -> None:
    assert lineage.dataset(reads=None, writes=[])(lambda: 3)() == 3
    assert notes.taken().problems == []
    assert lineage.dataset(reads={"s3://in/a"})(lambda: 3)() == 3
    assert names(notes.taken().inputs) == ["s3://in a"]


class Callable:
    def __call__(self) -> int:
        return 3


class AsyncCallable:
    async def __call__(self) -> int:
        assert notes.taken().outputs == []
        return 3


@pytest.mark.parametrize(
    ("given", "arguments", "returns"),
    [
        (max, (1, 3), 3),
        (int, ("3",), 3),
        ({"a": 3}.get, ("a",), 3),
        (functools.partial(max, 3), (1,), 3),
        (Callable(), (), 3),
        (lambda: 3, (), 3),
    ],
)
def test_whatever_can_be_called_can_be_decorated(given: Any, arguments: Any, returns: Any) -> None:
    assert lineage.dataset(writes="s3://out/a")(given)(*arguments) == returns
    assert names(notes.taken().outputs) == ["s3://out a"]
    marked = lineage.policy(capture=False)(given)
    assert marked(*arguments) == returns
    assert policy_of(Task(marked)) == Policy(capture=False)
    assert policy_of(Task(given)) == Policy()


class Task:
    def __init__(self, python_callable: Any) -> None:
        self.python_callable = python_callable


def test_what_cannot_be_called_stays_what_it_is() -> None:
    assert lineage.dataset(writes="s3://out/a")("no function") == "no function"  # type: ignore[type-var]
    assert lineage.policy(capture=False)(None) is None  # type: ignore[type-var]


def test_an_object_that_is_called_as_a_coroutine_has_written_when_it_is_over() -> None:
    assert asyncio.run(lineage.dataset(writes="s3://out/a")(AsyncCallable())()) == 3
    assert names(notes.taken().outputs) == ["s3://out a"]


async def echo() -> AsyncIterator[Any]:
    """Yields what it is sent, and survives one error."""
    assert notes.taken().outputs == []
    received = None
    while received != "stop":
        try:
            received = yield received
        except KeyError:
            received = "caught"


def test_an_async_generator_is_one_still_and_has_written_when_it_ends() -> None:
    build = lineage.dataset(reads="s3://in/a", writes="s3://out/a")(echo)
    assert inspect.isasyncgenfunction(build)

    async def use() -> list[Any]:
        generator = build()
        assert notes.taken().inputs == []
        seen = [await anext(generator), await generator.asend("x"), await generator.athrow(KeyError("k"))]
        with pytest.raises(StopAsyncIteration):
            await generator.asend("stop")
        return seen

    assert asyncio.run(use()) == [None, "x", "caught"]
    assert (names(notes.taken().inputs), names(notes.taken().outputs)) == (["s3://in a"], ["s3://out a"])


def test_an_async_generator_that_is_left_half_way_is_closed_and_wrote_nothing() -> None:
    closed = []

    @lineage.dataset(writes="s3://out/a")
    async def build() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            closed.append(True)

    async def use() -> None:
        generator = build()
        assert await anext(generator) == 1
        await generator.aclose()  # type: ignore[attr-defined]

    asyncio.run(use())
    assert closed == [True]
    assert notes.taken().outputs == []


def shared(day: str = "x") -> str:
    return day


def test_a_policy_marks_its_own_task_and_not_the_function_that_others_use() -> None:
    with DAG("d"):
        ours = task(task_id="ours")(lineage.policy(capture=False)(shared))().operator
        theirs = task(task_id="theirs")(shared)().operator
    assert policy_of(ours) == Policy(capture=False)
    assert policy_of(theirs) == Policy()
    assert ours.python_callable("y") == "y"


@lineage.policy(sources={"files": False})
async def marked_coroutine() -> int:
    return 1


@lineage.policy(sources={"files": False})
def marked_generator(*, by: int = 2) -> Iterator[int]:
    yield by


def test_a_marked_function_stays_what_it_is() -> None:
    assert inspect.iscoroutinefunction(marked_coroutine)
    assert inspect.isgeneratorfunction(marked_generator)
    assert list(marked_generator()) == [2]
    assert pickle.loads(pickle.dumps(marked_generator)) is marked_generator
    assert "yield by" in inspect.getsource(marked_generator)
    assert str(inspect.signature(marked_generator)) == "(*, by: 'int' = 2) -> 'Iterator[int]'"


def test_what_task_has_made_stays_a_task() -> None:
    with DAG("d"):

        @lineage.dataset(writes="s3://out/{day}")
        @lineage.policy(capture=False)
        @task
        def build(day: str) -> str:
            return day

        operator = build("a").operator
        assert build.override(task_id="b").expand(day=["x"]).operator.task_id == "b"
    assert policy_of(operator) == Policy(capture=False)
    assert operator.python_callable("a") == "a"
    assert names(notes.taken().outputs) == ["s3://out a"]
