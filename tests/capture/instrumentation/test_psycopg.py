from __future__ import annotations

import asyncio
import gc
import inspect
import weakref
from collections.abc import Iterator
from contextlib import aclosing, closing
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.capture.instrumentation.driver_run import Seen, observing
from tests.live.postgres import postgres_url


@pytest.fixture(scope="module")
def url() -> str:
    return make_url(postgres_url("runtime_psycopg")).set(drivername="postgresql").render_as_string(False)


@pytest.fixture
def tables(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "DROP TABLE IF EXISTS t, u; CREATE TABLE t (a int, b text); CREATE TABLE u (a int, b text)"
        )
        connection.execute("INSERT INTO t VALUES (1, 'x'), (2, 'y')")


@pytest.fixture
def seen(tables: None) -> Iterator[Seen]:
    with observing("psycopg") as seen:
        yield seen


@pytest.fixture
def connection(url: str, seen: Seen) -> Iterator[Any]:
    with closing(psycopg.connect(url)) as connection:
        yield connection


def test_statements_are_reported_with_the_rows_they_touched(connection: Any, seen: Seen, url: str) -> None:
    assert connection.execute("SELECT a FROM t WHERE b <> %s", ("z",)).fetchall() == [(1,), (2,)]
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        cursor.execute(query="INSERT INTO u SELECT * FROM t")
        cursor.executemany("INSERT INTO u VALUES (%s, %s)", ((n, "x") for n in range(3)))
        assert cursor.execute("SELECT a FROM u LIMIT 1").fetchone() == {"a": 1}
    assert seen.rows == {
        "SELECT a FROM t WHERE b <> %s": 2,
        "INSERT INTO u SELECT * FROM t": 2,
        "INSERT INTO u VALUES (%s, %s)": 3,
        "SELECT a FROM u LIMIT 1": 1,
    }
    parts = make_url(url)
    assert seen.namespaces == [f"postgres://{parts.host}:{parts.port}"]
    assert seen.identities[0].database == parts.database


@pytest.mark.parametrize(
    "kind", [psycopg.ClientCursor, psycopg.RawCursor, psycopg.Cursor], ids=lambda kind: kind.__name__
)
def test_cursors_of_every_kind_are_observed(connection: Any, seen: Seen, kind: Any) -> None:
    kind(connection).execute("SELECT a FROM t")
    assert seen.texts == ["SELECT a FROM t"]


def test_server_cursors_are_observed(connection: Any, seen: Seen) -> None:
    with connection.cursor("one") as cursor:
        cursor.execute("SELECT a FROM t")
        assert cursor.fetchone() == (1,)
    assert seen.texts == ["SELECT a FROM t"]


def test_statements_in_other_forms_are_text(connection: Any, seen: Seen) -> None:
    connection.execute(b"SELECT a FROM t")
    connection.execute(sql.SQL("SELECT {} FROM {}").format(sql.Identifier("b"), sql.Identifier("t")))
    assert seen.texts == ["SELECT a FROM t", 'SELECT "b" FROM "t"']


def test_copies_and_streams_are_statements(connection: Any, seen: Seen) -> None:
    with connection.cursor() as cursor:
        with cursor.copy("COPY u FROM STDIN") as copy:
            copy.write_row((1, "x"))
            copy.write_row((2, "y"))
        with cursor.copy("COPY t TO STDOUT") as copy:
            assert b"".join(map(bytes, copy)) == b"1\tx\n2\ty\n"
        assert list(cursor.stream("SELECT a FROM t")) == [(1,), (2,)]
        for row in cursor.stream("SELECT b FROM t"):
            assert row == ("x",)
            break
    assert seen.texts == ["COPY u FROM STDIN", "COPY t TO STDOUT", "SELECT a FROM t", "SELECT b FROM t"]
    assert seen.rows["COPY u FROM STDIN"] == 2


