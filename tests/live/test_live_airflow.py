from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from example_dags.demo.component import process_family
from example_dags.demo.live_airflow import LiveAirflow
from tests.live.postgres import postgres_url

pytestmark = pytest.mark.system

DAG_FILE = """
from __future__ import annotations

from airflow.sdk import dag, task


@dag(schedule=None)
def two_tasks():
    @task
    def first() -> int:
        print("the first task ran")
        return 20

    @task
    def second(number: int) -> int:
        return number + 1

    second(first())


two_tasks()
"""


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_dag_runs_on_a_live_airflow_and_no_process_stays(tmp_path: Path, database: str) -> None:
    database_url = postgres_url("live_airflow") if database == "postgresql" else None
    dags = tmp_path / "dags"
    dags.mkdir()
    (dags / "two_tasks.py").write_text(DAG_FILE)

    family: list[psutil.Process] = []
    with LiveAirflow(tmp_path / "home", dags_folder=dags, database_url=database_url) as airflow:
        airflow.wait_for_dag("two_tasks")
        run_id = airflow.trigger("two_tasks")
        assert airflow.wait_for_run("two_tasks", run_id) == "success"
        states = {ti["task_id"]: ti["state"] for ti in airflow.task_instances("two_tasks", run_id)}
        assert states == {"first": "success", "second": "success"}
        assert "the first task ran" in airflow.task_log("two_tasks", run_id, "first")
        for component in airflow.components.values():
            assert component.pid is not None
            family += process_family(component.pid)

    assert len(family) >= 4
    # Orphans that have ended are there until init has collected them.
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive
