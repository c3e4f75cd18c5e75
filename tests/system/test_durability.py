"""Records arrive once, whatever is killed while they do."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import pytest

from tests.system.airflow_attempts import AirflowAttempts, Key
from tests.system.conftest import Lineage

pytestmark = pytest.mark.system

FEW, MANY = 24, 200


def counts(live: Lineage, dag_id: str, run_id: str) -> tuple[int, int]:
    """Run rows, and distinct attempts among them."""
    ((rows, attempts),) = live.query(
        "SELECT count(*), count(DISTINCT (r.map_index, r.try_number)) FROM lineage_run r "
        "JOIN lineage_job j ON j.id = r.job_id "
        "WHERE j.dag_id = :dag_id AND r.run_id = :run_id AND r.map_index >= 0",
        dag_id=dag_id,
        run_id=run_id,
    )
    return rows, attempts


def in_the_states_of(airflow: AirflowAttempts) -> dict[Key, dict[str, Any]]:
    """Our attempts of the task once nothing is expected of them and Airflow's states have arrived.

    After a minute they come as they are, for the assertions to tell the difference.
    """
    ours: dict[Key, dict[str, Any]] = {}

    def follow() -> bool:
        settled = airflow.live.settled(airflow.dag_id, airflow.run_id)
        ours.clear()
        ours.update({key: run for key, run in settled.items() if key[0] == airflow.task_id})
        return {key: run["state"] for key, run in ours.items()} == airflow.states()

    with contextlib.suppress(TimeoutError):
        airflow.live.airflow.wait(follow, 60, "Airflow's states arrive")
    return ours


def recorded(run: dict[str, Any]) -> tuple[str, list[str]]:
    """How a run was captured, and the short names of what it wrote."""
    return run["capture"], [entry["name"].rpartition(".")[2] for entry in run["outputs"]]


def assert_no_dead_letters(live: Lineage) -> None:
    assert live.query("SELECT reason FROM lineage_dead_letter") == []


@pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
def test_an_api_server_killed_while_records_arrive_loses_and_doubles_nothing(
    live: Lineage, count: int
) -> None:
    live.airflow.wait_for_dag("many_writes")
    run_id = live.airflow.trigger("many_writes", conf={"count": count})

    def some_arrived() -> bool:
        return counts(live, "many_writes", run_id)[0] >= count // 4

    live.airflow.wait(some_arrived, 240, "the first records arrive", interval=0.1)
    live.airflow.kill_api_server(0)
    time.sleep(2)
    live.airflow.start_api_server(0)
    # An attempt may be lost with the server, and get another try: that is Airflow's affair. What it knows of
    # afterwards has to be here too.
    live.airflow.wait_for_run("many_writes", run_id, 600)
    airflow = AirflowAttempts(live, "many_writes", run_id, "write")

    attempts = in_the_states_of(airflow)
    states = airflow.states()
    assert {key: run["state"] for key, run in attempts.items()} == states, airflow.reasons()
    assert {map_index for _, map_index, _ in states} == set(range(count)), airflow.reasons()
    well = {key: run for key, run in attempts.items() if states[key] == "success"}
    assert len(well) > count // 2, airflow.reasons()  # or nothing is proved
    assert {key: recorded(run) for key, run in well.items()} == {
        key: ("recorded", [f"many_{key[1] % 10}"]) for key in well
    }, airflow.reasons()
    assert counts(live, "many_writes", run_id) == (len(states), len(states)), airflow.reasons()
    assert_no_dead_letters(live)


@pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
def test_two_api_servers_drain_every_failed_attempt_once(live: Lineage, count: int) -> None:
    run_id = live.run("many_retries", conf={"count": count}, timeout=900)

    airflow = AirflowAttempts(live, "many_retries", run_id, "flaky")
    flaky = in_the_states_of(airflow)
    assert len(flaky) == 2 * count, airflow.reasons()
    assert {run["capture"] for run in flaky.values()} == {"recorded"}, airflow.reasons()
    assert {(key[2], run["state"]) for key, run in flaky.items()} == {(1, "failed"), (2, "success")}, (
        airflow.reasons()
    )
    assert all(len(run["inputs"]) == 1 for run in flaky.values())
    assert_no_dead_letters(live)


def test_an_attempt_whose_dag_run_is_deleted_before_its_record_arrived_is_counted(live: Lineage) -> None:
    live.run("many_writes", conf={"count": 1})
    before = live.command("status")["attempts"]["missing"]
    live.query(
        # What a deleted run leaves behind: a run row that waits for a record, and no DAG run.
        "INSERT INTO lineage_run (job_id, ti_id, dag_run_id, run_id, map_index, try_number, state, capture, "
        "segments, awaited, recorded_at, errors) SELECT min(id), gen_random_uuid(), 2000000000, 'deleted', -1, 1, "
        "'running', 'pending', 0, 0, now(), 0 FROM lineage_job"
    )
    live.query(
        "INSERT INTO lineage_open_dag_run (dag_run_id, dag_id, run_id, opened_at) "
        "VALUES (2000000000, 'many_writes', 'deleted', now())"
    )
    assert live.command("status")["attempts"]["missing"] == before + 1
    live.query("DELETE FROM lineage_run WHERE run_id = 'deleted'")
