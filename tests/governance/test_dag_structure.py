from __future__ import annotations

import json
import zlib
from typing import Any

TASKS = {"a", "b", "c", "d", "x"}


def structure(world: Any, dag_id: str = "shop", run_id: str = "none") -> Any:
    from airflow_lineage_provider.governance.dag_structure import structure_for

    return structure_for(dag_id, run_id, "c", -1, session=world.session)


def test_upstream_is_transitive_and_does_not_hold_the_task(world: Any):
    world.dag("shop", "a >> b >> c >> d, x >> d")

    found = structure(world)

    assert found.task_ids == TASKS
    assert {task: set(found.upstream_of(task)) for task in "abcd"} == {
        "a": set(),
        "b": {"a"},
        "c": {"a", "b"},
        "d": {"a", "b", "c", "x"},
    }
    assert found.upstream_of("nobody") == set()


def test_a_dag_that_was_never_serialized_has_no_structure(world: Any):
    assert structure(world) is None


def test_a_run_keeps_the_version_it_runs_with(world: Any):
    world.dag("shop", "a >> c")
    world.run("shop")
    world.attempt("shop", "c")
    world.dag("shop", "a >> b >> c")

    assert structure(world, run_id="r1").task_ids == {"a", "c"}
    assert structure(world).task_ids == {"a", "b", "c"}


def test_a_compressed_dag_is_read_too(world: Any):
    from airflow.models.serialized_dag import SerializedDagModel
    from sqlalchemy import update

    world.dag("shop", "a >> b >> c")
    row = world.session.scalar(SerializedDagModel.latest_item_select_object("shop"))
    compressed = zlib.compress(json.dumps(row.data).encode())
    world.session.execute(
        update(SerializedDagModel.__table__)
        .where(SerializedDagModel.dag_id == "shop")
        .values(data=None, data_compressed=compressed)
    )

    assert structure(world).upstream_of("c") == {"a", "b"}
