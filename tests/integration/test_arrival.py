"""Whether upstream records came, asked of a run with very many tasks."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, func, insert, select

from tests.airflow_rows import NOW, add_attempt, add_dag_run
from tests.cpu_time import cpu_below


@pytest.fixture
def shop(db: Any) -> int:
    return add_dag_run(db)


def test_only_what_is_not_whole_is_named(db: Any, shop: int) -> None:
    from airflow_lineage_provider.governance.arrival import Arrival, arrival_of
    from airflow_lineage_provider.store.ingest import JOB, RUN

    db.execute(insert(JOB).values(digest="d" * 64, namespace="n", name="j", first_seen=NOW))
    job_id = db.scalar(select(func.max(JOB.c.id)))
    made = {
        ("whole", -1, "success"): "recorded",
        ("late", 2, "failed"): "pending",
        ("late", 10, "success"): None,
        ("lost", -1, "success"): "missing",
        ("killed", -1, "failed"): "missing",
        ("running", -1, "running"): None,
        ("beside", -1, "success"): None,
    }
    for (task_id, map_index, state), capture in made.items():
        ti_id = add_attempt(db, task_id, map_index=map_index, state=state)
        if capture:
            row = {
                "job_id": job_id,
                "ti_id": ti_id,
                "dag_run_id": shop,
                "capture": capture,
                "recorded_at": NOW,
            }
            db.execute(insert(RUN).values(**row))
    add_attempt(db, "not_run", ran=False)
    tasks = {"whole", "late", "lost", "killed", "running", "not_run", *(f"other{n}" for n in range(450))}
    assert arrival_of(shop, "shop", "r1", tasks, session=db) == Arrival(
        ("late[10] try 1", "late[2] try 1"), ("lost try 1",)
    )
    assert arrival_of(shop, "shop", "r1", (), session=db) == Arrival((), ())


def test_a_run_with_thousands_of_tasks_beside_is_answered_at_once(db: Any, shop: int) -> None:
    from airflow.models.taskinstance import TaskInstance

    from airflow_lineage_provider.governance.arrival import arrival_of

    table: Any = TaskInstance.__table__
    rows = [
        {
            "id": uuid4(), "dag_id": "shop", "run_id": "r1", "task_id": "beside", "map_index": number,
            "try_number": 1, "max_tries": 0, "state": "success", "pool": "default_pool", "pool_slots": 1,
        }
        for number in range(5000)
    ]  # fmt: skip
    db.execute(insert(table), rows)
    statements: list[str] = []

    def note(*args: Any) -> None:
        statements.append(args[2])

    event.listen(db.get_bind(), "before_cursor_execute", note)
    assert not cpu_below(1, lambda: arrival_of(shop, "shop", "r1", {"load"}, session=db)).late
    event.remove(db.get_bind(), "before_cursor_execute", note)
    assert len(statements) == 1
