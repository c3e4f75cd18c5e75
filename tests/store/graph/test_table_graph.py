from __future__ import annotations

from datetime import timedelta

import pytest

from airflow_lineage_provider.store.graph import InvalidQuestion
from tests.airflow_rows import NOW
from tests.store.graph.asked import arrows, ask
from tests.store.landscape import Landscape

DAY = timedelta(days=1)


def test_an_edge_names_all_jobs_between_two_tables(land: Landscape) -> None:
    land.flow("d.one", "a b", "c")
    land.flow("d.two", "a", "c")
    land.flow("d.reader", "c", "")
    graph = ask(land, "c", granularity="table")
    assert arrows(graph) == {"a > c", "b > c"}
    edge = next(edge for edge in graph.edges if edge.source.endswith(":a"))
    assert edge.jobs == ("job:airflow:d.one", "job:airflow:d.two")


def test_depth_counts_tables(land: Landscape) -> None:
    land.flow("d.one", "a", "b")
    land.flow("d.two", "b", "c")
    assert arrows(ask(land, "a", "downstream", 1, granularity="table")) == {"a > b"}


def test_a_way_through_a_job_is_there_when_both_its_edges_are(land: Landscape) -> None:
    job = land.job("d.one")
    land.edge(job, land.dataset("a"), "input", first_seen=NOW - 9 * DAY, last_seen=NOW - 3 * DAY, runs=5)
    land.edge(job, land.dataset("b"), "output", first_seen=NOW - 7 * DAY, last_seen=NOW, runs=2)
    (edge,) = ask(land, "b", granularity="table").edges
    assert (edge.first_seen, edge.last_seen, edge.runs) == (NOW - 7 * DAY, NOW - 3 * DAY, 2)


def test_a_table_that_is_made_of_itself(land: Landscape) -> None:
    land.flow("d.merge", "a", "a")
    assert arrows(ask(land, "a", granularity="table")) == {"a > a"}


def test_jobs_are_no_roots_of_it(land: Landscape) -> None:
    land.flow("d.one", "a", "b")
    with pytest.raises(InvalidQuestion, match="starts at a dataset"):
        ask(land, "d.one", granularity="table")


def test_a_job_that_joins_very_many_tables_is_cut_off(land: Landscape) -> None:
    land.flow("d.wide", " ".join(f"i{n}" for n in range(40)), " ".join(f"o{n}" for n in range(40)))
    for n in range(1, 40):
        land.flow(f"e{n}.x", "i0", f"i{n}")
    graph = ask(land, "i0", "downstream", granularity="table", max_nodes=100)
    assert graph.truncated
    assert len(graph.edges) <= 1000
