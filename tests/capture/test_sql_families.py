"""SQL operators of systems whose hooks do not say how OpenLineage calls them: from the operator to the stored names."""

from __future__ import annotations

import json
import sqlite3
from types import SimpleNamespace
from uuid import uuid4

import pytest
from airflow.providers.common.sql.hooks.sql import DbApiHook
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

from airflow_lineage_provider.capture.attempt import AttemptCapture
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.record_reader import decode_payload, read_segment
from airflow_lineage_provider.store.statements import read_statements
from airflow_lineage_provider.store.touched import Touched
from tests.capture.conftest import Supervisor

FAMILIES = {
    # kind: connection, namespace, what is read, what is written
    "presto": ("presto://me:hunter2@db.example.com/sales", "presto://db.example.com:8080", "hive.raw.orders", "hive.sales.copy"),
    "hiveserver2": ("hiveserver2://me:hunter2@db.example.com/sales", "hive://db.example.com:10000", "raw.orders", "sales.copy"),
    "vertica": ("vertica://me:hunter2@db.example.com/shop", "vertica://db.example.com:5433", "shop.raw.orders", "shop.copy"),
    "exasol": ("exasol://me:hunter2@db.example.com/sales", "exasol://db.example.com:8563", "RAW.ORDERS", "SALES.COPY"),
    "teradata": ("teradata://me:hunter2@db.example.com/sales", "teradata://db.example.com:1025", "raw.orders", "sales.copy"),
}  # fmt: skip
SQL = "INSERT INTO copy SELECT id FROM raw.orders"


def hook_of(kind: str) -> DbApiHook:
    """A hook with the names that the provider's has; what it runs goes to SQLite."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "ATTACH ':memory:' AS raw; CREATE TABLE raw.orders (id); CREATE TABLE copy (id);"
    )
    names = {"conn_name_attr": f"{kind}_conn_id", "default_conn_name": f"{kind}_default", "conn_type": kind}
    hook: type[DbApiHook] = type(f"{kind}Hook", (DbApiHook,), {**names, "get_conn": lambda self: connection})
    return hook("family")


@pytest.mark.parametrize("kind", FAMILIES)
def test_statements_of_an_operator_have_the_names_of_their_system(
    kind: str, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, namespace, read, written = FAMILIES[kind]
    monkeypatch.setenv("AIRFLOW_CONN_FAMILY", given)
    task = SQLExecuteQueryOperator(task_id="load", conn_id="family", sql=SQL)
    task.__dict__["_hook"] = hook_of(kind)
    capture = AttemptCapture(SimpleNamespace(id=uuid4(), task=task, try_number=1, state="running"))
    capture.wrap()
    task.execute({"ti": None})
    (message,) = supervisor.sent
    record = read_segment(decode_payload(json.dumps(message.value), 1 << 20))
    assert "hunter2" not in str(message.value)
    assert record.errors == []
    touched = Touched()
    assert read_statements(record, touched, lambda dataset: None).errors == []
    assert {(str(dataset), direction) for dataset, direction in touched.io} == {
        (f"{namespace} {read}", Direction.INPUT),
        (f"{namespace} {written}", Direction.OUTPUT),
    }
