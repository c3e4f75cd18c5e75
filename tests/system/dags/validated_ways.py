"""Ways to ask for lineage from inside a DAG: live columns, a function that chooses, and a wait for fresh data."""

from __future__ import annotations

from datetime import timedelta

from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk import Asset, dag, task

from airflow_lineage_provider.operators.freshness import LineageFreshnessSensor
from airflow_lineage_provider.operators.validation import LineageValidationOperator


@dag(schedule=None, default_args={"owner": "validated-team"})
def validated_live() -> None:
    validate = LineageValidationOperator(
        task_id="validate",
        observe_live_schema=True,
        on_fail="{{ dag_run.conf.get('on_fail', 'fail') }}",
        outlets=[Asset("file:///validated/stamp")],
    )

    @task
    def read() -> None:
        PostgresHook("warehouse").get_records("SELECT id, total FROM validated_live")

    validate >> read()


@dag(schedule=None, default_args={"owner": "validated-team"})
def validated_chosen() -> None:
    @task.validate_lineage(level="warn", transitive_depth=2)
    def choose(dag_run=None) -> list[tuple[str, str]]:
        return [tuple(dag_run.conf["dataset"])]

    choose()


@dag(schedule=None, render_template_as_native_obj=True)
def waited() -> None:
    LineageFreshnessSensor(
        task_id="wait",
        datasets="{{ dag_run.conf['datasets'] }}",
        since="{{ dag_run.conf['since'] }}",
        deferrable=True,
        poke_interval=timedelta(seconds=15),
        timeout=timedelta(minutes=5),
    )


@dag(schedule=None)
def awaited() -> None:
    @task
    def write() -> None:
        PostgresHook("warehouse").run("CREATE TABLE IF NOT EXISTS awaited AS SELECT 1 AS id")

    write()


validated_live()
validated_chosen()
waited()
awaited()
