from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from airflow.providers.postgres.hooks.postgres import PostgresHook
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import create_async_engine

from airflow_lineage_provider.capture.connection_identity import identity_of
from airflow_lineage_provider.capture.instrumentation.sources.engine_identity import identity_of_url
from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.naming import namespace_of
from tests.capture.instrumentation.driver_run import observing
from tests.capture.instrumentation.mysql_server import mysql_server
from tests.live.postgres import postgres_url

ALL = ("sqlalchemy", "sqlite3", "psycopg2", "psycopg", "pymysql")
BOTH = [("sqlalchemy",), ALL]


@pytest.fixture
def path(tmp_path: Path) -> str:
    path = f"{tmp_path}/shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE t (a, b); CREATE TABLE u (a, b); INSERT INTO t VALUES (1, 2)")
    return path


@pytest.fixture(scope="module")
def server() -> str:
    url = postgres_url("runtime_sqlalchemy")
    with sa.create_engine(url).begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (a int, b text)"))
        connection.execute(sa.text("CREATE TABLE u (a int, b text)"))
    return url


@pytest.fixture(scope="module")
def mysql() -> Iterator[int]:
    with mysql_server() as port:
        yield port


@pytest.fixture
def engines() -> Iterator[list[Any]]:
    engines: list[Any] = []
    yield engines
    for engine in engines:
        engine.dispose()


def made(engines: list[Any], url: Any, **more: Any) -> Any:
    engines.append(sa.create_engine(url, **more))
    return engines[-1]


def work(engine: Any) -> None:
    """Read and write a table in the ways SQLAlchemy has."""
    t = sa.table("t", sa.column("a"), sa.column("b"))
    u = sa.table("u", sa.column("a", sa.Integer), sa.column("b", sa.String))
    with engine.begin() as connection:
        connection.execute(sa.select(t.c.a)).fetchall()
        connection.execute(sa.text("INSERT INTO u (a) SELECT a FROM t"))
        for n in range(3):
            connection.execute(u.insert(), {"a": n, "b": "x"})
        connection.execute(u.insert(), [{"a": n, "b": "x"} for n in range(3)])
        connection.exec_driver_sql("DELETE FROM u WHERE a = 77")


@pytest.mark.parametrize("sources", BOTH, ids=len)
def test_sqlite_engines_are_seen_once(path: str, engines: list[Any], sources: tuple[str, ...]) -> None:
    with observing(*sources) as seen:
        work(made(engines, f"sqlite:///{path}"))
        assert seen.namespaces == [f"sqlite://{path}"]
        assert seen.rows == {
            "SELECT t.a \nFROM t": None,
            "INSERT INTO u (a) SELECT a FROM t": 1,
            "INSERT INTO u (a, b) VALUES (?, ?)": 6,
            "DELETE FROM u WHERE a = 77": 0,
        }


@pytest.mark.parametrize("sources", BOTH, ids=len)
@pytest.mark.parametrize("driver", ["psycopg2", "psycopg"])
def test_postgres_engines_are_seen_once(
    server: str, engines: list[Any], driver: str, sources: tuple[str, ...]
) -> None:
    url = make_url(server).set(drivername=f"postgresql+{driver}")
    with observing(*sources) as seen:
        work(made(engines, url))
        assert seen.namespaces == [f"postgres://{url.host}:{url.port}"]
        assert seen.identities[0].database == url.database
        cast = {"psycopg2": ("", ""), "psycopg": ("::INTEGER", "::VARCHAR")}[driver]
        assert seen.rows == {
            "SELECT t.a \nFROM t": 0,
            "INSERT INTO u (a) SELECT a FROM t": 0,
            "INSERT INTO u (a, b) VALUES (%(a)s{}, %(b)s{})".format(*cast): 6,
            "DELETE FROM u WHERE a = 77": 0,
        }