def test_a_statement_that_raises_has_not_been_executed(connection: Any, seen: Seen) -> None:
    connection.autocommit = True
    cursor = connection.cursor()
    with pytest.raises(psycopg.errors.UndefinedTable):
        cursor.execute("SELECT * FROM missing")
    with pytest.raises(psycopg.errors.UndefinedTable), cursor.copy("COPY missing TO STDOUT"):
        pass
    with pytest.raises(ZeroDivisionError), cursor.copy("COPY u FROM STDIN"):
        raise ZeroDivisionError
    with pytest.raises(psycopg.errors.UndefinedTable):
        list(cursor.stream("SELECT a FROM missing"))
    connection.close()
    with pytest.raises(psycopg.OperationalError, match="closed"):
        connection.execute("SELECT b FROM t")
    assert seen.texts == []
    assert seen.failed == [
        "SELECT * FROM missing",
        "COPY missing TO STDOUT",
        "COPY u FROM STDIN",
        "SELECT a FROM missing",
    ]


def test_a_connection_closed_before_its_first_statement_leads_nowhere(url: str, seen: Seen) -> None:
    connection = psycopg.connect(url)
    cursor = connection.cursor()
    connection.close()
    with pytest.raises(psycopg.Error):
        cursor.execute("SELECT a FROM t")
    assert seen.statements == []


def test_pipelines_and_transactions_are_observed(connection: Any, seen: Seen) -> None:
    with connection.pipeline(), connection.transaction():
        connection.execute("INSERT INTO u VALUES (1, 'x')")
        connection.execute("SELECT a FROM t")
    assert set(seen.texts) >= {"INSERT INTO u VALUES (1, 'x')", "SELECT a FROM t"}


def test_async_connections_are_observed(url: str, seen: Seen) -> None:
    async def task() -> None:
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            rows = await (await connection.execute("SELECT a FROM t")).fetchall()
            assert rows == [(1,), (2,)]
            async with connection.cursor() as cursor:
                await cursor.executemany("INSERT INTO u VALUES (%s, %s)", [(1, "x"), (2, "y")])
                async with cursor.copy("COPY u FROM STDIN") as copy:
                    await copy.write_row((1, "x"))
                assert [row async for row in cursor.stream("SELECT b FROM t")] == [("x",), ("y",)]
                async with aclosing(cursor.stream("SELECT a, b FROM t")) as stream:
                    async for _ in stream:
                        break
                with pytest.raises(psycopg.errors.UndefinedTable):
                    await cursor.execute("SELECT * FROM missing")
            async with connection.transaction(), connection.cursor("named") as cursor:
                await cursor.execute("SELECT b, a FROM t")

    assert inspect.iscoroutinefunction(psycopg.AsyncCursor.execute)
    asyncio.run(task())
    assert seen.texts == [
        "SELECT a FROM t",
        "INSERT INTO u VALUES (%s, %s)",
        "COPY u FROM STDIN",
        "SELECT b FROM t",
        "SELECT a, b FROM t",
        "SELECT b, a FROM t",
    ]
    assert seen.failed == ["SELECT * FROM missing"]


def test_connections_made_before_are_observed_and_outlive_the_attempt(url: str, tables: None) -> None:
    plain = psycopg.Cursor.execute
    with closing(psycopg.connect(url)) as connection:
        with observing("psycopg") as seen:
            connection.execute("SELECT a FROM t")
            assert seen.texts == ["SELECT a FROM t"]
        assert psycopg.Cursor.execute is plain
        connection.execute("SELECT b FROM t")
        assert seen.texts == ["SELECT a FROM t"]
        with observing("psycopg") as seen:
            connection.execute("SELECT a, b FROM t")
            assert seen.texts == ["SELECT a, b FROM t"]


def test_a_connection_is_gone_with_its_last_name(url: str, seen: Seen) -> None:
    gc.disable()
    try:
        connection = psycopg.connect(url)
        connection.execute("SELECT a FROM t").fetchall()
        connection.close()
        reference = weakref.ref(connection)
        del connection
        assert reference() is None
    finally:
        gc.enable()
