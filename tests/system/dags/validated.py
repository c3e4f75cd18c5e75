"""A task that writes and, directly after it, the task that judges what was written."""

from __future__ import annotations

from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk import dag, task

from airflow_lineage_provider.operators.validation import LineageValidationOperator


@dag(schedule=None, default_args={"owner": "validated-team"}, max_active_runs=16)
def validated() -> None:
    @task
    def write() -> None:
        PostgresHook("warehouse").run("CREATE TABLE IF NOT EXISTS validated_table AS SELECT 1 AS id")

    write() >> LineageValidationOperator(task_id="validate", level="block")


validated()