@pytest.mark.parametrize("sources", BOTH, ids=len)
def test_mysql_engines_are_seen_once(mysql: int, engines: list[Any], sources: tuple[str, ...]) -> None:
    with observing(*sources) as seen:
        engine = made(engines, f"mysql+pymysql://reader@127.0.0.1:{mysql}/shop")
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT a FROM t"))
            connection.execute(sa.text("SELECT a FROM t"))
        assert seen.namespaces == [f"mysql://127.0.0.1:{mysql}"]
        assert [text for text in seen.texts if "FROM t" in text] == ["SELECT a FROM t"]
        assert seen.rows["SELECT a FROM t"] == 2


@pytest.mark.parametrize("sources", BOTH, ids=len)
def test_a_statement_that_raises_has_not_been_executed(
    path: str, engines: list[Any], sources: tuple[str, ...]
) -> None:
    with observing(*sources) as seen:
        engine = made(engines, f"sqlite:///{path}")
        with pytest.raises(OperationalError, match="no such table"), engine.connect() as connection:
            connection.execute(sa.text("SELECT * FROM missing"))
        assert (seen.texts, seen.failed) == ([], ["SELECT * FROM missing"])


def test_a_server_that_is_not_there_raises_what_it_raised(engines: list[Any]) -> None:
    with observing(*ALL) as seen:
        with pytest.raises(OperationalError):
            made(engines, "postgresql+psycopg2://127.0.0.1:1/x").connect()
        assert seen.statements == []


