from __future__ import annotations

from typing import Any

import pytest

from airflow_lineage_provider.store.attempts import UnknownAttempt, attempts_of_run, find_attempt
from tests.airflow_rows import NOW, add_attempt, add_dag_run


def find(db: Any, ti_id: object, dag_run_id: int, **changed: Any) -> Any:
    row = {
        "try_number": 1,
        "dag_run_id": dag_run_id,
        "dag_id": "shop",
        "run_id": "r1",
        "task_id": "load",
        "map_index": -1,
        **changed,
    }
    return find_attempt(ti_id=str(ti_id), session=db, **row)


def test_a_live_attempt_is_found(db: Any) -> None:
    dag_run_id = add_dag_run(db)
    ti_id = add_attempt(db, state="running", ended_at=None)
    attempt = find(db, ti_id, dag_run_id)
    assert (attempt.ti_id, attempt.dag_run_id, attempt.state) == (ti_id, dag_run_id, "running")
    assert attempt.started_at == NOW
    assert attempt.ran
    assert not attempt.archived
    assert not attempt.is_over


def test_a_past_try_is_found_in_the_history(db: Any) -> None:
    dag_run_id = add_dag_run(db)
    add_attempt(db, try_number=2)
    past = add_attempt(db, state="failed", archived=True)
    attempt = find(db, past, dag_run_id)
    assert (attempt.ti_id, attempt.try_number, attempt.state) == (past, 1, "failed")
    assert attempt.archived
    assert attempt.is_over


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"task_id": "other"}, "another task's"),
        ({"dag_id": "other"}, "another task's"),
        ({"run_id": "other"}, "another task's"),
        ({"map_index": 0}, "another task's"),
        ({"try_number": 2}, "is try 1, not 2"),
    ],
)
def test_ids_that_do_not_belong_together_are_refused(db: Any, changed: dict[str, Any], reason: str) -> None:
    dag_run_id = add_dag_run(db)
    ti_id = add_attempt(db)
    with pytest.raises(UnknownAttempt, match=reason):
        find(db, ti_id, dag_run_id, **changed)


@pytest.mark.parametrize("ti_id", ["", "no uuid", "0" * 36, "147b6685-54f2-468d-a0d9-4eb59d4838d1"])
def test_a_task_instance_nobody_knows_is_refused(db: Any, ti_id: str) -> None:
    dag_run_id = add_dag_run(db)
    add_attempt(db)
    with pytest.raises(UnknownAttempt):
        find(db, ti_id, dag_run_id)


def test_a_task_that_was_cleared_and_not_started_again_has_not_run(db: Any) -> None:
    # Airflow keeps pid and dates of the try before in the row it clears.
    dag_run_id = add_dag_run(db)
    add_attempt(db, state="upstream_failed", try_number=1)
    add_attempt(db, state="failed", try_number=1, archived=True)
    past, live = attempts_of_run(dag_run_id, "shop", "r1", session=db)
    assert past.archived
    assert past.ran
    assert not live.ran


def test_a_try_that_followed_a_past_one_has_run(db: Any) -> None:
    from datetime import timedelta

    dag_run_id = add_dag_run(db)
    add_attempt(db, try_number=2, started_at=NOW + timedelta(minutes=1))
    add_attempt(db, state="failed", try_number=1, archived=True)
    assert [attempt.ran for attempt in attempts_of_run(dag_run_id, "shop", "r1", session=db)] == [True, True]
