from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from airflow_lineage_provider.store.graph import InvalidQuestion
from tests.airflow_rows import NOW
from tests.store.graph.asked import arrows, ask, names
from tests.store.landscape import Landscape

DAY = timedelta(days=1)


def test_upstream_and_downstream_are_walked_apart(land: Landscape) -> None:
    land.flow("shop.load", "orders", "totals")
    land.flow("shop.report", "totals", "report")
    land.flow("hr.side", "orders", "side")
    assert names(ask(land, "totals", "upstream")) == {"totals", "shop.load", "orders"}
    assert names(ask(land, "totals", "downstream")) == {"totals", "shop.report", "report"}


def test_siblings_of_siblings_do_not_come_along(land: Landscape) -> None:
    land.flow("shop.load", "a b", "out")
    land.flow("shop.other", "a", "cousin")
    land.flow("shop.third", "cousin", "far")
    assert names(ask(land, "out", "upstream")) == {"out", "shop.load", "a", "b"}
    assert names(ask(land, "out", "both")) == {"out", "shop.load", "a", "b"}


def test_depth_counts_edges(land: Landscape) -> None:
    land.flow("d.one", "a", "b")
    land.flow("d.two", "b", "c")
    assert names(ask(land, "a", "downstream", 0)) == {"a"}
    assert names(ask(land, "a", "downstream", 1)) == {"a", "d.one"}
    assert names(ask(land, "a", "downstream", 3)) == {"a", "d.one", "b", "d.two"}


def test_a_dataset_keeps_the_edges_of_a_writer_that_moved_away(land: Landscape) -> None:
    land.flow("d.old", "a", "b", first_seen=NOW - 30 * DAY)
    land.flow("d.new", "z", "elsewhere")
    land.edge(land.job("d.new"), land.dataset("b"), "output", first_seen=NOW - DAY)
    assert names(ask(land, "b", "upstream")) == {"b", "d.old", "a", "d.new", "z"}
    assert "b" in names(ask(land, "a", "downstream"))


def test_a_job_that_never_ended_a_run_is_there(land: Landscape) -> None:
    land.flow("d.streaming", "a", "b", runs=0)
    assert arrows(ask(land, "a")) == {"a > d.streaming", "d.streaming > b"}


def test_a_dataset_nobody_touches_is_a_graph_of_one_node(land: Landscape) -> None:
    land.dataset("alone")
    graph = ask(land, "alone")
    assert (names(graph), graph.edges, graph.truncated) == ({"alone"}, [], False)


def test_cycles_end(land: Landscape) -> None:
    land.flow("d.merge", "a b", "a")
    assert arrows(ask(land, "a", depth=1000)) == {"a > d.merge", "d.merge > a", "b > d.merge"}


def test_diamonds_cost_one_look_per_level(land: Landscape) -> None:
    for level in range(12):
        for side in "lr":
            land.flow(f"d.{side}{level}", f"x{level}", f"x{level + 1}")
    statements: list[str] = []
    connection = land.session.connection()

    def count(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(connection, "before_cursor_execute", count)
    try:
        graph = ask(land, "x0", "downstream", 100)
    finally:
        event.remove(connection, "before_cursor_execute", count)
    assert len(graph.edges) == 48
    assert len(statements) < 2 * 12 + 10


def test_as_of_leaves_out_what_came_later(land: Landscape) -> None:
    land.flow("d.one", "a", "b", first_seen=NOW - 10 * DAY)
    land.flow("d.two", "b", "c", first_seen=NOW - 2 * DAY)
    assert names(ask(land, "a", "downstream", as_of=NOW - 5 * DAY)) == {"a", "d.one", "b"}
    assert names(ask(land, "a", "downstream", as_of=NOW - 2 * DAY)) == {"a", "d.one", "b", "d.two", "c"}


def test_since_leaves_out_what_has_died(land: Landscape) -> None:
    land.flow("d.dead", "a", "b", first_seen=NOW - 30 * DAY, last_seen=NOW - 20 * DAY)
    land.flow("d.alive", "a", "c", first_seen=NOW - 30 * DAY, last_seen=NOW)
    assert names(ask(land, "a", since=NOW - 20 * DAY)) == {"a", "d.dead", "b", "d.alive", "c"}
    assert names(ask(land, "a", since=NOW - 19 * DAY)) == {"a", "d.alive", "c"}


def test_an_edge_tells_how_it_is_known(land: Landscape) -> None:
    land.flow("d.one", "", "b", evidence=6, runs=7, last_run_id=42, first_seen=NOW - DAY, last_seen=NOW)
    (edge,) = ask(land, "b").edges
    assert edge.to_wire() == {
        "source": "job:airflow:d.one",
        "target": "dataset:s3://lake:b",
        "evidence": ["statement", "hook"],
        "first_seen": (NOW - DAY).isoformat(),
        "last_seen": NOW.isoformat(),
        "runs": 7,
        "last_run_id": 42,
    }


def test_the_cap_on_nodes_is_shared_by_both_ways(land: Landscape) -> None:
    for number in range(5):
        land.flow(f"up{number}.x", "", "mid")
        land.flow(f"down{number}.x", "mid", f"out{number}")
    graph = ask(land, "mid", max_nodes=8)
    assert graph.truncated
    assert len(graph.nodes) == 8
    graph = ask(land, "mid", max_nodes=16)
    assert (graph.truncated, len(graph.nodes)) == (False, 16)


def test_a_cap_reached_exactly_is_no_cut(land: Landscape) -> None:
    land.flow("d.one", "a", "b")
    graph = ask(land, "a", max_nodes=3)
    assert (len(graph.nodes), graph.truncated) == (3, False)
    assert ask(land, "a", max_nodes=2).truncated


def test_no_more_than_ten_edges_for_each_node_that_may_be(land: Landscape) -> None:
    for number in range(30):
        land.flow(f"d.job{number:02}", "hub", "")
    graph = ask(land, "hub", max_nodes=2)
    assert graph.truncated
    assert len(graph.edges) <= 20


@pytest.mark.parametrize(("depth", "most"), [(-1, 10), (1, 0)])
def test_senseless_numbers_are_refused(land: Landscape, depth: int, most: int) -> None:
    with pytest.raises(InvalidQuestion):
        ask(land, "a", depth=depth, max_nodes=most)


def test_more_nodes_than_fit_one_statement(land: Landscape) -> None:
    for number in range(900):
        land.flow(f"d{number}.x", "hub", f"out{number}")
    assert len(ask(land, "hub", "downstream", max_nodes=5000).nodes) == 1801