@pytest.mark.parametrize("sources", BOTH, ids=len)
def test_engines_and_their_pools_made_before_are_observed(
    path: str, engines: list[Any], sources: tuple[str, ...]
) -> None:
    engine = made(engines, f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT 1"))
        with observing(*sources) as seen:
            for _ in range(3):
                connection.execute(sa.text("INSERT INTO u (a) SELECT a FROM t"))
            assert seen.rows == {"INSERT INTO u (a) SELECT a FROM t": 3}
        connection.execute(sa.text("SELECT b FROM t"))
        assert seen.texts == ["INSERT INTO u (a) SELECT a FROM t"]
    with observing(*sources) as seen, engine.connect() as connection:
        connection.execute(sa.text("SELECT a, b FROM t"))
        assert seen.texts == ["SELECT a, b FROM t"]


def test_listeners_are_taken_away_and_those_of_others_stay(path: str, engines: list[Any]) -> None:
    heard: list[str] = []

    def listener(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        heard.append(statement)

    event.listen(sa.engine.Engine, "after_cursor_execute", listener)
    try:
        engine = made(engines, f"sqlite:///{path}")
        with observing("sqlalchemy") as seen, engine.connect() as connection:
            connection.execute(sa.text("SELECT a FROM t"))
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT b FROM t"))
        assert seen.texts == ["SELECT a FROM t"]
        assert heard == ["SELECT a FROM t", "SELECT b FROM t"]
        assert len(list(engine.dispatch.after_cursor_execute)) == 1
    finally:
        event.remove(sa.engine.Engine, "after_cursor_execute", listener)


@pytest.mark.parametrize("sources", BOTH, ids=len)
@pytest.mark.parametrize("driver", ["aiosqlite", "psycopg", "asyncpg"])
def test_async_engines_are_seen_once(path: str, server: str, driver: str, sources: tuple[str, ...]) -> None:
    url = make_url(f"sqlite+aiosqlite:///{path}" if driver == "aiosqlite" else server)
    if driver != "aiosqlite":
        url = url.set(drivername=f"postgresql+{driver}")

    async def task() -> None:
        engine = create_async_engine(url)
        async with engine.connect() as connection:
            for _ in range(2):
                await connection.execute(sa.text("SELECT a FROM t"))
        await engine.dispose()

    with observing(*sources) as seen:
        asyncio.run(task())
        assert [text for text in seen.texts if "FROM t" in text] == ["SELECT a FROM t"]
        assert len(seen.namespaces) == 1


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_databases_in_memory_are_left_out(url: str, engines: list[Any]) -> None:
    with observing(*ALL) as seen, made(engines, url).connect() as connection:
        connection.execute(sa.text("CREATE TABLE t (a)"))
        assert seen.statements == []


@pytest.mark.parametrize("sources", BOTH, ids=len)
def test_airflows_own_engine_is_never_observed(
    path: str, server: str, engines: list[Any], monkeypatch: pytest.MonkeyPatch, sources: tuple[str, ...]
) -> None:
    from airflow import settings

    own = made(engines, f"sqlite:///{path}")
    monkeypatch.setattr(settings, "engine", own)
    monkeypatch.setattr(settings, "SQL_ALCHEMY_CONN", f"sqlite:///{path}")
    with observing(*sources) as seen:
        for engine in (own, made(engines, f"sqlite:///{path}")):
            with engine.connect() as connection:
                connection.execute(sa.text("SELECT a FROM t"))
        monkeypatch.setattr(settings, "SQL_ALCHEMY_CONN", server)
        with made(engines, server).connect() as connection:
            connection.execute(sa.text("SELECT a FROM t"))
        assert seen.statements == []


@pytest.mark.parametrize("sources", BOTH, ids=len)
def test_an_engine_of_a_hook_has_the_namespace_of_the_hook(
    server: str, monkeypatch: pytest.MonkeyPatch, sources: tuple[str, ...]
) -> None:
    address = make_url(server).set(drivername="postgres")
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", address.render_as_string(False))
    hook = PostgresHook(postgres_conn_id="shop")
    with observing(*sources) as seen:
        engine = hook.get_sqlalchemy_engine()
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT a FROM t"))
        engine.dispose()
        own = identity_of(hook)
        assert set(seen.namespaces) == {namespace_of(own)}
        assert {(one.database, one.schema) for one in seen.identities} == {(own.database, own.schema)}


def test_pandas_reads_and_writes_through_it(path: str, engines: list[Any]) -> None:
    with observing(*ALL) as seen:
        engine = made(engines, f"sqlite:///{path}")
        pd.read_sql("SELECT a, b FROM t", engine).to_sql("copied", engine, index=False)
        assert "SELECT a, b FROM t" in seen.texts
        assert seen.rows["INSERT INTO copied (a, b) VALUES (?, ?)"] == 1


@pytest.mark.parametrize(
    ("url", "namespace", "database", "schema"),
    [
        ("postgresql://me:pw@db/shop", "postgres://db:5432", "shop", None),
        ("postgresql+asyncpg://db:1/shop?options=-csearch_path%3Dsales", "postgres://db:1", "shop", "sales"),
        ("postgresql://c1.x.eu-west-1.redshift.amazonaws.com/d", "redshift://c1.eu-west-1:5439", "d", None),
        ("redshift+redshift_connector://h/d", "redshift://h:5439", "d", None),
        ("mysql+mysqldb://me:pw@db/shop", "mysql://db:3306", None, "shop"),
        ("mariadb+pymysql://db:1/shop", "mysql://db:1", None, "shop"),
        ("snowflake://me:pw@acct/db/sch?warehouse=w&role=r", "snowflake://acct", "db", "sch"),
        ("snowflake://me:pw@acct.snowflakecomputing.com/db", "snowflake://acct", "db", None),
        ("bigquery://proj/data", "bigquery", "proj", "data"),
        ("bigquery://", "bigquery", None, None),
        ("mssql+pyodbc://me:pw@db/shop?driver=x", "mssql://db:1433", "shop", None),
        ("mssql+pyodbc:///?odbc_connect=Driver%3D%7BODBC%7D%3BServer%3Dtcp%3Adb%2C1444%3BDatabase%3Dshop%3BPwd%3Dpw", "mssql://db:1444", "shop", None),
        ("oracle+oracledb://me:pw@db:1522/?service_name=xe", "oracle://db:1522", "xe", None),
        ("trino://me@db:8443/hive/sales", "trino://db:8443", "hive", "sales"),
        ("databricks://token:pw@adb-1.azuredatabricks.net?http_path=p&catalog=main&schema=s", "databricks://adb-1.azuredatabricks.net", "main", "s"),
        ("awsathena+rest://k:pw@athena.eu-west-1.amazonaws.com:443/sales?s3_staging_dir=s", "awsathena://athena.eu-west-1.amazonaws.com", None, "sales"),
        ("clickhouse+native://me:pw@db/shop", "clickhouse://db:9000", None, "shop"),
        ("sqlite:////data/shop.db", "sqlite:///data/shop.db", None, None),
        ("duckdb:////data/shop.duckdb", "duckdb:///data/shop.duckdb", None, None),
        ("cockroachdb://me:pw@db/shop", "cockroachdb://db", "shop", None),
    ],
)  # fmt: skip
def test_every_url_names_what_it_reaches(
    url: str, namespace: str, database: str | None, schema: str | None
) -> None:
    identity = identity_of_url(sa.engine.make_url(url))
    assert isinstance(identity, ConnectionIdentity)
    assert (namespace_of(identity), identity.database, identity.schema) == (namespace, database, schema)
    assert "pw" not in str(identity.to_wire())


def test_an_error_of_the_task_is_its_own(path: str, engines: list[Any]) -> None:
    with observing("sqlalchemy") as seen:
        engine = made(engines, f"sqlite:///{path}")
        with pytest.raises((OperationalError, ProgrammingError)) as caught, engine.connect() as connection:
            connection.exec_driver_sql("SELEC 1")
        assert isinstance(caught.value.orig, sqlite3.OperationalError)
        assert seen.failed == ["SELEC 1"]


def test_a_driver_that_is_observed_no_more_leaves_its_engine_to_tell(mysql: int, engines: list[Any]) -> None:
    engine = made(engines, f"mysql+pymysql://reader@127.0.0.1:{mysql}/shop")
    for sources in (ALL, ("sqlalchemy",), ALL):
        with observing(*sources) as seen, engine.connect() as connection:
            for _ in range(3):
                connection.execute(sa.text("SELECT a FROM t"))
            assert seen.rows["SELECT a FROM t"] == 3


def test_a_loop_that_writes_values_into_its_texts_counts_every_row_once(
    path: str, engines: list[Any]
) -> None:
    with observing(*ALL) as seen, made(engines, f"sqlite:///{path}").begin() as connection:
        for n in range(2_000):
            connection.exec_driver_sql(f"INSERT INTO u VALUES ({n}, 'row {n}')")
        assert seen.rows == {"INSERT INTO u VALUES (0, 'row 0')": 2_000}


class Uncountable(sqlite3.Cursor):
    @property
    def rowcount(self) -> int:
        raise sqlite3.NotSupportedError("not known")


class WithUncountable(sqlite3.Connection):
    def cursor(self, factory: Any = Uncountable) -> Any:
        return super().cursor(Uncountable)


@pytest.mark.parametrize("sources", BOTH)
def test_a_driver_that_cannot_count_is_no_error_of_the_tasks(
    path: str, engines: list[Any], sources: tuple[str, ...]
) -> None:
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"factory": WithUncountable})
    engines.append(engine)
    with observing(*sources) as seen, engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT a FROM t").fetchall() == [(1,)]
    assert seen.rows == {"SELECT a FROM t": None}


