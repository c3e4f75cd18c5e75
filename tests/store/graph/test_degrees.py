from __future__ import annotations

from datetime import timedelta

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store.graph import Graph
from tests.airflow_rows import NOW
from tests.store.graph.asked import ask, short
from tests.store.landscape import Landscape

DAY = timedelta(days=1)
SHOP = Access(frozenset({"shop"}), True)


def degrees(graph: Graph) -> dict[str, tuple[int, int] | None]:
    return {short(node.id): node.degrees for node in graph.nodes.values()}


def test_neighbours_are_counted_whether_or_not_they_are_in_the_answer(land: Landscape) -> None:
    land.flow("shop.load", "raw other", "orders")
    land.flow("shop.report", "orders raw", "report")
    land.flow("shop.again", "orders", "orders")
    graph = ask(land, "orders", "upstream", 1, degrees=True)
    assert degrees(graph) == {"orders": (2, 2), "shop.load": (2, 1), "shop.again": (1, 1)}
    assert graph.nodes["dataset:s3://lake:orders"].to_wire()["downstream"] == 2


def test_what_nobody_touches_has_none(land: Landscape) -> None:
    land.dataset("alone")
    assert degrees(ask(land, "alone", degrees=True)) == {"alone": (0, 0)}


def test_they_are_told_on_request_only_and_of_tasks_only(land: Landscape) -> None:
    land.flow("shop.load", "raw", "orders")
    for options in ({}, {"degrees": True, "granularity": "dag"}, {"degrees": True, "granularity": "table"}):
        assert set(degrees(ask(land, "orders", **options)).values()) == {None}


def test_they_are_of_the_moment_that_is_asked_for(land: Landscape) -> None:
    land.flow("shop.old", "orders", "a", first_seen=NOW - 9 * DAY)
    land.flow("shop.new", "orders", "b", first_seen=NOW - DAY)
    assert degrees(ask(land, "orders", degrees=True, as_of=NOW - 5 * DAY))["orders"] == (0, 1)


def test_nothing_is_counted_that_an_answer_of_its_own_would_not_show(land: Landscape) -> None:
    land.flow("shop.load", "raw", "orders")
    land.flow("hr.one", "orders", "salaries")
    land.flow("hr.two", "orders salaries", "paid")
    found = degrees(ask(land, "raw", degrees=True, access=SHOP))
    masked = {name: sides for name, sides in found.items() if name.startswith("masked:")}
    assert masked
    assert set(masked.values()) == {None}
    for name, sides in found.items():
        if sides is None:
            continue
        for side, direction in zip(sides, ("upstream", "downstream"), strict=True):
            assert side == len(ask(land, name, direction, 1, access=SHOP).nodes) - 1
