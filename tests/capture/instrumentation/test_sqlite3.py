from __future__ import annotations

import asyncio
import inspect
import sqlite3
import sqlite3.dbapi2
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import aiosqlite
import pandas as pd
import pytest
from airflow.providers.sqlite.hooks.sqlite import SqliteHook

from airflow_lineage_provider.capture.connection_identity import identity_of
from airflow_lineage_provider.capture.instrumentation.observer import MAX_STATEMENTS, OBSERVER
from airflow_lineage_provider.model.naming import namespace_of
from tests.capture.instrumentation.driver_run import Seen, observing

PLAIN_CONNECT = sqlite3.connect


@pytest.fixture
def path(tmp_path: Path) -> str:
    path = f"{tmp_path}/shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE t (a, b); CREATE TABLE u (a, b); INSERT INTO t VALUES (1, 2)")
    return path


@pytest.fixture
def seen() -> Iterator[Seen]:
    with observing("sqlite3") as seen:
        yield seen


def test_statements_are_reported_with_the_rows_they_wrote(path: str, seen: Seen) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT a FROM t WHERE b = ?", (2,)).fetchall() == [(1,)]
        connection.execute("INSERT INTO u VALUES (?, ?)", (1, 2))
        connection.cursor().executemany("INSERT INTO u SELECT a, ? FROM t", ((n,) for n in range(3)))
        connection.executescript("DELETE FROM u; CREATE TABLE v (a)")
    assert seen.rows == {
        "SELECT a FROM t WHERE b = ?": None,
        "INSERT INTO u VALUES (?, ?)": 1,
        "INSERT INTO u SELECT a, ? FROM t": 3,
        "DELETE FROM u; CREATE TABLE v (a)": None,
    }
    assert seen.namespaces == [f"sqlite://{path}"]


def test_a_statement_that_ran_often_is_one(path: str, seen: Seen) -> None:
    with closing(sqlite3.connect(path)) as connection:
        cursor = connection.cursor()
        for n in range(50):
            cursor.execute("INSERT INTO u VALUES (?, ?)", (n, n))
            connection.execute("INSERT INTO u VALUES (?, ?)", (n, n))
    assert seen.rows == {"INSERT INTO u VALUES (?, ?)": 100}


def test_a_statement_that_raises_has_not_been_executed(path: str, seen: Seen) -> None:
    with closing(sqlite3.connect(path)) as connection:
        with pytest.raises(sqlite3.OperationalError, match="no such table: missing"):
            connection.execute("SELECT * FROM missing")
        with pytest.raises(sqlite3.OperationalError):
            connection.executescript("DELETE FROM missing")
        with pytest.raises(sqlite3.ProgrammingError):
            connection.executemany("INSERT INTO u VALUES (?, ?)", [(1,)])
        assert seen.failed == ["SELECT * FROM missing", "DELETE FROM missing", "INSERT INTO u VALUES (?, ?)"]
        assert seen.texts == []
        connection.execute("INSERT INTO u VALUES (?, ?)", (1, 2))
    assert seen.texts == ["INSERT INTO u VALUES (?, ?)"]


@pytest.mark.parametrize("arguments", [(), (7,), ("SELECT 1", (), 3), (None,), (b"SELECT 1",)])
def test_wrong_calls_raise_what_they_raised(path: str, seen: Seen, arguments: Any) -> None:
    with closing(sqlite3.connect(path)) as connection, pytest.raises(TypeError):
        connection.cursor().execute(*arguments)
    assert seen.statements == []


def test_connections_look_like_those_of_the_library(path: str, seen: Seen) -> None:
    with closing(sqlite3.connect(path)) as connection:
        cursor = connection.cursor()
        assert isinstance(connection, sqlite3.Connection)
        assert isinstance(cursor, sqlite3.Cursor)
        for made, original in ((connection, sqlite3.Connection), (cursor, sqlite3.Cursor)):
            kind = type(made)
            assert (kind.__name__, kind.__qualname__, kind.__module__) == (
                original.__name__,
                original.__qualname__,
                original.__module__,
            )
        assert sqlite3.connect.__name__ == "connect"
        assert inspect.getdoc(sqlite3.connect) == inspect.getdoc(PLAIN_CONNECT)


