"""With the provider switched off nothing of it is there, and on SQLite everything of it works."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from example_dags.demo.live_airflow import LiveAirflow
from tests.system.conftest import Lineage

pytestmark = pytest.mark.system

DAG = """
from __future__ import annotations

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sdk import dag


@dag(schedule=None, default_args={"owner": "small-team"})
def small():
    SQLExecuteQueryOperator(task_id="sql", conn_id="shelf", sql="CREATE TABLE IF NOT EXISTS shelf (id integer)")


small()
"""


def small_airflow(folder: Path, **env: str) -> LiveAirflow:
    dags = folder / "dags"
    dags.mkdir()
    (dags / "small.py").write_text(DAG)
    connection = json.dumps({"conn_type": "sqlite", "host": str(folder / "shelf.db")})
    return LiveAirflow(
        folder / "home",
        dags_folder=dags,
        triggerer=False,
        env={"AIRFLOW_CONN_SHELF": connection, "AIRFLOW__LINEAGE_PROVIDER__RECONCILE_INTERVAL": "2", **env},
    )


def test_on_sqlite_a_record_travels_from_a_worker_to_the_tables(tmp_path: Path) -> None:
    with small_airflow(tmp_path) as airflow:
        lineage = Lineage(airflow, airflow.database_url)
        run_id = lineage.run("small")
        attempts = lineage.settled("small", run_id)
    (written,) = attempts["sql", -1, 1]["outputs"]
    assert (written["namespace"], written["name"]) == (f"sqlite://{tmp_path}/shelf.db", "shelf")
    assert [column["name"] for column in written["columns"]] == ["id"]


def test_switched_off_it_registers_and_records_nothing(tmp_path: Path) -> None:
    with small_airflow(tmp_path, AIRFLOW__LINEAGE_PROVIDER__ENABLED="False") as airflow:
        lineage = Lineage(airflow, airflow.database_url)
        run_id = lineage.run("small")
        assert airflow.run_state("small", run_id) == "success"
        assert lineage.query("SELECT key FROM task_state_store") == []
        assert lineage.query("SELECT count(*) FROM lineage_run") == [(0,)]
        answered = airflow.request("GET", "/lineage/api/v2/health")
        # Airflow's UI answers every path it does not know with its own page.
        assert "json" not in answered.headers["content-type"]
