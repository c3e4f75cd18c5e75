"""For ``airflow dags test``: two tasks in one process, and the second touches nothing."""

from __future__ import annotations

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sdk import dag, task


@dag(schedule=None, default_args={"owner": "one-process-team"})
def one_process() -> None:
    @task
    def pure_python() -> int:
        return 42

    (
        SQLExecuteQueryOperator(
            task_id="sql", conn_id="warehouse", sql="CREATE TABLE IF NOT EXISTS one_process (id integer)"
        )
        >> pure_python()
    )


one_process()
