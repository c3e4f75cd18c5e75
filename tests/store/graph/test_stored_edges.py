from __future__ import annotations

from datetime import UTC, datetime

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store.graph.node import Edge
from airflow_lineage_provider.store.graph.stored_edges import StoredEdges, edges_to_wire
from tests.store.graph.asked import ask
from tests.store.landscape import Landscape

EARLY, LATE = datetime(2026, 1, 2, 3, 4, 5, 600_000, tzinfo=UTC), datetime(2026, 2, 3, tzinfo=UTC)


def test_an_edge_has_what_its_row_has(land: Landscape) -> None:
    land.flow("shop.load", "orders", "totals", first_seen=EARLY, last_seen=LATE)
    edges = ask(land, "orders").edges
    assert isinstance(edges, StoredEdges)
    first, second = edges
    assert (first.source, first.target) == ("dataset:s3://lake:orders", second.source)
    assert {(edge.first_seen, edge.last_seen) for edge in edges} == {(EARLY, LATE)}
    assert len(edges) == 2
    assert edges == [first, second]
    assert edges != [first]
    assert edges[1] is second
    assert edges[:1] == [first]


def test_an_edge_says_the_same_over_a_network_whoever_asks(land: Landscape) -> None:
    land.flow("shop.load", "orders", "totals", first_seen=EARLY, last_seen=LATE)
    land.flow("hr.pay", "totals", "salaries", first_seen=EARLY, last_seen=LATE)
    for access in (Access(frozenset({"shop"}), True), Access(None, True)):
        edges = ask(land, "orders", access=access).edges
        assert isinstance(edges, StoredEdges)
        assert edges.to_wire() == [edge.to_wire() for edge in edges]
        assert any(edge.is_masked for edge in edges) is not access.is_unrestricted


def test_edges_of_any_kind_are_written() -> None:
    edge = Edge("a", "b", 1)
    assert edges_to_wire([edge]) == [edge.to_wire()]
    assert edges_to_wire(()) == []