def test_what_a_connection_can_do_it_can_do_observed(path: str, tmp_path: Path, seen: Seen) -> None:
    connection = sqlite3.connect(path, 5.0, sqlite3.PARSE_DECLTYPES, None)
    assert connection.isolation_level is None
    connection.row_factory = sqlite3.Row
    assert dict(connection.execute("SELECT a, b FROM t").fetchone()) == {"a": 1, "b": 2}
    connection.create_function("twice", 1, lambda value: value * 2)
    assert tuple(connection.execute("SELECT twice(a) FROM t").fetchone()) == (2,)
    with connection:
        connection.execute("INSERT INTO u VALUES (1, 2)")
    connection.row_factory = None
    assert 'INSERT INTO "u" VALUES(1,2);' in list(connection.iterdump())
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        connection.backup(copy)
        assert copy.execute("SELECT * FROM u").fetchall() == [(1, 2)]
    with pytest.raises(TypeError):
        connection.cursor(None)  # type: ignore[arg-type]
    connection.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_a_transaction_rolls_back_when_its_block_raises(path: str, seen: Seen) -> None:
    with closing(sqlite3.connect(path)) as connection:
        with suppress(ZeroDivisionError), connection:
            connection.execute("INSERT INTO u VALUES (1, 2)")
            raise ZeroDivisionError
        assert connection.execute("SELECT count(*) FROM u").fetchone() == (0,)


class OwnCursor(sqlite3.Cursor):
    calls = 0

    def execute(self, sql: str, *args: Any) -> Any:
        OwnCursor.calls += 1
        return super().execute("/* own */ " + sql, *args)


