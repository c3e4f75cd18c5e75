from __future__ import annotations

import gc
import io
import threading
import weakref
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from typing import Any
from uuid import uuid4

import psycopg2
import psycopg2.extensions
import psycopg2.extras
import psycopg2.pool
import pytest
from airflow.providers.postgres.hooks import postgres
from airflow.providers.postgres.hooks.postgres import PostgresHook
from psycopg2 import connect as imported_before, sql
from sqlalchemy.engine import make_url

from airflow_lineage_provider.capture.connection_identity import identity_of
from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.sources.runtime import add_runtime_statements
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.naming import namespace_of
from airflow_lineage_provider.model.record import LineageRecord, Outcome, SegmentKind, Statement
from airflow_lineage_provider.model.record_reader import read_segment
from tests.capture.instrumentation.driver_run import Seen, observing
from tests.live.postgres import postgres_url

PLAIN = psycopg2._connect


@pytest.fixture(scope="module")
def url() -> str:
    return make_url(postgres_url("runtime_psycopg2")).set(drivername="postgresql").render_as_string(False)


@pytest.fixture
def tables(url: str) -> None:
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE IF EXISTS t, u; CREATE TABLE t (a int, b text); CREATE TABLE u (a int, b text)"
        )
        cursor.execute("INSERT INTO t VALUES (1, 'x'), (2, 'y')")


@pytest.fixture
def seen(tables: None) -> Iterator[Seen]:
    with observing("psycopg2") as seen:
        yield seen


@pytest.fixture
def connection(url: str, seen: Seen) -> Iterator[Any]:
    with closing(psycopg2.connect(url)) as connection:
        yield connection


