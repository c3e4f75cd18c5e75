"""dbt, started by a task and sending its own events: its models stand in the graph next to the task."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from example_dags.demo.live_airflow import LiveAirflow
from tests.live.dbt_environment import dbt_environment
from tests.live.ingest_key import create_key
from tests.live.postgres import postgres_url
from tests.system.conftest import Lineage

pytestmark = [pytest.mark.system, pytest.mark.slow]

PROJECT = 'name: shop\nversion: "1.0"\nprofile: shop\nmodel-paths: ["models"]\n'
PROFILE = "shop: {{target: dev, outputs: {{dev: {{type: duckdb, path: '{path}'}}}}}}\n"
SCHEMA = """
models:
  - name: orders
    columns:
      - name: id
        data_tests: [not_null, {accepted_values: {arguments: {values: [2]}}}]
"""
MODELS = {
    "orders": "select 1 as id, 10 as amount",
    "totals": "select id, sum(amount) as total from {{ ref('orders') }} group by id",
}
# Nothing names a parent here: the task's process does.
DAG = """
from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import dag


@dag(schedule=None, default_args={{"owner": "their-team"}}, params={{"command": "run"}})
def models():
    BashOperator(
        task_id="dbt",
        bash_command="set -a; . {folder}/producer.env; {commands}/dbt-ol {{{{ params.command }}}} --project-dir {folder} "
        "--profiles-dir {folder}",
        append_env=True,
        env={{
            "PATH": "{commands}:/usr/bin:/bin",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }},
    )


models()
"""
MODEL_JOBS = [f"job:dbt:shop.main.shop.{model}" for model in MODELS]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lineage]:
    """A live Airflow in which a task has run ``dbt-ol run``."""
    commands = dbt_environment()
    folder = tmp_path_factory.mktemp("dbt")
    write_project(folder)
    dags = folder / "dags"
    dags.mkdir()
    (dags / "models.py").write_text(DAG.format(folder=folder, commands=commands))
    database_url = postgres_url("dbt_metadata")
    with LiveAirflow(
        folder / "home",
        dags_folder=dags,
        database_url=database_url,
        triggerer=False,
    ) as airflow:
        key = create_key(airflow, "dbt", "dbt", "default")
        # What the key is must not stand in a DAG file.
        (folder / "producer.env").write_text(
            f"OPENLINEAGE_URL={airflow.api_url}\nOPENLINEAGE_ENDPOINT=lineage/api/v1/lineage\n"
            f"OPENLINEAGE_API_KEY={key}\nOPENLINEAGE_NAMESPACE=dbt\n"
        )
        lineage = Lineage(airflow, database_url)
        run_id = lineage.run("models")
        log = airflow.task_log("models", run_id, "dbt")
        assert airflow.run_state("models", run_id) == "success", log[-4000:]
        assert "Emitted 6 OpenLineage events" in log
        lineage.settled("models", run_id)
        yield lineage


def write_project(folder: Path) -> None:
    (folder / "models").mkdir()
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "profiles.yml").write_text(PROFILE.format(path=folder / "shop.duckdb"))
    for model, sql in MODELS.items():
        (folder / "models" / f"{model}.sql").write_text(sql)
    (folder / "models" / "schema.yml").write_text(SCHEMA)


def external_runs(shop: Lineage) -> dict[str, Any]:
    """Job name to its run, of everything that was told by dbt."""
    rows = shop.query(
        "SELECT j.namespace, j.name, r.state, r.parent_run_id, r.openlineage_run_id FROM lineage_run r "
        "JOIN lineage_job j ON j.id = r.job_id WHERE r.capture = 'external'"
    )
    return {row.name: row for row in rows}


def test_every_event_of_dbt_is_taken(shop: Lineage) -> None:
    runs = external_runs(shop)
    assert {name: run.state for name, run in runs.items()} == {
        "dbt-run-shop": "success",
        "shop.main.shop.orders": "success",
        "shop.main.shop.totals": "success",
    }


def test_the_run_of_dbt_is_a_child_of_the_tasks_attempt(shop: Lineage) -> None:
    runs = external_runs(shop)
    ((attempt,),) = shop.query(
        "SELECT r.openlineage_run_id FROM lineage_run r JOIN lineage_job j ON j.id = r.job_id "
        "WHERE j.dag_id = 'models' AND j.task_id = 'dbt' AND r.ti_id IS NOT NULL"
    )
    assert runs["dbt-run-shop"].parent_run_id == attempt
    for model in MODELS:
        child = runs[f"shop.main.shop.{model}"]
        assert child.parent_run_id == runs["dbt-run-shop"].openlineage_run_id


def test_the_parents_of_a_model_lead_to_the_task(shop: Lineage) -> None:
    ((names,),) = shop.query(
        "SELECT ARRAY[m.name, run.name, task.name] FROM lineage_job m JOIN lineage_job run ON run.id = m.parent_id "
        "JOIN lineage_job task ON task.id = run.parent_id WHERE m.name = 'shop.main.shop.totals'"
    )
    assert names == ["shop.main.shop.totals", "dbt-run-shop", "models.dbt"]


def test_models_and_the_task_stand_in_one_graph(shop: Lineage) -> None:
    """The task is known to write the models by dbt's own files, the models by dbt's events."""
    graph = shop.command("graph", "--node", MODEL_JOBS[1], "--depth", "4")
    edges = {
        (edge["source"].rpartition(".")[2], edge["target"].rpartition(".")[2]) for edge in graph["edges"]
    }
    nodes = {node["id"] for node in graph["nodes"]}
    assert {*MODEL_JOBS, "job:default:models.dbt"} <= nodes
    # That the task wrote the second model too is no way from or to that model's job.
    assert {("orders", "totals"), ("totals", "totals"), ("dbt", "orders")} <= edges


def test_tests_of_dbt_are_quality_results_of_the_model(shop: Lineage) -> None:
    """The last one here: its runs are no models."""
    run_id = shop.run("models", {"command": "test"})
    assert shop.airflow.run_state("models", run_id) == "failed", "dbt-ol ends as dbt does"
    namespace, name = shop.query("SELECT namespace, name FROM lineage_dataset WHERE name = 'main.orders'")[0]

    done = shop.airflow.airflow(
        "lineage", "judge", "--namespace", namespace, "--name", name, "--output", "json"
    )
    found = [each for each in json.loads(done.stdout)["findings"] if each["rule"] == "quality-failed"]

    assert [(each["subject"], each["result"]) for each in found] == [
        ("accepted_values_orders_id__2 of id", "fail")
    ]
    assert found[0]["evidence"]["job"] == "shop.main.shop.orders.test"
