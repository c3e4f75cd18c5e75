"""The validation operator where workers are Celery's: another process of another executor asks, the same server answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from example_dags.demo.component import Component
from example_dags.demo.live_airflow import LiveAirflow
from tests.live.postgres import postgres_url
from tests.live.redis import redis_server
from tests.system.conftest import DAGS, Lineage, warehouse_connection

pytestmark = [pytest.mark.system, pytest.mark.slow]

EXECUTOR = "airflow.providers.celery.executors.celery_executor.CeleryExecutor"
REPETITIONS = 20


def _has_celery() -> bool:
    try:
        return find_spec("airflow.providers.celery") is not None
    except ModuleNotFoundError:
        return False


@pytest.fixture(scope="module")
def celery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lineage]:
    """Airflow on PostgreSQL with one Celery worker behind Redis."""
    if not _has_celery():
        pytest.fail("apache-airflow-providers-celery is not installed; the extra dev has it")
    home = tmp_path_factory.mktemp("celery")
    dags = home / "dags"
    dags.mkdir()
    (dags / "validated.py").write_text((DAGS / "validated.py").read_text())
    database_url, warehouse = postgres_url("celery_metadata"), postgres_url("celery_warehouse")
    with redis_server(home) as broker:
        airflow = LiveAirflow(
            home,
            dags_folder=dags,
            database_url=database_url,
            executor=EXECUTOR,
            triggerer=False,
            env={
                "AIRFLOW__CELERY__BROKER_URL": broker,
                "AIRFLOW__CELERY__RESULT_BACKEND": f"db+{database_url}",
                "AIRFLOW__CELERY__WORKER_CONCURRENCY": "4",
                "AIRFLOW_CONN_WAREHOUSE": warehouse_connection(warehouse),
            },
        )
        worker = Component(
            "celery-worker",
            [sys.executable, "-m", "airflow", "celery", "worker", "--skip-serve-logs"],
            airflow.env,
            Path(home) / "celery-worker.log",
        )
        with airflow:
            worker.start()
            try:
                yield Lineage(airflow, database_url)
            finally:
                worker.reap(worker.interrupt())


def test_the_verdict_names_what_a_celery_worker_has_just_written(celery: Lineage) -> None:
    celery.airflow.wait_for_dag("validated", 240)
    # Of several that create a table at once PostgreSQL fails all but one: the first run comes alone.
    runs = [celery.run("validated", timeout=300)]
    runs += [celery.airflow.trigger("validated") for _ in range(REPETITIONS - 1)]
    for run_id in runs:
        assert celery.airflow.wait_for_run("validated", run_id, 900) == "failed"

    verdicts = celery.query(
        "SELECT v.run_id, v.result, v.datasets, f.rule, f.name FROM lineage_verdict v "
        "JOIN lineage_verdict_finding l ON l.verdict_id = v.id AND l.level = 'block' "
        "JOIN lineage_finding f ON f.id = l.finding_id WHERE v.gate = 'operator'"
    )
    assert sorted(tuple(row[:4]) for row in verdicts) == sorted(
        (run_id, "fail", 1, "contract-missing") for run_id in runs
    )
    assert all(row[4].endswith(".public.validated_table") for row in verdicts)
