from __future__ import annotations

import socket
import sqlite3
import subprocess
from typing import Any

import pytest

from airflow_lineage_provider.cli.check_evidence import read_operator
from airflow_lineage_provider.model.connection import ConnectionIdentity


def lookup(conn_id: str) -> ConnectionIdentity:
    return ConnectionIdentity(conn_id, "postgres", "pg", 5432, "shop", "public")


def touched(task: Any) -> tuple[list[str], list[str], list[str]]:
    """(inputs, outputs, statements)"""
    record = read_operator(task, lookup)
    if record is None:
        return [], [], []
    names = [[str(entry.identity) for entry in side] for side in (record.inputs, record.outputs)]
    return names[0], names[1], [statement.sql for statement in record.statements]


def test_sql_stands_in_the_operator() -> None:
    from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

    task = SQLExecuteQueryOperator(
        task_id="t", conn_id="shop", sql=["select 1", "select {{ ds }}"], database="dwh"
    )
    record = read_operator(task, lookup)

    assert record is not None
    (statement,) = record.statements
    assert (statement.sql, statement.database, record.connections[0].conn_id) == ("select 1", "dwh", "shop")


def test_a_transfer_names_both_ends() -> None:
    from airflow.providers.amazon.aws.transfers.s3_to_sql import S3ToSqlOperator

    task = S3ToSqlOperator(task_id="t", s3_bucket="lake", s3_key="a/{{ ds }}.csv", table="x", parser=list)
    assert touched(task) == ([], [], [])
    plain = S3ToSqlOperator(task_id="t", s3_bucket="lake", s3_key="a/b.csv", table="x", parser=list)
    assert touched(plain)[0] == ["s3://lake a/b.csv"]


def test_an_operator_that_knows_before_it_runs_is_asked() -> None:
    pytest.importorskip("airflow.providers.openlineage")
    from airflow.providers.amazon.aws.operators.s3 import S3CopyObjectOperator

    task = S3CopyObjectOperator(task_id="t", source_bucket_key="s3://lake/a", dest_bucket_key="s3://lake/b")
    assert touched(task)[:2] == (["s3://lake a"], ["s3://lake b"])


def test_datasets_of_openlineage_may_be_inlets() -> None:
    from airflow.sdk import BaseOperator
    from openlineage.client.event_v2 import Dataset

    task = BaseOperator(task_id="t", inlets=[Dataset("s3://lake", "raw")])
    assert touched(task)[0] == ["s3://lake raw"]


def test_a_mapped_operator_says_nothing() -> None:
    from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
    from airflow.sdk import DAG

    with DAG("d", schedule=None):
        task = SQLExecuteQueryOperator.partial(task_id="t", conn_id="shop").expand(sql=["select 1"])
    assert touched(task) == ([], [], [])


CALLS = {
    "network": lambda: socket.create_connection(("127.0.0.1", 9)),
    "name": lambda: socket.getaddrinfo("example.com", 80),
    "database": lambda: sqlite3.connect(":memory:"),
    "program": lambda: subprocess.run(["true"], check=False),
}


@pytest.mark.parametrize("call", CALLS)
def test_code_of_an_operator_reaches_nothing(call: str) -> None:
    from airflow.sdk import BaseOperator

    reached = []

    class Curious(BaseOperator):
        def get_openlineage_facets_on_start(self) -> None:
            CALLS[call]()
            reached.append(call)

    assert touched(Curious(task_id="t")) == ([], [], [])
    assert reached == []
    sqlite3.connect(":memory:").close()


def test_an_operator_that_fails_is_no_failure_of_the_check() -> None:
    from airflow.sdk import BaseOperator

    class Broken(BaseOperator):
        @property
        def sql(self) -> str:
            raise ValueError("not yet")

        def get_db_hook(self) -> None: ...

        def get_openlineage_facets_on_start(self) -> None:
            raise KeyError("x")

    assert touched(Broken(task_id="t")) == ([], [], [])
