"""A check operator that fails, and what that means for a DAG that reads the table."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.system.conftest import Lineage

pytestmark = pytest.mark.system


def failed_checks(live: Lineage) -> list[tuple[Any, ...]]:
    """(what failed, job) as a gate of the DAG that reads would find."""
    done = live.airflow.airflow("lineage", "judge", "--dag-id", "reads_checked", "--output", "json")
    verdict = json.loads(done.stdout)
    assert [each["name"].rpartition(".")[2] for each in verdict["datasets"]] == ["checked_ids"]
    return [
        (found["subject"], found["result"], found["evidence"]["job"])
        for found in verdict["findings"]
        if found["rule"] == "quality-failed"
    ]


def test_a_failed_check_stands_until_the_same_check_passes(live: Lineage) -> None:
    run_id = live.run("checked")
    assert live.airflow.run_state("checked", run_id) == "failed"
    attempts = live.settled("checked", run_id)
    assert {key[0]: run["state"] for key, run in attempts.items()} == {"load": "success", "check": "failed"}
    assert failed_checks(live) == [("unique_check of id", "fail", "checked.check")]

    run_id = live.run("checked", {"ids": "(1), (2)"})
    assert live.airflow.run_state("checked", run_id) == "success"
    live.settled("checked", run_id)
    assert failed_checks(live) == []
