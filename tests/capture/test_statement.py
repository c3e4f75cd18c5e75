from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.providers.sqlite.hooks.sqlite import SqliteHook
from airflow.sdk import Connection

from airflow_lineage_provider.capture import collector
from airflow_lineage_provider.capture.connection_identity import connection_id_of, identity_of
from airflow_lineage_provider.capture.sources.statement import add_attempted, add_statements
from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.naming import namespace_of, table_of
from airflow_lineage_provider.model.record import LineageRecord, Outcome, SegmentKind, Statement


@pytest.fixture
def record() -> LineageRecord:
    return LineageRecord(kind=SegmentKind.CORE, outcome=Outcome.SUCCESS, ti_id=str(uuid4()))


@pytest.fixture
def errors() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def on_error(errors: list[tuple[str, str]]) -> Any:
    return lambda source, error: errors.append((source, type(error).__name__))


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    path = f"{tmp_path}/shop.db"
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", "sqlite://" + path.replace("/", "%2F"))
    monkeypatch.setenv(
        "AIRFLOW_CONN_WAREHOUSE",
        "postgres://reader:hunter2@db.example.com:6543/shop?options=-csearch_path%3Dsales&token=hunter2",
    )
    return path


def job(context: Any, **value: Any) -> Any:
    return SimpleNamespace(key="sql_job", value={"job_id": None, **value}, context=context)


def test_statements_are_taken_with_what_the_hook_said_about_them(
    record: LineageRecord, shop: str, on_error: Any, errors: list[Any]
) -> None:
    hook = SqliteHook(sqlite_conn_id="shop")
    extras = [
        job(hook, sql="SELECT 1", row_count=3, default_db="main", default_schema="s"),
        job(hook, sql="  "),
        job(hook, sql=None),
        job(hook, sql="SELECT 2", row_count=-1),
        SimpleNamespace(key="something else", value={"sql": "SELECT 3"}, context=hook),
        job(PostgresHook("warehouse"), sql="SELECT 4", job_id="q1"),
    ]
    add_statements(record, extras, on_error)
    assert record.statements == [
        Statement("SELECT 1", 0, rows=3, database="main", schema="s"),
        Statement("SELECT 2", 0),
        Statement("SELECT 4", 1, job_id="q1"),
    ]
    assert [connection.conn_id for connection in record.connections] == ["shop", "warehouse"]
    assert errors == []


def test_a_hook_whose_connection_is_gone_costs_its_statements_only(
    record: LineageRecord, shop: str, on_error: Any, errors: list[Any]
) -> None:
    missing = PostgresHook("nowhere")
    add_statements(record, [job(missing, sql="SELECT 1"), job(SqliteHook("shop"), sql="SELECT 2")], on_error)
    assert [statement.sql for statement in record.statements] == ["SELECT 2"]
    assert errors == [("statement", "AirflowNotFoundException")]


def test_the_identity_of_a_postgres_connection_holds_no_secret(shop: str) -> None:
    identity = identity_of(PostgresHook("warehouse"))
    assert identity == ConnectionIdentity(
        "warehouse", "postgres", host="db.example.com", port=6543, database="shop", schema="sales"
    )
    assert "hunter2" not in str(identity.to_wire())
    assert table_of(identity, None, None, "orders").name == "shop.sales.orders"


@pytest.mark.parametrize("uri", ["sqlite:///{path}", "sqlite://%2F{rest}", "sqlite:///{path}?mode=ro"])
def test_a_sqlite_file_has_one_namespace_however_its_connection_is_written(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{tmp_path}/shop.db"
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", uri.format(path=path, rest=path.lstrip("/").replace("/", "%2F")))
    assert namespace_of(identity_of(SqliteHook("shop"))) == f"sqlite://{path}"


def test_what_a_hook_runs_is_collected_with_its_rows(
    record: LineageRecord, shop: str, on_error: Any, errors: list[Any]
) -> None:
    collector.reset()
    hook = SqliteHook(sqlite_conn_id="shop")
    hook.run(["CREATE TABLE orders (id INT)", "INSERT INTO orders VALUES (1), (2)"])
    add_statements(record, collector.snapshot().extra, on_error)
    assert [(statement.sql, statement.rows) for statement in record.statements] == [
        ("CREATE TABLE orders (id INT)", None),
        ("INSERT INTO orders VALUES (1), (2)", 2),
    ]
    assert errors == []


def test_the_statement_a_failed_operator_was_given_is_marked_as_not_executed(
    record: LineageRecord, shop: str, on_error: Any, errors: list[Any]
) -> None:
    task = SQLExecuteQueryOperator(task_id="t", conn_id="shop", sql=["SELECT 1", "SELEC 2"])
    record.connections.append(identity_of(SqliteHook("shop")))
    record.statements.append(Statement("SELECT 1", 0))
    add_attempted(record, task, on_error)
    assert record.statements == [Statement("SELECT 1", 0), Statement("SELEC 2", 0, executed=False)]
    assert errors == []


@pytest.mark.parametrize("sql", [None, "", 5, ["SELECT 1"], "SELECT 1"])
def test_an_operator_without_a_hook_has_attempted_nothing(
    record: LineageRecord, on_error: Any, sql: Any
) -> None:
    add_attempted(record, SimpleNamespace(sql=sql), on_error)
    assert record.statements == []


def test_a_hook_that_holds_its_connection_is_asked_for_that() -> None:
    class Holding:
        def __init__(self) -> None:
            self.conn = Connection(conn_id="hive", conn_type="hive_cli", host="h", schema="shop")

    assert connection_id_of(Holding()) == "hive"
    assert namespace_of(identity_of(Holding())) == "hive://h:10000"


def test_sql_of_a_hook_without_a_connection_is_named_and_left() -> None:
    class Nameless:
        pass

    with pytest.raises(LookupError, match="Nameless does not say which connection its SQL runs on"):
        identity_of(Nameless())
