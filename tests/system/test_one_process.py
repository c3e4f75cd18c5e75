"""``airflow dags test`` runs a DAG in one process, with the database at hand and one collector for all tasks."""

from __future__ import annotations

import json
import re

import pytest

from tests.system.conftest import Lineage

pytestmark = pytest.mark.system


def test_under_dags_test_the_second_task_owns_nothing_of_the_first(live: Lineage) -> None:
    live.airflow.wait_for_dag("one_process")
    done = live.airflow.airflow("dags", "test", "one_process", timeout=180)
    assert done.returncode == 0, done.stderr
    found = live.airflow.airflow(
        "lineage", "runs", "--dag-id", "one_process", "--output", "json", timeout=180
    )
    runs = {run["task_id"]: run for run in json.loads(found.stdout)}
    assert [entry["name"].rpartition(".")[2] for entry in runs["sql"]["outputs"]] == ["one_process"]
    assert (runs["pure_python"]["inputs"], runs["pure_python"]["outputs"]) == ([], [])
    assert runs["pure_python"]["statements"] == []


def test_the_validation_operator_answers_under_dags_test(live: Lineage) -> None:
    live.airflow.wait_for_dag("validated")
    done = live.airflow.airflow("dags", "test", "validated", timeout=180)
    text = re.sub(r"\s+", " ", done.stdout + done.stderr)
    assert "contract-missing" in text
    assert "validated_table" in text
    assert "no lineage server answered" not in text
