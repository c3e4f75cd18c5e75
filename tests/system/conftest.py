"""A live Airflow for the whole package: LocalExecutor, scheduler, API server, DAG processor, triggerer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from example_dags.demo.live_airflow import LiveAirflow
from tests.live.capture_world import CaptureWorld, capture_world
from tests.live.postgres import postgres_url

DAGS = Path(__file__).parent / "dags"
PASSWORD = "warehouse-pa55word-Zq"
TOKEN = "token-that-only-the-task-knows-7781"

_EXPECTED = """
SELECT (SELECT count(*) FROM task_instance t WHERE t.dag_id = :dag_id AND t.run_id = :run_id
        AND NOT EXISTS (SELECT 1 FROM lineage_run r WHERE r.ti_id = t.id))
    + (SELECT count(*) FROM task_instance_history h WHERE h.dag_id = :dag_id AND h.run_id = :run_id
        AND NOT EXISTS (SELECT 1 FROM lineage_run r WHERE r.ti_id = h.task_instance_id))
    + (SELECT count(*) FROM lineage_run r JOIN lineage_job j ON j.id = r.job_id
        WHERE j.dag_id = :dag_id AND r.run_id = :run_id AND r.capture IN ('pending', 'announced'))
"""
"""How many attempts of a run have no run row yet, or one that waits for something."""


@dataclass(frozen=True)
class Lineage:
    """What the tests ask of a live Airflow."""

    airflow: LiveAirflow
    database_url: str

    def run(self, dag_id: str, conf: dict[str, Any] | None = None, timeout: float = 240.0) -> str:
        """Run a DAG to its end; returns the run id."""
        self.airflow.wait_for_dag(dag_id)
        run_id = self.airflow.trigger(dag_id, conf=conf)
        self.airflow.wait_for_run(dag_id, run_id, timeout)
        return run_id

    def command(self, *args: str) -> Any:
        """Run ``airflow lineage ... --output json`` and decode what it prints."""
        done = self.airflow.airflow("lineage", *args, "--output", "json", timeout=180)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def attempts(self, dag_id: str, run_id: str) -> dict[tuple[str, int, int], dict[str, Any]]:
        """Attempts by (task id, map index, try number); each must be there once."""
        runs = self.command("runs", "--dag-id", dag_id, "--run-id", run_id)
        found = {(run["task_id"], run["map_index"], run["try_number"]): run for run in runs}
        assert len(found) == len(runs), "an attempt has more than one run row"
        return found

    def settled(
        self, dag_id: str, run_id: str, timeout: float = 60.0
    ) -> dict[tuple[str, int, int], dict[str, Any]]:
        """Attempts once nothing more is expected of any of them."""

        def done() -> bool:
            # Asked of the tables: a command is a whole Airflow that is imported, seconds of both processors.
            return self.query(_EXPECTED, dag_id=dag_id, run_id=run_id) == [(0,)]

        self.airflow.wait(done, timeout, f"every attempt of {run_id} is settled")
        return self.attempts(dag_id, run_id)

    def query(self, sql: str, **parameters: Any) -> list[Any]:
        """Ask the metadata database."""
        engine = create_engine(self.database_url)
        try:
            with engine.begin() as connection:
                result = connection.execute(text(sql), parameters)
                return list(result) if result.returns_rows else []
        finally:
            engine.dispose()


def warehouse_connection(url: str) -> str:
    parsed = make_url(url)
    return json.dumps(
        {
            "conn_type": "postgres",
            "host": parsed.host,
            "port": parsed.port,
            "schema": parsed.database,
            "login": parsed.username,
            "password": PASSWORD,
        }
    )


@pytest.fixture(scope="package")
def warehouse_url() -> str:
    return postgres_url("warehouse")


@pytest.fixture(scope="package")
def live_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the live Airflow, in which its tasks keep their files too."""
    return tmp_path_factory.mktemp("live")


@pytest.fixture(scope="package")
def matrix_world(live_home: Path) -> Iterator[CaptureWorld]:
    """Files, databases and servers of the capture matrix."""
    with capture_world(live_home, postgres_url("matrix")) as world:
        yield world


@pytest.fixture(scope="package")
def live(live_home: Path, warehouse_url: str, matrix_world: CaptureWorld) -> Iterator[Lineage]:
    """Airflow on PostgreSQL with two API servers, both of which drain."""
    home = live_home
    database_url = postgres_url("metadata")
    airflow = LiveAirflow(
        home,
        dags_folder=DAGS,
        database_url=database_url,
        parallelism=8,
        api_servers=2,
        env={
            **matrix_world.env,
            "AIRFLOW_CONN_WAREHOUSE": warehouse_connection(warehouse_url),
            "AIRFLOW_VAR_API_TOKEN": TOKEN,
            # Tests kill the API server: tasks have to outlive the time it needs to come back, which is 10 s, and
            # half a minute where the machine has other work.
            "AIRFLOW__WORKERS__EXECUTION_API_RETRIES": "40",
            "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "30",
            "AIRFLOW__WORKERS__EXECUTION_API_RETRY_WAIT_MAX": "5",
            "AIRFLOW__LINEAGE_PROVIDER__ARRIVAL_GRACE": "5",
            "AIRFLOW__LINEAGE_PROVIDER__RECONCILE_INTERVAL": "2",
        },
    )
    with airflow:
        yield Lineage(airflow, database_url)