def test_cursors_of_other_drivers_are_not_asked_for_their_connection(path: str, engines: list[Any]) -> None:
    asked: list[str] = []

    class Warning_(sqlite3.Cursor):
        @property
        def connection(self) -> Any:
            asked.append("connection")
            return super().connection

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Warning_) -> Any:
            return super().cursor(Warning_)

    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"factory": Connection})
    engine.dialect.driver = "some_other"
    engines.append(engine)
    with observing("sqlalchemy") as seen, engine.connect() as connection:
        connection.exec_driver_sql("SELECT a FROM t").fetchall()
    assert (asked, seen.texts) == ([], ["SELECT a FROM t"])


@pytest.mark.parametrize("sources", BOTH)
def test_rows_that_are_returned_are_not_none_at_all(
    path: str, engines: list[Any], sources: tuple[str, ...]
) -> None:
    engine = sa.create_engine(f"sqlite:///{path}")
    engines.append(engine)
    insert = "INSERT INTO t VALUES (5, 6), (7, 8) RETURNING a"
    with observing(*sources) as seen, engine.begin() as connection:
        connection.exec_driver_sql(insert).fetchall()
        connection.exec_driver_sql("DELETE FROM t WHERE a = 99")
    assert seen.rows == {insert: None, "DELETE FROM t WHERE a = 99": 0}
