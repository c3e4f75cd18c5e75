from __future__ import annotations

from datetime import timedelta

import pytest

from tests.airflow_rows import NOW
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
