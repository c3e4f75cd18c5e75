from __future__ import annotations

import pytest

from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.store.graph import InvalidQuestion, Key, UnknownNode, find_column
from airflow_lineage_provider.store.schemas import record_schemas
from tests.airflow_rows import NOW
from tests.store.graph.asked import arrows, ask, names
from tests.store.landscape import Landscape


@pytest.fixture
def traced(land: Landscape) -> Landscape:
    load = land.flow("d.load", "raw", "orders")
    land.column(load, "raw.amount", "orders.amount")
    land.column(load, "raw.id", "orders.id")
    report = land.flow("d.report", "orders", "report")
    land.column(report, "orders.amount", "report.total")
    return land


def test_a_column_is_followed_both_ways(traced: Landscape) -> None:
    graph = ask(traced, "column:s3://lake:orders:amount", granularity="column")
    assert arrows(graph) == {
        "column:raw:amount > column:orders:amount",
        "column:orders:amount > column:report:total",
    }
    assert graph.edges[0].jobs == ("job:airflow:d.load",)
    assert graph.edges[0].transformations == ({"type": "DIRECT", "subtype": "IDENTITY", "masking": False},)
    assert graph.nodes["column:s3://lake:orders:amount"].to_wire() == {
        "id": "column:s3://lake:orders:amount",
        "type": "column",
        "namespace": "s3://lake",
        "name": "amount",
        "dataset": "dataset:s3://lake:orders",
    }


def test_of_a_dataset_all_columns_are_followed(traced: Landscape) -> None:
    graph = ask(traced, "orders", "upstream", granularity="column")
    assert names(graph) == {
        "column:orders:amount",
        "column:orders:id",
        "column:raw:amount",
        "column:raw:id",
    }


def test_a_column_without_lineage_is_a_node_too(land: Landscape) -> None:
    dataset = land.dataset("source")
    record_schemas({dataset: [Column("id", "int")]}, at=NOW, run_id=1, session=land.session)
    assert names(ask(land, "source", granularity="column")) == {"column:source:id"}
    assert names(ask(land, "column:s3://lake:source:id", granularity="column")) == {"column:source:id"}


def test_a_column_nobody_could_name_is_its_dataset_upstream(land: Landscape) -> None:
    job = land.flow("d.load", "raw other", "orders")
    land.column(job, "raw", "orders.amount")
    graph = ask(land, "orders", "upstream", granularity="column")
    assert arrows(graph) == {"raw > column:orders:amount"}


def test_and_may_be_any_column_downstream(land: Landscape) -> None:
    job = land.flow("d.load", "raw", "orders")
    land.column(job, "raw", "orders.amount")
    land.column(job, "raw.id", "orders.id")
    graph = ask(land, "column:s3://lake:raw:id", "downstream", granularity="column")
    assert arrows(graph) == {"column:raw:id > column:orders:id", "column:raw:id > column:orders:amount"}


def test_several_jobs_that_make_a_column_are_one_edge(traced: Landscape) -> None:
    again = traced.flow("d.again", "raw", "orders")
    traced.column(
        again,
        "raw.id",
        "orders.id",
        transformations='[{"masking":true,"subtype":"TRANSFORMATION","type":"DIRECT"}]',
    )
    (edge,) = ask(traced, "column:s3://lake:orders:id", "upstream", granularity="column").edges
    assert edge.jobs == ("job:airflow:d.again", "job:airflow:d.load")
    assert [each["subtype"] for each in edge.transformations or ()] == ["IDENTITY", "TRANSFORMATION"]


def test_columns_in_a_circle_end(land: Landscape) -> None:
    job = land.flow("d.merge", "a", "a")
    land.column(job, "a.x", "a.y")
    land.column(job, "a.y", "a.x")
    assert len(ask(land, "a", granularity="column", depth=900).edges) == 2


def test_diamonds_of_columns_are_walked_once(land: Landscape) -> None:
    for level in range(16):
        job = land.flow(f"d.l{level}")
        for left in "xy":
            for right in "xy":
                land.column(job, f"t{level}.{left}", f"t{level + 1}.{right}")
    graph = ask(land, "column:s3://lake:t0:x", "downstream", 100, granularity="column")
    assert (len(graph.nodes), len(graph.edges)) == (33, 62)


def test_a_job_has_no_columns(traced: Landscape) -> None:
    with pytest.raises(InvalidQuestion):
        ask(traced, "d.load", granularity="column")


def test_a_column_nobody_has_seen(traced: Landscape) -> None:
    with pytest.raises(UnknownNode):
        find_column(Key(False, traced.dataset("orders")), "nothing", session=traced.session)


def test_column_links_stand_beside_the_graph_of_tasks_on_request(traced: Landscape) -> None:
    assert ask(traced, "orders").columns == []
    links = ask(traced, "orders", columns=True).columns
    assert {(link["input"]["column"], link["output"]["column"]) for link in links} == {
        ("amount", "amount"),
        ("id", "id"),
        ("amount", "total"),
    }
