"""Records arrive once, whatever is killed while they do."""

from __future__ import annotations

import time

import pytest

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
    assert live.airflow.wait_for_run("many_writes", run_id, 600) == "success"

    attempts = live.settled("many_writes", run_id)
    mapped = [run for (task_id, map_index, _), run in attempts.items() if map_index >= 0]
    assert len(mapped) == count
    assert {run["capture"] for run in mapped} == {"recorded"}
    assert {run["state"] for run in mapped} == {"success"}
    assert all(len(run["outputs"]) == 1 for run in mapped)
    assert counts(live, "many_writes", run_id) == (count, count)
    assert_no_dead_letters(live)


@pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
def test_two_api_servers_drain_every_failed_attempt_once(live: Lineage, count: int) -> None:
    run_id = live.run("many_retries", conf={"count": count}, timeout=900)

    attempts = live.settled("many_retries", run_id)
    flaky = {key: run for key, run in attempts.items() if key[0] == "flaky"}
    assert len(flaky) == 2 * count
    assert {run["capture"] for run in flaky.values()} == {"recorded"}
    assert {(key[2], run["state"]) for key, run in flaky.items()} == {(1, "failed"), (2, "success")}
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
