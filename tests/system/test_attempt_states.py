from __future__ import annotations

from typing import Any

import pytest

from tests.system.conftest import Lineage

pytestmark = pytest.mark.system

EXPECTED = {
    ("create_tables", -1, 1): ("success", "recorded"),
    ("sql", -1, 1): ("success", "recorded"),
    ("retried", -1, 1): ("failed", "recorded"),
    ("retried", -1, 2): ("success", "recorded"),
    ("failed_sql", -1, 1): ("failed", "recorded"),
    ("upstream_failed", -1, 0): ("upstream_failed", "not_run"),
    ("skipped", -1, 1): ("skipped", "recorded"),
    ("mapped", 0, 1): ("success", "recorded"),
    ("mapped", 1, 1): ("success", "recorded"),
    ("mapped", 2, 1): ("success", "recorded"),
    ("aliased", -1, 1): ("success", "recorded"),
    ("deferred", -1, 1): ("success", "recorded"),
    ("rescheduled", -1, 1): ("success", "recorded"),
    ("sql_then_defer", -1, 1): ("success", "recorded"),
    ("short_circuit", -1, 1): ("success", "recorded"),
    ("short_circuited", -1, 0): ("skipped", "not_run"),
    ("plain_python", -1, 1): ("success", "recorded"),
    ("empty", -1, 1): ("success", "not_run"),
    ("killed", -1, 1): ("failed", "missing"),
}


def names(entries: list[dict[str, Any]]) -> dict[str, tuple[list[str], str]]:
    """Short name of each dataset, with its evidence and state."""
    return {entry["name"].rpartition(".")[2]: (entry["evidence"], entry["state"]) for entry in entries}


@pytest.fixture(scope="module")
def attempts(live: Lineage) -> dict[tuple[str, int, int], dict[str, Any]]:
    run_id = live.run("attempt_states")
    return live.settled("attempt_states", run_id)


def test_every_attempt_has_one_run_with_its_state(attempts: dict[Any, Any]) -> None:
    assert {key: (run["state"], run["capture"]) for key, run in attempts.items()} == EXPECTED


def test_executed_sql_gives_tables_of_the_connection(attempts: dict[Any, Any], warehouse_url: str) -> None:
    from sqlalchemy.engine import make_url

    url = make_url(warehouse_url)
    (read,) = attempts["sql", -1, 1]["inputs"]
    (written,) = attempts["sql", -1, 1]["outputs"]
    assert read["namespace"] == f"postgres://{url.host}:{url.port}"
    assert read["name"] == f"{url.database}.public.source_table"
    assert (written["name"], written["evidence"], written["state"]) == (
        f"{url.database}.public.target_table",
        ["statement", "runtime"],
        "updated",
    )


def test_columns_of_outputs_are_observed_in_the_database(attempts: dict[Any, Any]) -> None:
    (written,) = attempts["sql", -1, 1]["outputs"]
    assert written["columns"] == [
        {"name": "id", "type": "integer", "nullable": False},
        {"name": "note", "type": "text", "nullable": True},
    ]


def test_outputs_of_failed_attempts_are_attempted(attempts: dict[Any, Any]) -> None:
    assert names(attempts["failed_sql", -1, 1]["outputs"]) == {
        "attempted_table": (["statement", "runtime"], "attempted"),
        "declared": (["declared"], "attempted"),
    }
    assert names(attempts["retried", -1, 1]["outputs"]) == {
        "half_done": (["statement", "runtime"], "attempted")
    }
    assert names(attempts["retried", -1, 2]["outputs"]) == {
        "half_done": (["statement", "runtime"], "updated")
    }


def test_what_was_seen_before_a_deferral_belongs_to_the_same_attempt(attempts: dict[Any, Any]) -> None:
    run = attempts["sql_then_defer", -1, 1]
    assert names(run["inputs"]).keys() == {"source_table", "before_deferral"}
    assert names(run["outputs"]) == {
        "before_deferral": (["statement", "runtime"], "updated"),
        "after_deferral": (["statement", "runtime"], "updated"),
    }


def test_assets_behind_an_alias_are_outputs(attempts: dict[Any, Any]) -> None:
    run = attempts["aliased", -1, 1]
    assert names(run["inputs"]) == {"declared": (["declared"], "read")}
    assert names(run["outputs"]) == {"resolved": (["declared"], "updated")}


def test_a_task_that_touches_nothing_owns_nothing(attempts: dict[Any, Any]) -> None:
    run = attempts["plain_python", -1, 1]
    assert (run["inputs"], run["outputs"], run["errors"]) == ([], [], [])


def test_the_execution_context_is_recorded_with_hashed_parameters(attempts: dict[Any, Any]) -> None:
    context = attempts["sql", -1, 1]["context"]
    assert context["airflow"]
    assert context["python"]
    assert context["bundle"]["name"]
    assert context["provider"]["package"] == "airflow.providers.common"
    assert len(context["params_hash"]) == 64


def test_ids_are_those_the_official_openlineage_provider_builds(
    live: Lineage, attempts: dict[Any, Any]
) -> None:
    from airflow.providers.openlineage.utils.utils import build_task_instance_ol_run_id

    run = attempts["retried", -1, 2]
    ((date,),) = live.query(
        "SELECT coalesce(logical_date, run_after) FROM dag_run WHERE run_id = :run_id", run_id=run["run_id"]
    )
    assert run["openlineage_run_id"] == build_task_instance_ol_run_id(
        dag_id="attempt_states", task_id="retried", try_number=2, logical_date=date, map_index=-1
    )


def test_nothing_is_left_in_the_mailbox_or_among_the_dead_letters(
    live: Lineage, attempts: dict[Any, Any]
) -> None:
    assert live.query("SELECT key FROM task_state_store") == []
    assert live.query("SELECT reason FROM lineage_dead_letter") == []