def test_statements_are_reported_with_the_rows_they_touched(connection: Any, seen: Seen, url: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT a FROM t WHERE b <> %s", ("z",))
        assert cursor.fetchall() == [(1,), (2,)]
        cursor.execute("INSERT INTO u SELECT * FROM t")
        cursor.executemany("INSERT INTO u VALUES (%s, %s)", ((n, "x") for n in range(3)))
        cursor.execute("CREATE TABLE IF NOT EXISTS u (a int); UPDATE u SET a = %(a)s", {"a": 1})
    assert seen.rows == {
        "SELECT a FROM t WHERE b <> %s": 2,
        "INSERT INTO u SELECT * FROM t": 2,
        "INSERT INTO u VALUES (%s, %s)": 3,
        "CREATE TABLE IF NOT EXISTS u (a int); UPDATE u SET a = %(a)s": 5,
    }
    parts = make_url(url)
    (identity,) = seen.identities
    assert seen.namespaces == [f"postgres://{parts.host}:{parts.port}"]
    assert (identity.conn_type, identity.database, identity.schema) == ("postgres", parts.database, None)


def test_the_password_is_nowhere(url: str, seen: Seen) -> None:
    secret = make_url(url).set(password="hunter2").render_as_string(False)
    with closing(psycopg2.connect(secret)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT a FROM t")
    assert "hunter2" not in str(seen.record.to_wire())


def test_the_search_path_of_the_session_is_its_schema(url: str, seen: Seen) -> None:
    with closing(psycopg2.connect(url, options="-c search_path=sales,public")) as connection:
        connection.cursor().execute("SELECT a FROM t")
    assert seen.identities[0].schema == "sales"


def test_statements_in_other_forms_are_text(connection: Any, seen: Seen) -> None:
    cursor = connection.cursor()
    cursor.execute(b"SELECT a FROM t")
    cursor.execute(sql.SQL("SELECT {} FROM {}").format(sql.Identifier("b"), sql.Identifier("t")))
    assert seen.texts == ["SELECT a FROM t", 'SELECT "b" FROM "t"']


def test_copies_are_statements(connection: Any, seen: Seen) -> None:
    cursor = connection.cursor()
    cursor.copy_expert("COPY u FROM STDIN WITH CSV", io.StringIO("1,x\n2,y\n"))
    cursor.copy_expert(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier("t")), io.StringIO(), 1024)
    cursor.copy_from(io.StringIO("1\tx\n"), "u")
    cursor.copy_from(io.StringIO("1\n"), "u", columns=("a",))
    cursor.copy_to(io.StringIO(), "t", columns=["a", "b"])
    with pytest.raises(psycopg2.errors.UndefinedTable):
        cursor.copy_to(io.StringIO(), "missing")
    assert seen.texts == [
        "COPY u FROM STDIN WITH CSV",
        'COPY "t" TO STDOUT',
        'COPY "u" FROM STDIN',
        'COPY "u" ("a") FROM STDIN',
        'COPY "t" ("a", "b") TO STDOUT',
    ]
    assert seen.failed == ['COPY "missing" TO STDOUT']
    assert seen.rows["COPY u FROM STDIN WITH CSV"] == 2


def test_bulk_helpers_are_one_statement_without_values(connection: Any, seen: Seen) -> None:
    rows = [(n, f"secret {n} from table") for n in range(1_000)]
    for kind in (None, psycopg2.extras.DictCursor):
        cursor = connection.cursor(cursor_factory=kind)
        psycopg2.extras.execute_values(cursor, "INSERT INTO u (a, b) VALUES %s", rows)
        psycopg2.extras.execute_values(
            cursor, sql.SQL("INSERT INTO {} VALUES %s").format(sql.Identifier("u")), rows
        )
        psycopg2.extras.execute_batch(cursor, "UPDATE u SET b = %s WHERE a = %s", [(b, a) for a, b in rows])
    assert seen.rows == {
        "INSERT INTO u (a, b) VALUES %s": 2_000,
        'INSERT INTO "u" VALUES %s': 2_000,
        "UPDATE u SET b = %s WHERE a = %s": None,
    }


def test_procedures_are_statements(connection: Any, seen: Seen) -> None:
    cursor = connection.cursor()
    cursor.execute("CREATE FUNCTION pg_temp.twice(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2'")
    cursor.callproc("pg_temp.twice", (4,))
    assert cursor.fetchone() == (8,)
    assert seen.texts[-1] == "SELECT * FROM pg_temp.twice(%s)"


def test_a_statement_that_raises_has_not_been_executed(connection: Any, seen: Seen) -> None:
    cursor = connection.cursor()
    with pytest.raises(psycopg2.errors.UndefinedTable) as caught:
        cursor.execute("SELECT * FROM missing")
    assert caught.value.cursor is cursor
    connection.rollback()
    with pytest.raises(IndexError):
        cursor.execute("SELECT a FROM t WHERE a = %s", ())
    connection.close()
    with pytest.raises(psycopg2.InterfaceError, match="already closed"):
        cursor.execute("SELECT b FROM t")
    assert seen.failed == ["SELECT * FROM missing", "SELECT a FROM t WHERE a = %s", "SELECT b FROM t"]
    assert len(seen.identities) == 1


def test_a_server_that_is_not_there_raises_what_it_raised(seen: Seen) -> None:
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect("host=127.0.0.1 port=1 dbname=x")
    assert seen.statements == []


class OwnCursor(psycopg2.extensions.cursor):
    def execute(self, query: Any, vars: Any = None) -> Any:
        return super().execute("/* own */ " + query, vars)


class OwnConnection(psycopg2.extensions.connection):
    def __init__(self, dsn: str, **more: Any) -> None:
        super().__init__(dsn, **more)
        self.opened = True

    def cursor(self, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("cursor_factory", OwnCursor)
        return super().cursor(*args, **kwargs)


@pytest.mark.parametrize(
    ("arguments", "connection_class", "cursor_class"),
    [
        ({"connection_factory": OwnConnection}, OwnConnection, OwnCursor),
        ({"cursor_factory": OwnCursor}, psycopg2.extensions.connection, OwnCursor),
        ({"connection_factory": psycopg2.extras.DictConnection}, psycopg2.extras.DictConnection, psycopg2.extras.DictCursor),
        ({"cursor_factory": psycopg2.extras.DictCursor}, psycopg2.extensions.connection, psycopg2.extras.DictCursor),
        ({"cursor_factory": psycopg2.extras.RealDictCursor}, psycopg2.extensions.connection, psycopg2.extras.RealDictCursor),
        ({"cursor_factory": psycopg2.extras.NamedTupleCursor}, psycopg2.extensions.connection, psycopg2.extras.NamedTupleCursor),
    ],
)  # fmt: skip
def test_classes_of_the_task_stay_in_front(
    url: str, seen: Seen, arguments: Any, connection_class: type, cursor_class: type
) -> None:
    with closing(psycopg2.connect(url, **arguments)) as connection:
        cursor = connection.cursor()
        assert isinstance(connection, connection_class)
        assert isinstance(cursor, cursor_class)
        assert (type(connection).__name__, type(cursor).__name__) == (
            connection_class.__name__,
            cursor_class.__name__,
        )
        cursor.execute("SELECT a FROM t WHERE a = 1")
        (row,) = cursor.fetchall()
        own = "/* own */ " if cursor_class is OwnCursor else ""
        if cursor_class is psycopg2.extras.NamedTupleCursor:
            assert row.a == 1
        elif not own:
            assert row["a"] == 1
    assert seen.texts == [f"{own}SELECT a FROM t WHERE a = 1"]


def test_a_factory_that_is_no_class_works_unobserved(url: str, seen: Seen) -> None:
    with closing(
        psycopg2.connect(url, connection_factory=partial(psycopg2.extensions.connection))
    ) as connection:
        connection.cursor().execute("SELECT a FROM t")
    assert seen.texts == []


def test_named_cursors_are_observed(connection: Any, seen: Seen) -> None:
    for cursor in (
        connection.cursor("one"),
        connection.cursor("two", psycopg2.extras.DictCursor, scrollable=True),
    ):
        cursor.execute("SELECT a FROM t")
        assert cursor.fetchone()[0] == 1
        cursor.close()
    assert seen.texts == ["SELECT a FROM t"]


def test_functions_that_check_types_take_observed_connections(connection: Any, seen: Seen) -> None:
    cursor = connection.cursor()
    assert type(connection).__module__ == "psycopg2.extensions"
    psycopg2.extensions.register_type(psycopg2.extensions.UNICODE, connection)
    psycopg2.extensions.register_type(psycopg2.extensions.UNICODE, cursor)
    psycopg2.extras.register_uuid(conn_or_curs=connection)
    psycopg2.extras.register_default_jsonb(connection)
    assert psycopg2.extensions.quote_ident("a b", connection) == '"a b"'
    assert cursor.mogrify("SELECT %s", (1,)) == b"SELECT 1"
    with connection:
        cursor.execute("INSERT INTO u VALUES (1, 'x')")
    assert connection.status == psycopg2.extensions.STATUS_READY


def test_replication_connections_are_left_to_themselves(url: str, seen: Seen) -> None:
    try:
        connection = psycopg2.connect(url, connection_factory=psycopg2.extras.LogicalReplicationConnection)
    except psycopg2.OperationalError as error:
        pytest.skip(str(error))
    with closing(connection):
        connection.cursor().execute("IDENTIFY_SYSTEM")


def test_pools_hand_out_observed_connections(url: str, seen: Seen) -> None:
    pool = psycopg2.pool.SimpleConnectionPool(1, 2, url)
    for _ in range(3):
        connection = pool.getconn()
        connection.cursor().execute("SELECT a FROM t")
        pool.putconn(connection)
    pool.closeall()
    assert seen.rows == {"SELECT a FROM t": 6}


def test_a_connect_imported_before_is_observed(url: str, seen: Seen) -> None:
    with closing(imported_before(url)) as connection:
        connection.cursor().execute("SELECT a FROM t")
    assert seen.texts == ["SELECT a FROM t"]


@pytest.mark.parametrize("modern", [False, True])
def test_the_namespace_is_that_of_an_airflow_connection(
    url: str, monkeypatch: pytest.MonkeyPatch, tables: None, modern: bool
) -> None:
    monkeypatch.setattr(postgres, "USE_PSYCOPG3", modern)
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", url.replace("postgresql://", "postgres://"))
    hook = PostgresHook(postgres_conn_id="shop")
    with observing("psycopg2", "psycopg") as seen, closing(hook.get_conn()) as connection:
        connection.cursor().execute("SELECT a FROM t")
    own = identity_of(hook)
    assert seen.texts == ["SELECT a FROM t"]
    assert seen.namespaces == [namespace_of(own)]
    assert seen.identities[0].database == own.database


def test_airflows_own_database_is_never_observed(
    url: str, monkeypatch: pytest.MonkeyPatch, seen: Seen
) -> None:
    from airflow import settings

    own = make_url(url).set(drivername="postgresql+psycopg2", password="p%/@x")
    monkeypatch.setattr(settings, "SQL_ALCHEMY_CONN", own.render_as_string(False))
    with closing(psycopg2.connect(url)) as connection:
        connection.cursor().execute("SELECT a FROM t")
    with (
        closing(psycopg2.connect(url, dbname="postgres")) as other,
        pytest.raises(psycopg2.errors.UndefinedTable),
    ):
        other.cursor().execute("SELECT 1 FROM shop")
    assert (seen.texts, seen.failed) == ([], ["SELECT 1 FROM shop"])


def test_threads_share_a_connection(connection: Any, seen: Seen) -> None:
    def task() -> None:
        cursor = connection.cursor()
        for _ in range(50):
            cursor.execute("SELECT a FROM t")
            cursor.fetchall()

    threads = [threading.Thread(target=task) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen.texts == ["SELECT a FROM t"]


def test_a_connection_outlives_the_attempt(url: str, tables: None) -> None:
    with observing("psycopg2") as seen:
        connection = psycopg2.connect(url)
        connection.cursor().execute("SELECT a FROM t")
        assert seen.texts == ["SELECT a FROM t"]
    assert psycopg2._connect is PLAIN
    connection.cursor().execute("SELECT b FROM t")
    assert seen.texts == ["SELECT a FROM t"]
    with observing("psycopg2") as seen:
        connection.cursor().execute("SELECT a, b FROM t")
        assert seen.texts == ["SELECT a, b FROM t"]
    connection.close()


def test_a_connection_is_gone_with_its_last_name(url: str, seen: Seen) -> None:
    gc.disable()
    try:
        connection = psycopg2.connect(url)
        connection.cursor().execute("SELECT a FROM t")
        reference = weakref.ref(connection)
        del connection
        assert reference() is None
    finally:
        gc.enable()


def test_what_a_hook_has_reported_is_not_sent_twice(
    url: str, monkeypatch: pytest.MonkeyPatch, tables: None
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", url.replace("postgresql://", "postgres://"))
    hook = PostgresHook(postgres_conn_id="shop")
    text = "INSERT INTO u SELECT * FROM t WHERE a = %s"
    with observing("psycopg2", "psycopg"):
        hook.run(text, parameters=(1,))
        record = LineageRecord(kind=SegmentKind.CORE, outcome=Outcome.SUCCESS, ti_id=str(uuid4()))
        record.connections.append(identity_of(hook))
        record.statements.append(Statement(sql=text, connection=0))
        add_runtime_statements(record, OBSERVER)
    assert [(entry.sql, entry.rows, entry.evidence) for entry in record.statements] == [
        (text, 1, Evidence.STATEMENT | Evidence.RUNTIME)
    ]


def test_records_with_statements_can_be_read_back(connection: Any, seen: Seen) -> None:
    connection.cursor().execute("SELECT a FROM t")
    record = seen.record
    assert read_segment(record.to_wire()).statements == record.statements
