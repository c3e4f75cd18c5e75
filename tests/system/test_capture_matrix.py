"""Every technique of the capture matrix on a live Airflow: its inputs, outputs and evidence, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.live.capture_world import CaptureWorld
from tests.system.capture_matrix import DAG_IDS, TECHNIQUES
from tests.system.conftest import Lineage
from tests.system.technique import Technique

pytestmark = pytest.mark.system

Attempts = dict[tuple[str, int], dict[str, Any]]


@pytest.fixture(scope="module")
def attempts(live: Lineage) -> Attempts:
    """First attempts of all tasks, by task id and map index."""
    runs = {}
    for dag_id in DAG_IDS:
        live.airflow.wait_for_dag(dag_id)
        runs[dag_id] = live.airflow.trigger(dag_id)
    found: Attempts = {}
    for dag_id, run_id in runs.items():
        live.airflow.wait_for_run(dag_id, run_id, 300)
        for (task_id, map_index, _), run in live.settled(dag_id, run_id).items():
            found[task_id, map_index] = run
    return found


@pytest.mark.parametrize("technique", TECHNIQUES, ids=lambda technique: technique.key)
def test_technique(technique: Technique, attempts: Attempts, matrix_world: CaptureWorld) -> None:
    run = attempts[technique.task_id, technique.map_index]
    places = matrix_world.places

    def named(side: str) -> dict[tuple[str, str], str]:
        return {(entry["namespace"], entry["name"]): "+".join(entry["evidence"]) for entry in run[side]}

    expected = {
        side: {
            (namespace.format(**places), name.format(**places)): evidence
            for (namespace, name), evidence in getattr(technique, side).items()
        }
        for side in ("inputs", "outputs")
    }
    assert (run["state"], run["capture"]) == (technique.state, "recorded"), run["errors"]
    assert named("inputs") == expected["inputs"]
    assert named("outputs") == expected["outputs"]
    assert {entry["state"] for entry in run["outputs"]} <= {
        "updated" if technique.state == "success" else "attempted"
    }
    assert [error["source"] for error in run["errors"]] == list(technique.errors), run["errors"]
    assert tuple(run["truncated"]) == technique.left_out


def test_every_task_stands_in_the_table(attempts: Attempts) -> None:
    assert set(attempts) == {(technique.task_id, technique.map_index) for technique in TECHNIQUES}
