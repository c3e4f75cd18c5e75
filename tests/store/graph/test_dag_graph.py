from __future__ import annotations

from datetime import timedelta

import pytest

from airflow_lineage_provider.store.graph import UnknownNode, find_root
from tests.airflow_rows import NOW
from tests.store.graph.asked import arrows, ask, names
from tests.store.landscape import Landscape

DAY = timedelta(days=1)


def test_tasks_of_a_dag_are_one_node(land: Landscape) -> None:
    land.flow("shop.one", "a", "b")
    land.flow("shop.two", "b", "c")
    land.flow("ext", "c", "d", external=True)
    graph = ask(land, "a", "downstream", granularity="dag")
    assert names(graph) == {"a", "dag:shop", "b", "c", "job:ext", "d"} - {"job:ext"} | {"ext"}
    assert graph.nodes["dag:airflow:shop"].to_wire() == {
        "id": "dag:airflow:shop",
        "type": "dag",
        "namespace": "airflow",
        "name": "shop",
        "dag_id": "shop",
    }


def test_depth_counts_after_the_tasks_were_put_together(land: Landscape) -> None:
    land.flow("shop.one", "a", "b")
    land.flow("shop.two", "b", "c")
    assert names(ask(land, "a", "downstream", 2, granularity="dag")) == {"a", "dag:shop", "b", "c"}


@pytest.mark.parametrize("node", ["shop.one", "dag:airflow:shop"])
def test_a_dag_is_found_by_its_id_and_by_a_task(land: Landscape, node: str) -> None:
    land.flow("shop.one", "a", "b")
    land.flow("shop.two", "z", "")
    graph = ask(land, node, granularity="dag")
    assert graph.root == "dag:airflow:shop"
    assert arrows(graph) == {"a > dag:shop", "dag:shop > b", "z > dag:shop"}


def test_edges_of_tasks_are_added_up_once_whichever_way_they_are_walked(land: Landscape) -> None:
    land.flow("shop.one", "a", "b", runs=3, first_seen=NOW - 9 * DAY, last_seen=NOW - 5 * DAY, evidence=2)
    land.flow("shop.two", "a", "", runs=4, first_seen=NOW - 7 * DAY, last_seen=NOW, last_run_id=8, evidence=4)
    land.flow("shop.back", "b", "a")
    graph = ask(land, "a", "both", granularity="dag")
    edge = next(e for e in graph.edges if e.source.endswith(":a"))
    assert (edge.runs, edge.evidence, edge.last_run_id) == (7, 6, 8)
    assert (edge.first_seen, edge.last_seen) == (NOW - 9 * DAY, NOW)


def test_a_dag_nobody_has_heard_of(land: Landscape) -> None:
    with pytest.raises(UnknownNode):
        find_root("dag:airflow:nothing", session=land.session)
