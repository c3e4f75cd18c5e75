from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from airflow_lineage_provider.model.openlineage.event import JobRef, Phase
from airflow_lineage_provider.store.datasets import find_dataset
from airflow_lineage_provider.store.graph import RunRoot, read_graph
from airflow_lineage_provider.store.upstream import read_upstream
from tests.airflow_rows import NOW
from tests.store.external.tellings import ds, event, names as dataset_names, run_row, take, told
from tests.store.graph.asked import arrows, ask, names
from tests.store.landscape import Landscape


@pytest.fixture
def linked(land: Landscape) -> Landscape:
    """One job that makes ``x`` of ``a`` and ``y`` of ``b``, and ``z`` of whatever."""
    job = land.flow("spark.copy", "a b", "x y z", external=True)
    land.link(job, "a", "x")
    land.link(job, "b", "y")
    return land


@pytest.mark.parametrize("granularity", ["task", "dag"])
def test_a_walk_goes_on_along_the_links_only(linked: Landscape, granularity: str) -> None:
    assert names(ask(linked, "a", "downstream", granularity=granularity)) == {"a", "spark.copy", "x", "z"}
    assert names(ask(linked, "y", "upstream", granularity=granularity)) == {"y", "spark.copy", "b"}
    assert names(ask(linked, "z", "upstream", granularity=granularity)) == {"z", "spark.copy", "a", "b"}


@pytest.mark.parametrize("granularity", ["task", "dag"])
def test_from_the_job_itself_everything_is_seen(linked: Landscape, granularity: str) -> None:
    found = ask(linked, "spark.copy", granularity=granularity)
    assert names(found) == {"spark.copy", "a", "b", "x", "y", "z"}


@pytest.mark.parametrize("granularity", ["task", "dag"])
def test_a_job_that_is_reached_twice_is_left_on_all_ways(linked: Landscape, granularity: str) -> None:
    linked.flow("d.split", "root", "a mid")
    linked.flow("d.later", "mid", "b")
    found = ask(linked, "root", "downstream", granularity=granularity)
    assert {"x", "y", "z"} <= names(found)
    # b is five edges away, y seven; before that only what comes from a is there.
    assert "y" not in names(ask(linked, "root", "downstream", 4, granularity="task"))


def test_tables_are_joined_by_links_where_there_are_some(linked: Landscape) -> None:
    down = ask(linked, "a", "downstream", granularity="table")
    assert arrows(down) == {"a > x", "a > z"}
    assert arrows(ask(linked, "z", "upstream", granularity="table")) == {"a > z", "b > z"}


def test_links_have_their_time_too(land: Landscape) -> None:
    job = land.flow("spark.copy", "a b", "x", external=True, last_seen=NOW + timedelta(days=9))
    land.link(job, "b", "x", at=NOW + timedelta(days=5))
    assert "x" not in names(ask(land, "a", "downstream"))
    assert "x" in names(ask(land, "a", "downstream", as_of=NOW + timedelta(days=1)))
    # What was said long ago holds while the edges are alive.
    assert "x" not in names(ask(land, "a", "downstream", since=NOW + timedelta(days=8)))


def told_twice(db: Any) -> None:
    """One run that makes ``x`` of ``a`` and ``y`` of ``b``, those that made ``a`` and ``b``, and one that uses ``y``."""
    take(db, event(0, run="ma", job=JobRef("spark", "make_a"), outputs=[told("a")]))
    take(db, event(0, run="mb", job=JobRef("spark", "make_b"), outputs=[told("b")]))
    outputs = [told("x", sources=["a"]), told("y", sources=["b"])]
    take(
        db,
        event(10, Phase.START, run="copy"),
        event(11, run="copy", inputs=[told("a"), told("b")], outputs=outputs),
    )
    take(db, event(20, run="use", job=JobRef("spark", "use_y"), inputs=[told("y")], outputs=[told("z")]))


def test_what_is_upstream_of_a_dataset_keeps_to_links(db: Any) -> None:
    told_twice(db)
    row_id = find_dataset(ds("y"), session=db)
    assert row_id is not None
    found = read_upstream(row_id, 3, session=db)
    known = dataset_names(db)
    assert {known[each] for each in found.datasets} == {"b"}
    assert len(found.jobs) == 1


def test_a_job_that_is_upstream_twice_is_left_to_the_inputs_of_both_outputs(db: Any) -> None:
    told_twice(db)
    both = event(
        30, run="both", job=JobRef("spark", "both"), inputs=[told("y"), told("z2")], outputs=[told("end")]
    )
    take(db, both)
    take(db, event(25, run="z2", job=JobRef("spark", "make_z2"), inputs=[told("x")], outputs=[told("z2")]))
    row_id = find_dataset(ds("end"), session=db)
    assert row_id is not None
    known = dataset_names(db)
    near, far = (read_upstream(row_id, depth, session=db) for depth in (2, 4))
    assert {known[each] for each in near.datasets} == {"y", "z2", "x", "b"}
    assert {known[each]: distance for each, distance in far.datasets.items()} == {
        "y": 1, "z2": 1, "x": 2, "b": 2, "a": 3,
    }  # fmt: skip


def test_a_walk_through_runs_keeps_to_links(db: Any) -> None:
    told_twice(db)
    up = read_graph(RunRoot(run_row(db, "use").id), "upstream", 10, granularity="run", session=db)
    assert {node.name for node in up.nodes.values()} >= {"y", "b"}
    assert not {"a", "x"} & {node.name for node in up.nodes.values()}
    down = read_graph(RunRoot(run_row(db, "ma").id), "downstream", 10, granularity="run", session=db)
    assert {node.name for node in down.nodes.values() if node.type == "dataset"} == {"a", "x"}
    assert down.routes is not None
    assert down.routes.of(downstream=True).keys() == down.nodes.keys()
    own = read_graph(RunRoot(run_row(db, "copy").id), "both", 1, granularity="run", session=db)
    assert {node.name for node in own.nodes.values() if node.type == "dataset"} == {"a", "b", "x", "y"}
