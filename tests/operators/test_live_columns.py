from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.operators.asked import serve


@pytest.fixture(autouse=True)
def airflow_is_set_up(metadata_db: None) -> None:
    """Nothing of Airflow is imported before the session's home is set."""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with a connection of its own; its tables are orders and lines."""
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE orders (id INTEGER NOT NULL, total NUMERIC)")
        connection.execute("CREATE TABLE lines (id INTEGER)")
    connection.close()
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", json.dumps({"conn_type": "sqlite", "host": str(path)}))
    monkeypatch.setenv("AIRFLOW_CONN_WEB", json.dumps({"conn_type": "http", "host": "example.com"}))
    return path


def table(path: Path, name: str) -> Any:
    from airflow_lineage_provider.model.dataset_id import DatasetId

    return DatasetId(f"sqlite://{path}", name)


def test_only_tables_that_are_asked_for_are_read(shop: Path) -> None:
    from airflow_lineage_provider.model.io_entry import Column
    from airflow_lineage_provider.operators.live_columns import live_columns

    found = live_columns({table(shop, "orders"), table(shop, "gone")}, ["web", "shop"])

    assert found == {
        table(shop, "orders"): (Column("id", "integer", False), Column("total", "numeric", True))
    }


def test_a_table_of_another_database_is_not_mistaken(shop: Path, tmp_path: Path) -> None:
    from airflow_lineage_provider.operators.live_columns import live_columns

    assert live_columns({table(tmp_path / "other.db", "orders")}, ["shop"]) == {}


def test_a_database_is_found_under_the_name_that_is_configured_for_it(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow_lineage_provider.operators.live_columns import live_columns

    aliases = json.dumps({f"sqlite://{shop}": "sqlite:///warehouse.db"})
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__NAMESPACE_ALIASES", aliases)

    assert set(live_columns({table(Path("/warehouse.db"), "orders")}, ["shop"])) == {
        table(Path("/warehouse.db"), "orders")
    }


def test_a_connection_that_does_not_work_is_said_and_left_out(
    shop: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from airflow_lineage_provider.operators.live_columns import live_columns

    broken = json.dumps({"conn_type": "sqlite", "host": str(shop.parent / "none" / "x.db")})
    monkeypatch.setenv("AIRFLOW_CONN_BROKEN", broken)
    wanted = {table(shop, "orders"), table(shop.parent / "none" / "x.db", "orders")}

    with caplog.at_level("INFO"):
        found = live_columns(wanted, ["broken", "no_such_connection", "shop"])

    assert set(found) == {table(shop, "orders")}
    assert "Connection broken did not tell columns: OperationalError" in caplog.text
    assert "there is no connection 'no_such_connection'" in caplog.text


def test_a_connection_that_somebody_named_must_be_there(shop: Path) -> None:
    from airflow_lineage_provider.operators.live_columns import UnknownConnection, live_columns

    with pytest.raises(UnknownConnection, match="there is no connection 'no_such_connection'"):
        live_columns({table(shop, "orders")}, ["no_such_connection"], is_strict=True)


def test_a_database_that_does_not_answer_is_not_waited_for_for_ever(
    shop: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import threading

    from airflow_lineage_provider.operators import live_columns

    stop = threading.Event()
    monkeypatch.setattr(live_columns, "TIME_LIMIT", 0.1)
    monkeypatch.setattr(live_columns, "_read", lambda *_: stop.wait(20) and {})

    with caplog.at_level("WARNING"):
        assert live_columns.live_columns({table(shop, "orders")}, ["shop"]) == {}
    stop.set()
    assert "did not tell columns within 0.1 s" in caplog.text


def test_more_columns_than_a_question_holds_are_left_out(
    shop: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from airflow_lineage_provider.operators import live_columns

    monkeypatch.setattr(live_columns, "MOST_COLUMNS", 2)
    wanted = {table(shop, "orders"), table(shop, "lines")}

    assert set(live_columns.live_columns(wanted, ["shop"])) == {table(shop, "lines")}
    assert "more than 2 columns in all" in caplog.text


def test_connections_are_those_that_arguments_of_the_tasks_name() -> None:
    from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
    from airflow.sdk import DAG

    from airflow_lineage_provider.operators.live_columns import connections_of

    with DAG("shop", schedule=None) as dag:
        SQLExecuteQueryOperator(task_id="a", conn_id="shop", sql="SELECT 1")
        SQLExecuteQueryOperator.partial(task_id="b", conn_id="mapped").expand(sql=["SELECT 1"])
        SQLExecuteQueryOperator(task_id="c", conn_id="{{ params.conn }}", sql="SELECT 1")

    assert set(connections_of(dag)) == {"shop", "mapped"}


def asked_live(shop: Path, monkeypatch: pytest.MonkeyPatch, verdict: Any, **arguments: Any) -> Any:
    from airflow.sdk import DAG

    from airflow_lineage_provider.operators.validation import LineageValidationOperator

    names = {"namespace": f"sqlite://{shop}", "name": "orders"}
    scope = {"v": 1, "datasets": [names], "conn_ids": ["shop"]}
    server = serve(monkeypatch, scope, {"v": 1, "datasets": [names], "findings": [], **verdict})
    with DAG("shop", schedule=None):
        operator = LineageValidationOperator(task_id="validate", observe_live_schema=True, **arguments)
    operator.execute({})
    return server


@pytest.mark.parametrize("arguments", [{}, {"conn_id": "shop"}, {"conn_id": ["web", "shop"]}])
def test_the_question_tells_the_columns_of_what_is_in_scope_and_they_are_noted(
    shop: Path, monkeypatch: pytest.MonkeyPatch, arguments: dict[str, Any]
) -> None:
    from airflow_lineage_provider.capture import notes
    from airflow_lineage_provider.governance.question import read_question

    server = asked_live(shop, monkeypatch, {"result": "pass", "blocks": False}, **arguments)

    scope, validate = server.questions
    assert scope == {"v": 1, "ask": "scope", "datasets": None}
    (told,) = validate["columns"]
    assert told == {
        "namespace": f"sqlite://{shop}",
        "name": "orders",
        "columns": [
            {"name": "id", "type": "integer", "nullable": False},
            {"name": "total", "type": "numeric", "nullable": True},
        ],
    }
    asked = read_question(validate).columns
    assert asked is not None
    (noted,) = notes.taken().inputs
    assert noted.columns == asked[table(shop, "orders")]


def test_a_connection_that_was_named_and_is_not_there_is_said_in_one_line(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    with pytest.raises(
        AirflowFailException, match="cannot read columns: there is no connection 'gone'"
    ) as caught:
        asked_live(shop, monkeypatch, {}, conn_id="gone")
    assert caught.value.__context__ is None


def test_where_the_scope_is_not_answered_nothing_is_judged(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow_lineage_provider.mailbox.question import NoAnswer
    from airflow_lineage_provider.operators.validation import LineageValidationOperator

    server = serve(monkeypatch, NoAnswer("no lineage server answered"))

    verdict = LineageValidationOperator(task_id="validate", observe_live_schema=True).execute({})

    assert (verdict["result"], len(server.questions)) == ("error", 1)
