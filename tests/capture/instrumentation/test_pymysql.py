from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pymysql
import pymysql.cursors
import pytest
from airflow.sdk import Connection

from airflow_lineage_provider.model.connection import identity_of_connection
from airflow_lineage_provider.model.naming import namespace_of
from tests.capture.instrumentation.driver_run import Seen, observing
from tests.capture.instrumentation.mysql_server import mysql_server


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with mysql_server() as port:
        yield port


@pytest.fixture
def seen() -> Iterator[Seen]:
    with observing("pymysql") as seen:
        yield seen


@pytest.fixture
def connection(port: int, seen: Seen) -> Iterator[Any]:
    with closing(connect(port)) as connection:
        yield connection


def connect(port: int, **more: Any) -> Any:
    return pymysql.connect(host="127.0.0.1", port=port, user="reader", database="shop", **more)


def test_statements_are_reported_with_the_rows_they_touched(connection: Any, seen: Seen, port: int) -> None:
    with connection.cursor() as cursor:
        assert cursor.execute("SELECT a FROM t WHERE b = %s", ("it's",)) == 1
        assert cursor.fetchall() == ((1, "x"),)
        cursor.execute(query="UPDATE u SET a = %(a)s", args={"a": 1})
        cursor.execute("USE other")
    assert seen.rows == {"SELECT a FROM t WHERE b = %s": 1, "UPDATE u SET a = %(a)s": 1, "USE other": None}
    (identity,) = seen.identities
    assert (identity.host, identity.port, identity.database, identity.schema) == (
        "127.0.0.1",
        port,
        None,
        "shop",
    )


@pytest.mark.parametrize("values", ["(%s, %s)", "(%s, SHA2(%s, 256))"])
def test_bulk_inserts_are_one_statement_without_values(connection: Any, seen: Seen, values: str) -> None:
    cursor = connection.cursor()
    cursor.executemany(f"INSERT INTO u (a, b) VALUES {values}", ((n, "secret" * 10) for n in range(3_000)))
    assert seen.texts == [f"INSERT INTO u (a, b) VALUES {values}"]
    cursor.execute("SELECT a FROM t")
    assert seen.texts[1:] == ["SELECT a FROM t"]


def test_statements_that_are_no_inserts_run_once_per_row(connection: Any, seen: Seen) -> None:
    connection.cursor().executemany("UPDATE u SET a = %s", [(1,), (2,), (3,)])
    assert seen.rows == {"UPDATE u SET a = %s": 3}


def test_no_rows_send_no_statement(connection: Any, seen: Seen) -> None:
    connection.cursor().executemany("INSERT INTO u VALUES (%s)", [])
    assert seen.statements == []


def test_another_database_is_a_statement(connection: Any, seen: Seen) -> None:
    connection.select_db("ware`house")
    connection.cursor().execute("SELECT a FROM t")
    assert seen.texts == ["USE `ware``house`", "SELECT a FROM t"]


def test_procedures_are_statements(connection: Any, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    # The server has no user variables, in which pymysql passes the arguments on.
    monkeypatch.setattr(pymysql.cursors.Cursor, "_query", lambda self, sql: 0)
    connection.cursor().callproc("refresh", (1, "x"))
    assert seen.texts == ["CALL refresh(%s, %s)"]


def test_a_statement_that_raises_has_not_been_executed(connection: Any, seen: Seen) -> None:
    cursor = connection.cursor()
    with pytest.raises(pymysql.err.ProgrammingError, match="missing"):
        cursor.execute("SELECT * FROM missing")
    with pytest.raises(pymysql.err.ProgrammingError, match="missing"):
        cursor.executemany("INSERT INTO missing VALUES (%s)", [(1,)])
    with pytest.raises(TypeError):
        cursor.execute()
    cursor.execute("SELECT a FROM t")
    assert seen.failed == ["SELECT * FROM missing", "INSERT INTO missing VALUES (%s)"]
    assert seen.texts == ["SELECT a FROM t"]
    cursor.close()
    with pytest.raises(pymysql.err.ProgrammingError, match="closed"):
        cursor.execute("SELECT b FROM t")


@pytest.mark.parametrize(
    "kind", [pymysql.cursors.DictCursor, pymysql.cursors.SSCursor, pymysql.cursors.SSDictCursor]
)
def test_cursors_of_every_kind_are_observed(connection: Any, seen: Seen, kind: type) -> None:
    with connection.cursor(kind) as cursor:
        cursor.execute("SELECT a, b FROM t")
        assert len(cursor.fetchall()) == 1
    assert seen.texts == ["SELECT a, b FROM t"]
    assert list(seen.rows.values()) in ([1], [None])


def test_the_namespace_is_that_of_an_airflow_connection(connection: Any, seen: Seen, port: int) -> None:
    connection.cursor().execute("SELECT a FROM t")
    own = Connection(conn_id="shop", conn_type="mysql", host="127.0.0.1", port=port, schema="shop")
    assert seen.namespaces == [namespace_of(identity_of_connection(own))]
    assert seen.identities[0].schema == identity_of_connection(own).schema


def test_connections_made_before_are_observed_and_outlive_the_attempt(port: int) -> None:
    plain = pymysql.cursors.Cursor.execute
    with closing(connect(port)) as connection:
        with observing("pymysql") as seen:
            connection.cursor().execute("SELECT a FROM t")
            assert seen.texts == ["SELECT a FROM t"]
        assert pymysql.cursors.Cursor.execute is plain
        connection.cursor().execute("SELECT b FROM t")
        assert seen.texts == ["SELECT a FROM t"]
