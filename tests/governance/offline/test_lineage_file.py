from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.governance.offline.downstream import hits_of
from airflow_lineage_provider.governance.offline.lineage_file import UnreadableLineage, read_lineage
from airflow_lineage_provider.model.dataset_id import DatasetId

ORDERS, MART = DatasetId("s3://lake", "orders"), DatasetId("s3://lake", "mart")


def event(name: str, inputs: list[DatasetId], outputs: list[DatasetId]) -> dict[str, Any]:
    def wire(datasets: list[DatasetId]) -> list[dict[str, str]]:
        return [{"namespace": each.namespace, "name": each.name} for each in datasets]

    return {"job": {"namespace": "default", "name": name}, "inputs": wire(inputs), "outputs": wire(outputs)}


def test_events_one_a_line_are_joined_by_job() -> None:
    lines = [
        event("shop.marts", [ORDERS], []),
        event("shop.marts", [], [MART]),
        event("board.show", [MART], []),
        {"dataset": {"namespace": "s3://lake", "name": "alone"}},
    ]
    jobs = read_lineage("\n".join(map(json.dumps, lines)))

    assert [(hit.name, hit.degree) for hit in hits_of([ORDERS], jobs)] == [
        ("shop.marts", "1"),
        ("board.show", "2"),
    ]
    assert read_lineage(json.dumps(lines)) == jobs
    assert read_lineage(json.dumps(lines[0]))[0].inputs == {ORDERS}


def test_what_export_writes_is_read() -> None:
    from airflow_lineage_provider.store.graph.export import export_graph
    from airflow_lineage_provider.store.graph.graph import Graph
    from airflow_lineage_provider.store.graph.node import Edge, Node

    nodes = {
        "dataset:s3://lake:orders": Node("dataset:s3://lake:orders", "dataset", "s3://lake", "orders"),
        "job:default:shop.marts": Node(
            "job:default:shop.marts", "job", "default", "shop.marts", "shop", "marts"
        ),
        "masked:1": Node("masked:1", "job", is_masked=True),
    }
    edges = [
        Edge("dataset:s3://lake:orders", "job:default:shop.marts"),
        Edge("dataset:s3://lake:orders", "masked:1", is_masked=True),
    ]
    graph = Graph("dataset:s3://lake:orders", nodes=nodes, edges=edges)  # type: ignore[call-arg]

    for format, name in (("json", "shop"), ("openlineage", "shop.marts")):
        jobs = read_lineage(export_graph(graph, format))
        assert [hit.name for hit in hits_of([ORDERS], jobs)] == [name]


def test_a_ring_of_jobs_ends() -> None:
    lines = [event("a", [ORDERS], [MART]), event("b", [MART], [ORDERS])]
    jobs = read_lineage("\n".join(map(json.dumps, lines)))

    assert [(hit.name, hit.degree) for hit in hits_of([ORDERS], jobs)] == [("a", "1"), ("b", "2")]


@pytest.mark.parametrize("text", ["hello", "[1]", "{}", '{"job": {}}\nno json', "null"])
def test_what_is_no_lineage_is_said(text: str) -> None:
    with pytest.raises(UnreadableLineage):
        read_lineage(text)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["job", "inputs", "outputs", "namespace", "name", "nodes", "edges", "id", "type", "source"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)


@pytest.mark.parametrize(
    "document",
    [
        {"nodes": [{"id": ["a"]}], "edges": []},
        {"nodes": [{"id": "a", "type": "job"}], "edges": 1},
        {"nodes": [], "edges": [{"source": {}, "target": []}]},
    ],
)
def test_a_graph_with_odd_parts_is_read_without_them(document: Any) -> None:
    assert len(read_lineage(json.dumps(document))) <= 1


@given(_JSON)
def test_no_json_makes_it_fail_otherwise(value: Any) -> None:
    with contextlib.suppress(UnreadableLineage):
        read_lineage(json.dumps(value))
