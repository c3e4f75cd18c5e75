"""The gates that cluster policies set up, in a live Airflow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from example_dags.demo.live_airflow import LiveAirflow

pytestmark = pytest.mark.system

DAGS = Path(__file__).parent / "policed"
HELD = "lineage-held"


@pytest.fixture(scope="module")
def policed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAirflow]:
    home = tmp_path_factory.mktemp("policed")
    airflow = LiveAirflow(
        home,
        dags_folder=DAGS,
        env={
            "POLICED_HOME": str(home),
            "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "2",
            # What the gate reads is written by the test: no server governs here.
            "AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATE": "off",
            "AIRFLOW__LINEAGE_PROVIDER__GOVERN_INTERVAL": "0",
            "AIRFLOW__LINEAGE_PROVIDER__PARSE_GATE": "block",
            "AIRFLOW__LINEAGE_PROVIDER__GATE_SNAPSHOT": str(home / "gates.json"),
            "AIRFLOW__LINEAGE_PROVIDER__TASK_GATES": '{"policed_task": "block", "policed_deferral": "warn"}',
        },
    )
    with airflow:
        airflow.wait_for_dag("policed_deferral")
        yield airflow


def write_snapshot(policed: LiveAirflow, level: str, result: str) -> None:
    now = datetime.now(UTC)
    bad = {
        "result": result,
        "level": level,
        "message": "nobody owns orders",
        "valid_until": (now + timedelta(hours=1)).isoformat(),
        # A run may begin after the file was written.
        "has_running_runs": False,
    }
    document = {"v": 1, "written_at": now.isoformat(), "dags": {"policed_bad": bad}}
    (policed.home / "gates.json").write_text(json.dumps(document))


def dag(policed: LiveAirflow, dag_id: str) -> dict[str, Any]:
    found: dict[str, Any] = policed.api("GET", f"/api/v2/dags/{dag_id}/details")
    return found


def is_held(policed: LiveAirflow) -> bool:
    return HELD in {tag["name"] for tag in dag(policed, "policed_bad")["tags"]}


def test_a_task_with_inlets_that_nobody_owns_does_not_run_and_its_log_says_why(policed: LiveAirflow) -> None:
    run_id = policed.trigger("policed_task")

    assert policed.wait_for_run("policed_task", run_id) == "failed"

    (attempt,) = policed.task_instances("policed_task", run_id)
    assert (attempt["state"], attempt["try_number"]) == ("failed", 1)
    log = policed.task_log("policed_task", run_id, "load")
    assert "task_gates stops this task before it runs" in log
    assert "owner-missing" in log
    assert not (policed.home / "before").exists()
    assert not (policed.home / "loaded").exists()
    done = policed.airflow("lineage", "verdicts", "--dag-id", "policed_task", "--output", "json")
    assert [(each["gate"], each["result"]) for each in json.loads(done.stdout)] == [("task", "fail")]


def versions(policed: LiveAirflow) -> int:
    found: int = policed.api("GET", "/api/v2/dags/policed_task/dagVersions")["total_entries"]
    return found


def test_what_a_command_serializes_is_what_its_author_wrote_and_its_tasks_are_checked(
    policed: LiveAirflow,
) -> None:
    # A version that runs have is never changed: what is serialized otherwise is another one.
    assert policed.wait_for_run("policed_task", policed.trigger("policed_task")) == "failed"
    before = versions(policed)

    policed.airflow("dags", "reserialize")

    assert versions(policed) == before
    assert policed.wait_for_run("policed_task", policed.trigger("policed_task")) == "failed"


def test_a_task_that_defers_is_checked_once_and_its_authors_hook_runs_as_without_the_gate(
    policed: LiveAirflow,
) -> None:
    for dag_id in ("policed_deferral", "free_deferral"):
        run_id = policed.trigger(dag_id)
        assert policed.wait_for_run(dag_id, run_id) == "success", policed.task_log(dag_id, run_id, "wait")

    done = policed.airflow("lineage", "verdicts", "--dag-id", "policed_deferral", "--output", "json")
    assert [(each["gate"], each["result"]) for each in json.loads(done.stdout)] == [("task", "warn")]
    # Airflow runs the hook whenever a process takes up the task: here it started, and it came back.
    entered = {
        dag_id: (policed.home / dag_id).read_text() for dag_id in ("policed_deferral", "free_deferral")
    }
    assert entered == dict.fromkeys(entered, "entered\n" * 2)


def test_a_dag_that_fails_is_held_back_where_it_is_parsed_and_nothing_is_lost(policed: LiveAirflow) -> None:
    under_way = policed.trigger("policed_bad")
    policed.wait(
        lambda: policed.run_state("policed_bad", under_way) == "running", 60, "the run before is under way"
    )
    write_snapshot(policed, "block", "fail")
    policed.wait(lambda: is_held(policed), 60, "the DAG is held")
    assert dag(policed, "policed_bad")["doc_md"].startswith("**Held back")

    waiting = policed.trigger("policed_bad")
    sibling = policed.trigger("policed_good")
    assert policed.wait_for_run("policed_good", sibling) == "success"
    assert HELD not in {tag["name"] for tag in dag(policed, "policed_good")["tags"]}
    (policed.home / "go on").touch()
    assert policed.wait_for_run("policed_bad", under_way) == "success"
    again = policed.trigger("policed_good")
    assert policed.wait_for_run("policed_good", again) == "success"
    assert policed.run_state("policed_bad", waiting) == "queued"
    assert policed.api("GET", "/api/v2/importErrors")["total_entries"] == 0

    write_snapshot(policed, "off", "pass")
    assert policed.wait_for_run("policed_bad", waiting) == "success"
    assert not is_held(policed)
