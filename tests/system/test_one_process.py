"""``airflow dags test`` runs a DAG in one process, with the database at hand and one collector for all tasks.

No scheduler and no API server run: a live scheduler would take the tasks of such a run away from it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from example_dags.demo.live_airflow import LiveAirflow
from tests.system.conftest import DAGS, warehouse_connection

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory, warehouse_url: str) -> Iterator[LiveAirflow]:
    """An Airflow of which nothing runs: its database, its DAGs and its command line."""
    airflow = LiveAirflow(
        tmp_path_factory.mktemp("shell"),
        dags_folder=DAGS,
        env={"AIRFLOW_CONN_WAREHOUSE": warehouse_connection(warehouse_url)},
    )
    airflow.migrate()
    done = airflow.airflow("dags", "reserialize", timeout=180)
    assert done.returncode == 0, done.stderr
    yield airflow
    airflow.stop()


def test_under_dags_test_the_second_task_owns_nothing_of_the_first(shell: LiveAirflow) -> None:
    done = shell.airflow("dags", "test", "one_process", timeout=180)
    assert done.returncode == 0, done.stderr
    found = shell.airflow("lineage", "runs", "--dag-id", "one_process", "--output", "json", timeout=180)
    runs = {run["task_id"]: run for run in json.loads(found.stdout)}
    assert [entry["name"].rpartition(".")[2] for entry in runs["sql"]["outputs"]] == ["one_process"]
    assert (runs["pure_python"]["inputs"], runs["pure_python"]["outputs"]) == ([], [])
    assert runs["pure_python"]["statements"] == []


def test_the_validation_operator_answers_under_dags_test(shell: LiveAirflow) -> None:
    done = shell.airflow("dags", "test", "validated", timeout=180)
    text = re.sub(r"\s+", " ", done.stdout + done.stderr)
    assert "contract-missing" in text, text[-3000:]
    assert "validated_table" in text
    assert "no lineage server answered" not in text