class OwnConnection(sqlite3.Connection):
    __slots__ = ("opened",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opened = True
        super().execute("SELECT a FROM t WHERE a = 0")

    def cursor(self) -> Any:  # type: ignore[override]
        return super().cursor(OwnCursor)


@pytest.mark.parametrize("positional", [False, True])
def test_classes_of_the_task_stay_in_front(path: str, seen: Seen, positional: bool) -> None:
    OwnCursor.calls = 0
    connection: Any = (
        sqlite3.connect(path, 5, 0, None, True, OwnConnection)
        if positional
        else sqlite3.connect(path, factory=OwnConnection)
    )
    assert isinstance(connection, OwnConnection)
    assert type(connection).__name__ == "OwnConnection"
    assert connection.opened
    assert not isinstance(connection.execute("SELECT b FROM t"), OwnCursor)
    assert OwnCursor.calls == 0
    cursor = connection.cursor()
    assert isinstance(cursor, OwnCursor)
    cursor.execute("SELECT b FROM t")
    connection.close()
    assert OwnCursor.calls == 1
    assert seen.texts == ["SELECT a FROM t WHERE a = 0", "SELECT b FROM t", "/* own */ SELECT b FROM t"]


def test_a_cursor_class_given_at_the_call_is_observed(path: str, seen: Seen) -> None:
    with closing(sqlite3.connect(path)) as connection:
        cursor = connection.cursor(OwnCursor)
        assert isinstance(cursor, OwnCursor)
        cursor.execute("SELECT b FROM t")
    assert seen.texts == ["/* own */ SELECT b FROM t"]


def test_a_cursor_class_works_on_any_connection(path: str) -> None:
    with observing("sqlite3"), closing(sqlite3.connect(path)) as connection:
        kind = type(connection.cursor())
        with closing(PLAIN_CONNECT(path)) as plain:
            assert kind(plain).execute("SELECT a FROM t").fetchone() == (1,)
            with pytest.raises(sqlite3.OperationalError):
                kind(plain).execute("SELECT * FROM missing")
        assert list(OBSERVER.errors) == ["sqlite3 AttributeError"]
        OBSERVER.errors.clear()


def test_a_factory_that_is_no_class_works_unobserved(path: str, seen: Seen) -> None:
    with closing(sqlite3.connect(path, factory=lambda *a, **k: sqlite3.Connection(path))) as connection:  # type: ignore[call-overload]
        assert connection.execute("SELECT a FROM t").fetchone() == (1,)
    assert seen.texts == []


@pytest.mark.parametrize("database", [":memory:", "", "file::memory:?cache=shared", "file:x?mode=memory"])
def test_databases_that_nobody_else_can_see_are_left_out(database: str, seen: Seen) -> None:
    with closing(sqlite3.connect(database, uri=True)) as connection:
        connection.execute("CREATE TABLE t (a)")
    assert seen.statements == []


def test_a_scratch_database_in_a_temporary_folder_is_left_out(seen: Seen) -> None:
    import tempfile

    with (
        tempfile.TemporaryDirectory() as folder,
        closing(sqlite3.connect(f"{folder}/scratch.db")) as connection,
    ):
        connection.execute("CREATE TABLE t (a)")
    assert seen.statements == []


def test_every_spelling_of_a_path_is_one_database(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seen: Seen
) -> None:
    monkeypatch.chdir(tmp_path)
    spellings: list[Any] = [path, Path(path), path.encode(), "shop.db", "./x/../shop.db"]
    for spelling in spellings:
        with closing(sqlite3.connect(spelling)) as connection:
            monkeypatch.chdir("/")
            connection.execute("SELECT a FROM t")
        monkeypatch.chdir(tmp_path)
    for uri in (f"file:{path}?mode=ro", f"file://localhost{path}", "file:shop%2Edb#fragment"):
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            connection.execute("SELECT a FROM t")
    assert seen.namespaces == [f"sqlite://{path}"]
    assert seen.texts == ["SELECT a FROM t"]


def test_the_namespace_is_that_of_an_airflow_connection(
    path: str, monkeypatch: pytest.MonkeyPatch, seen: Seen
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", "sqlite://" + path.replace("/", "%2F"))
    hook = SqliteHook(sqlite_conn_id="shop")
    with closing(hook.get_conn()) as connection:
        connection.execute("SELECT a FROM t")
    assert seen.namespaces == [namespace_of(identity_of(hook))]


def test_airflows_own_database_is_never_observed(
    path: str, monkeypatch: pytest.MonkeyPatch, seen: Seen
) -> None:
    from airflow import settings

    monkeypatch.setattr(settings, "SQL_ALCHEMY_CONN", f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("SELECT a FROM t")
    assert seen.statements == []


def test_pandas_reads_and_writes_through_it(path: str, seen: Seen) -> None:
    with closing(sqlite3.connect(path)) as connection:
        frame = pd.read_sql("SELECT a, b FROM t", connection)
        frame.to_sql("copied", connection, index=False)
    assert "SELECT a, b FROM t" in seen.texts
    assert any(text.startswith('INSERT INTO "copied"') for text in seen.texts)


def test_asyncio_connections_are_observed(path: str, seen: Seen) -> None:
    async def task() -> None:
        async with aiosqlite.connect(path) as connection:
            await connection.execute("SELECT a FROM t")

    asyncio.run(task())
    assert seen.texts == ["SELECT a FROM t"]


def test_threads_report_side_by_side(path: str, seen: Seen) -> None:
    def task(number: int) -> None:
        with closing(sqlite3.connect(path)) as connection:
            for n in range(100):
                connection.execute(f"SELECT a AS from_{number} FROM t WHERE b = ?", (n,))

    threads = [threading.Thread(target=task, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen.texts) == [f"SELECT a AS from_{n} FROM t WHERE b = ?" for n in range(8)]


def test_statements_beyond_the_limit_are_counted(path: str, seen: Seen) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for n in range(5_000):
            connection.execute(f"SELECT a AS x{n} FROM t")
    assert len(OBSERVER.statements) == MAX_STATEMENTS
    assert seen.record.truncated == [f"runtime: {5_000 - MAX_STATEMENTS} further statements"]


def test_a_thousand_inserts_that_differ_in_their_values_are_one_statement(path: str, seen: Seen) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for n in range(1_000):
            connection.execute(f"INSERT INTO u VALUES ({n}, 'row {n}')")
    assert seen.rows == {"INSERT INTO u VALUES (0, 'row 0')": 1_000}


def test_a_loop_that_writes_values_into_its_texts_leaves_room_for_what_follows(path: str, seen: Seen) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for n in range(5_000):
            connection.execute(f"INSERT INTO u VALUES ({n}, 'row {n}')")
        connection.execute("INSERT INTO t SELECT * FROM u")
    assert len(OBSERVER.statements) < 1_000
    assert seen.rows == {"INSERT INTO u VALUES (0, 'row 0')": 5_000, "INSERT INTO t SELECT * FROM u": 5_000}
    assert seen.record.truncated == []


def test_a_connection_outlives_the_attempt(path: str) -> None:
    with observing("sqlite3") as seen:
        connection = sqlite3.connect(path)
        connection.execute("SELECT a FROM t")
        first = seen.texts
    assert sqlite3.connect is PLAIN_CONNECT
    assert sqlite3.dbapi2.connect is PLAIN_CONNECT
    assert connection.execute("SELECT b FROM t").fetchone() == (2,)
    with observing("sqlite3") as seen:
        with closing(sqlite3.connect(path + "2")) as other:
            other.execute("CREATE TABLE w (a)")
        connection.execute("SELECT a, b FROM t")
        assert [(entry.sql, seen.record.connections[entry.connection].host) for entry in seen.statements] == [
            ("CREATE TABLE w (a)", path + "2"),
            ("SELECT a, b FROM t", path),
        ]
    connection.close()
    assert first == ["SELECT a FROM t"]


def test_a_connection_older_than_the_attempt_works_unobserved(path: str) -> None:
    with closing(sqlite3.connect(path)) as connection, observing("sqlite3") as seen:
        connection.execute("SELECT a FROM t")
        assert seen.statements == []


@pytest.mark.parametrize("before", [True, False])
def test_somebody_elses_wrapper_around_connect_stays(
    path: str, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    calls: list[Any] = []

    def wrap() -> Any:
        inner = sqlite3.connect

        def connect(*args: Any, **kwargs: Any) -> Any:
            calls.append(args)
            return inner(*args, **kwargs)

        monkeypatch.setattr(sqlite3, "connect", connect)
        return connect

    outer = wrap() if before else None
    with observing("sqlite3") as seen:
        outer = outer or wrap()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("SELECT a FROM t")
        assert seen.texts == ["SELECT a FROM t"]
    assert sqlite3.connect is outer
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT a FROM t").fetchone() == (1,)
    assert len(calls) == 2


def test_a_source_that_breaks_does_not_reach_the_task(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("broken")

    with observing("sqlite3"):
        monkeypatch.setattr(OBSERVER, "ran", broken)
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("SELECT a FROM t").fetchone() == (1,)
            with pytest.raises(sqlite3.OperationalError):
                connection.execute("SELECT * FROM missing")
        assert [str(error) for error in OBSERVER.errors.values()] == ["broken"]
        OBSERVER.errors.clear()


def test_a_module_in_its_place_is_left_alone() -> None:
    script = """
import sys, types
sys.modules["sqlite3"] = types.ModuleType("sqlite3")
from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.switch import switch_off, switch_on
switch_on(frozenset({"sqlite3"}))
assert not hasattr(sys.modules["sqlite3"], "connect")
switch_off()
print(list(OBSERVER.errors))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['sqlite3 AttributeError']"


def test_texts_for_which_there_is_no_room_are_not_kept(path: str, seen: Seen) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for n in range(600):
            connection.execute(f"SELECT {n} AS c{n} FROM t")
        kept = len(OBSERVER.statements)
        for n in range(40):
            connection.execute(f"SELECT a AS c{n}, '{'x' * 300_000}' FROM t")
        session = vars(connection)["_lineage"]
        assert sum(map(len, session._shapes)) < 100_000
    assert (kept, OBSERVER.lost_statements) == (600, 40 - (len(OBSERVER.statements) - 600))
    assert OBSERVER.lost_statements > 0


@pytest.mark.skipif(sys.version_info < (3, 12), reason="of later versions")
def test_warnings_of_the_library_are_those_of_the_tasks_line(path: str) -> None:
    with observing("sqlite3") as seen, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("INSERT INTO t VALUES (:a, 1)", (1,))
            connection.cursor().executemany("INSERT INTO t VALUES (:a, 1)", [(1,)])
    assert {warning.filename for warning in caught} == {__file__}
    assert len(caught) == 2
    assert len(seen.texts) == 1
