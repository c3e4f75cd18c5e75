"""States that people set by hand, and runs that are cleared."""

from __future__ import annotations

import pytest

from tests.system.conftest import Lineage

pytestmark = pytest.mark.system


def test_a_state_set_by_hand_and_a_cleared_task_are_followed(live: Lineage) -> None:
    run_id = live.run("many_writes", conf={"count": 1})
    live.settled("many_writes", run_id)
    path = f"/api/v2/dags/many_writes/dagRuns/{run_id}/taskInstances/write/0"

    live.airflow.api("PATCH", path, json={"new_state": "failed"})

    def is_failed() -> bool:
        run = live.attempts("many_writes", run_id)["write", 0, 1]
        return run["state"] == "failed" and {entry["state"] for entry in run["outputs"]} == {"attempted"}

    live.airflow.wait(is_failed, 60, "the state set by hand arrives")

    live.airflow.api(
        "POST",
        "/api/v2/dags/many_writes/clearTaskInstances",
        json={"dag_run_id": run_id, "task_ids": [["write", 0]], "dry_run": False, "only_failed": False},
    )
    assert live.airflow.wait_for_run("many_writes", run_id) == "success"
    attempts = live.settled("many_writes", run_id)
    assert {key: run["state"] for key, run in attempts.items() if key[0] == "write"} == {
        ("write", 0, 1): "failed",
        ("write", 0, 2): "success",
    }
