"""One DAG with every way a task attempt can end."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.python import ShortCircuitOperator
from airflow.providers.standard.sensors.python import PythonSensor
from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger
from airflow.sdk import Asset, AssetAlias, BaseOperator, Metadata, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

SCRATCH = Path(os.environ.get("LINEAGE_TEST_SCRATCH", "/tmp"))


def warehouse() -> PostgresHook:
    return PostgresHook("warehouse")


DEFERRED = timedelta(seconds=10)
"""Where a busy scheduler hears of the deferral only after the task runs again, Airflow itself fails the task."""


class SqlThenDefer(BaseOperator):
    """Writes, waits in the triggerer, writes again."""

    def execute(self, context: Any) -> None:
        warehouse().run("INSERT INTO before_deferral SELECT id FROM source_table")
        self.defer(trigger=TimeDeltaTrigger(DEFERRED), method_name="resume")

    def resume(self, context: Any, event: Any = None) -> None:
        warehouse().run("INSERT INTO after_deferral SELECT id FROM before_deferral")


class OnlyDefer(BaseOperator):
    def execute(self, context: Any) -> None:
        self.defer(trigger=TimeDeltaTrigger(DEFERRED), method_name="resume")

    def resume(self, context: Any, event: Any = None) -> str:
        return "resumed"


def second_poke() -> bool:
    context = get_current_context()
    mark = SCRATCH / f"poked-{context['run_id']}"
    seen = mark.exists()
    mark.touch()
    return seen


@dag(schedule=None, default_args={"owner": "states-team", "retry_delay": timedelta(seconds=0)})
def attempt_states() -> None:
    tables = (
        "source_table",
        "target_table",
        "before_deferral",
        "after_deferral",
        "half_done",
        "attempted_table",
    )
    create = SQLExecuteQueryOperator(
        task_id="create_tables",
        conn_id="warehouse",
        sql="; ".join(
            f"CREATE TABLE IF NOT EXISTS {table} (id integer NOT NULL, note text)" for table in tables
        ),
    )
    sql = SQLExecuteQueryOperator(
        task_id="sql",
        conn_id="warehouse",
        sql=["DELETE FROM target_table", "INSERT INTO target_table SELECT id, 'copied' FROM source_table"],
    )

    @task(retries=1)
    def retried() -> None:
        warehouse().run("INSERT INTO half_done SELECT id FROM source_table")
        if get_current_context()["ti"].try_number == 1:
            raise RuntimeError("the first try fails")

    failed_sql = SQLExecuteQueryOperator(
        task_id="failed_sql",
        conn_id="warehouse",
        sql="INSERT INTO attempted_table SELECT id, 1/0 FROM source_table UNION ALL SELECT 1, 1/0",
        outlets=[Asset("x-lake://failed/declared")],
    )

    @task
    def skipped() -> None:
        raise AirflowSkipException("nothing to do")

    @task
    def mapped(number: int) -> None:
        warehouse().run(f"INSERT INTO target_table VALUES ({number}, 'mapped')")

    @task(
        inlets=[Asset("x-lake://in/declared", extra={"owner": "lake-team"})],
        outlets=[AssetAlias("daily_files")],
    )
    def aliased() -> Any:
        yield Metadata(Asset("x-lake://out/resolved"), extra={"rows": 1}, alias=AssetAlias("daily_files"))

    @task
    def killed() -> None:
        warehouse().run("INSERT INTO target_table VALUES (1, 'killed')")
        os.kill(os.getpid(), signal.SIGKILL)

    @task
    def plain_python() -> int:
        return 1

    after_failure = EmptyOperator(task_id="upstream_failed")
    closed = ShortCircuitOperator(task_id="short_circuit", python_callable=lambda: False)
    short_circuited = EmptyOperator(task_id="short_circuited")
    poked = PythonSensor(
        task_id="rescheduled", python_callable=second_poke, mode="reschedule", poke_interval=1, timeout=60
    )

    create >> [sql, failed_sql, SqlThenDefer(task_id="sql_then_defer"), poked]
    create >> [retried(), mapped.expand(number=[1, 2, 3]), killed()]
    failed_sql >> after_failure
    closed >> short_circuited
    skipped()
    aliased()
    plain_python()
    EmptyOperator(task_id="empty")
    OnlyDefer(task_id="deferred")


attempt_states()
