"""A table that a SQL check operator looks at, and a DAG that reads it."""

from __future__ import annotations

import json
import os

from airflow.providers.common.sql.operators.sql import SQLColumnCheckOperator, SQLExecuteQueryOperator
from airflow.sdk import DAG, Asset, BaseOperator

WAREHOUSE = json.loads(os.environ.get("AIRFLOW_CONN_WAREHOUSE", "{}"))
TABLE = (
    f"postgres://{WAREHOUSE.get('host')}:{WAREHOUSE.get('port')}/{WAREHOUSE.get('schema')}/public/checked_ids"
)

with DAG("checked", schedule=None, params={"ids": "(1), (1)"}):
    load = SQLExecuteQueryOperator(
        task_id="load",
        conn_id="warehouse",
        sql=[
            "CREATE TABLE IF NOT EXISTS checked_ids (id integer)",
            "DELETE FROM checked_ids",
            "INSERT INTO checked_ids VALUES {{ params.ids }}",
        ],
    )
    check = SQLColumnCheckOperator(
        task_id="check",
        conn_id="warehouse",
        table="checked_ids",
        column_mapping={"id": {"unique_check": {"equal_to": 0}, "null_check": {"equal_to": 0}}},
        retries=0,
    )
    load >> check

with DAG("reads_checked", schedule=None):
    BaseOperator(task_id="read", inlets=[Asset("checked_ids", uri=TABLE)])
