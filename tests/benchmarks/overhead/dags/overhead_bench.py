"""Ten short tasks in a chain, of which what they cost decides how long they take, and two that do a lot of little things."""

from __future__ import annotations

import os
from pathlib import Path

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import chain, dag, task

CONNECTION = "bench_db"

CREATE_ORDERS = [
    "DROP TABLE IF EXISTS bench_orders CASCADE",
    """
    CREATE TABLE bench_orders AS
    SELECT n AS order_id, n % 50 AS customer_id, n * 1.5 AS amount, 'note ' || n AS note
    FROM generate_series(1, 500) AS n
    """,
]
INSERT_ORDERS = """
INSERT INTO bench_orders (order_id, customer_id, amount, note)
SELECT order_id + 1000, customer_id, amount, note FROM bench_orders WHERE amount > 100
"""
JOIN_TOTALS = [
    "DROP TABLE IF EXISTS bench_totals",
    """
    CREATE TABLE bench_totals AS
    SELECT o.customer_id, count(*) AS orders, sum(o.amount) AS amount
    FROM bench_orders AS o
    JOIN (SELECT DISTINCT customer_id FROM bench_orders) AS c ON c.customer_id = o.customer_id
    GROUP BY o.customer_id
    """,
]
FILES, STATEMENTS = 10_000, 1_000
COUNT_TOTALS = "SELECT count(*) FROM bench_totals"


def square(number: int) -> int:
    return number * number


def read_files() -> int:
    """Read the files of the benchmark, all of them."""
    folder = Path(os.environ["OVERHEAD_FILES"])
    characters = 0
    for number in range(FILES):
        with open(folder / f"{number}.txt") as file:
            characters += len(file.read())
    return characters


def run_statements() -> int:
    import psycopg2

    connection = psycopg2.connect(os.environ["OVERHEAD_URL"])
    cursor = connection.cursor()
    total = 0
    for number in range(STATEMENTS):
        cursor.execute("SELECT %s", (number,))
        total += cursor.fetchone()[0]
    connection.close()
    return total


@dag(schedule=None, max_active_runs=1, default_args={"owner": "benchmark"})
def overhead_bench() -> None:
    @task
    def hook_totals() -> int:
        return int(PostgresHook(postgres_conn_id=CONNECTION).get_first(COUNT_TOTALS)[0])

    chain(
        SQLExecuteQueryOperator(task_id="sql_create", conn_id=CONNECTION, sql=CREATE_ORDERS),
        BashOperator(task_id="bash_1", bash_command="true"),
        SQLExecuteQueryOperator(task_id="sql_insert", conn_id=CONNECTION, sql=INSERT_ORDERS),
        PythonOperator(task_id="python_1", python_callable=square, op_args=[3]),
        SQLExecuteQueryOperator(task_id="sql_join", conn_id=CONNECTION, sql=JOIN_TOTALS),
        BashOperator(task_id="bash_2", bash_command="true"),
        SQLExecuteQueryOperator(task_id="sql_count", conn_id=CONNECTION, sql=COUNT_TOTALS),
        PythonOperator(task_id="python_2", python_callable=square, op_args=[4]),
        hook_totals(),
        BashOperator(task_id="bash_3", bash_command="true"),
        PythonOperator(task_id="files", python_callable=read_files),
        PythonOperator(task_id="statements", python_callable=run_statements),
    )


overhead_bench()
