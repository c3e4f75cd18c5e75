from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.openlineage.reader import read_event
from airflow_lineage_provider.store.graph import Edge, Graph, Node
from airflow_lineage_provider.store.graph.export import export_graph
from airflow_lineage_provider.store.graph.export.csv_table import csv_text, safe_cell
from tests.airflow_rows import NOW
from tests.openlineage_spec import assert_valid
from tests.store.graph.asked import ask
from tests.store.landscape import Landscape

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
NASTY = [
    '"];click n0 "javascript:alert(1)"',
    "<script>",
    "]]>",
    "a\nb",
    "#quot;",
    "`x`",
    "end",
    "\x00\x1b",
    "=1+1",
]


def named(name: str, namespace: str = "n") -> Graph:
    """A dataset of some name and a job that writes it."""
    job = Node("job:n:j", "job", "n", "j", "d", "t", "Op", 1)
    table = Node(f"dataset:{namespace}:{name}", "dataset", namespace, name, row_id=1)
    edge = Edge(job.id, table.id, 4, NOW, NOW, 1, 1)
    return Graph(table.id, "task", {table.id: table, job.id: job}, [edge])


def events(graph: Graph) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in export_graph(graph, "openlineage").splitlines()]
    for event in found:
        assert_valid(event)
    return found


@pytest.mark.parametrize("granularity", ["task", "dag", "table", "column"])
def test_events_are_openlineage_and_read_back(land: Landscape, granularity: str) -> None:
    job = land.flow("d.load", "raw", "orders")
    land.column(job, "raw.id", "orders.id")
    graph = ask(land, "orders", granularity=granularity, columns=True)
    (event,) = events(graph)
    assert event["schemaURL"].endswith("/JobEvent")
    read = read_event(event, now=NOW)
    assert read.job is not None
    assert read.job.name == ("d" if granularity == "dag" else "d.load")
    assert [each["name"] for each in event["inputs"]] == ["raw"]
    assert [each["name"] for each in event["outputs"]] == ["orders"]
    if granularity in ("task", "column"):
        fields = event["outputs"][0]["facets"]["columnLineage"]["fields"]
        (source,) = fields["id"]["inputFields"]
        assert (source["namespace"], source["name"], source["field"]) == ("s3://lake", "raw", "id")


def test_what_decides_over_all_rows_is_no_column_of_its_own(land: Landscape) -> None:
    job = land.flow("d.load", "raw", "orders")
    land.column(job, "raw.id", "orders.id")
    land.column(
        job, "raw.day", "orders.*", transformations='[{"masking":false,"subtype":"FILTER","type":"INDIRECT"}]'
    )
    (event,) = events(ask(land, "orders", columns=True))
    facet = event["outputs"][0]["facets"]["columnLineage"]
    assert list(facet["fields"]) == ["id"]
    (whole,) = facet["dataset"]
    assert (whole["name"], whole["field"], whole["transformations"][0]["subtype"]) == ("raw", "day", "FILTER")
    (output,) = read_event(event, now=NOW).outputs
    assert {(each.output_column, each.input_column) for each in output.field_sources} == {
        ("id", "id"),
        ("*", "day"),
    }


def test_a_transformation_without_a_subtype_names_none(land: Landscape) -> None:
    job = land.flow("d.load", "raw", "orders")
    land.column(
        job, "raw.id", "orders.id", transformations='[{"masking":false,"subtype":"","type":"INDIRECT"}]'
    )
    (event,) = events(ask(land, "orders", columns=True))
    (source,) = event["outputs"][0]["facets"]["columnLineage"]["fields"]["id"]["inputFields"]
    assert source["transformations"] == [{"type": "INDIRECT", "masking": False}]


def test_columns_leave_as_the_schema_facet_that_the_client_knows() -> None:
    graph = named("orders")
    table = graph.nodes["dataset:n:orders"]
    columns = ({"name": "id", "type": "INT", "description": None}, {"masked": True}, {"name": "note"})
    graph.nodes[table.id] = table._replace(columns=columns)
    (event,) = events(graph)
    facet = event["outputs"][0]["facets"]["schema"]
    assert facet["fields"] == [{"name": "id", "type": "INT"}, {"name": "note"}]


def test_a_dataset_alone_is_a_dataset_event(land: Landscape) -> None:
    land.dataset("alone")
    (event,) = events(ask(land, "alone"))
    assert event["schemaURL"].endswith("/DatasetEvent")
    assert "alone" in repr(read_event(event, now=datetime.now(UTC)))


def test_runs_are_run_events() -> None:
    run = Node(
        "run:1",
        "run",
        "n",
        "d.load",
        "d",
        "load",
        run={
            "state": "failed",
            "started_at": NOW,
            "ended_at": NOW,
            "openlineage_run_id": "0190a2a3-5e6f-7d3a-8c1b-2f4a5b6c7d8e",
        },
    )
    (event,) = events(Graph("run:1", "run", {"run:1": run}))
    assert (event["eventType"], event["schemaURL"].rpartition("/")[2]) == ("FAIL", "RunEvent")
    assert str(read_event(event, now=NOW).run_id) == event["run"]["runId"]


def test_events_tell_nothing_of_masked_nodes(land: Landscape) -> None:
    land.flow("shop.load", "", "a")
    land.flow("hr.pay", "a", "b")
    found = events(ask(land, "a", access=Access(frozenset({"shop"}), True)))
    assert [event["job"]["name"] for event in found] == ["shop.load"]


@given(ANY_TEXT | st.sampled_from(NASTY), ANY_TEXT)
def test_graphml_is_xml_whatever_names_hold(name: str, namespace: str) -> None:
    graph = named(name, namespace)
    text = export_graph(graph, "graphml")
    root = ElementTree.fromstring(text.encode("utf-8"))
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    nodes = root.findall(".//g:node", space)
    (edge,) = root.findall(".//g:edge", space)
    ids = [node.get("id") for node in nodes]
    assert len(nodes) == 2
    assert edge.get("source") in ids
    assert edge.get("target") in ids
    keys = {key.get("id") for key in root.findall("g:key", space)}
    assert {data.get("key") for data in root.findall(".//g:data", space)} <= keys


@given(ANY_TEXT | st.sampled_from(NASTY))
def test_a_mermaid_label_cannot_leave_its_quotes(name: str) -> None:
    lines = export_graph(named(name), "mermaid").split("\n")
    assert lines[0] == "flowchart LR"
    assert len(lines) == 5
    label = lines[1].removeprefix('    n0[("').removesuffix('")]')
    assert not set(label) & set('"<>[]{}|`&')
    assert lines[3] == "    n1 --> n0"


def test_mermaid_marks_masked_nodes(land: Landscape) -> None:
    land.flow("shop.load", "", "a")
    land.flow("hr.pay", "a", "b")
    text = export_graph(ask(land, "a", access=Access(frozenset({"shop"}), True)), "mermaid")
    assert "classDef masked" in text
    assert "job not to be seen" in text


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"
    _, row = csv.reader(io.StringIO(csv_text(["a"], [[cell]]), newline=""))
    assert row[0].startswith("'")


def test_numbers_stay_numbers() -> None:
    assert safe_cell(-1) == -1
    assert safe_cell("a=b") == "a=b"


def test_a_table_has_a_row_for_each_edge_and_for_what_has_none(land: Landscape) -> None:
    land.flow("d.load", "a", "")
    rows = list(csv.DictReader(io.StringIO(export_graph(ask(land, "a"), "csv"))))
    assert rows[0]["source"] == "dataset:s3://lake:a"
    assert datetime.fromisoformat(rows[0]["last_seen"]) == NOW
    land.dataset("alone")
    (row,) = csv.DictReader(io.StringIO(export_graph(ask(land, "alone"), "csv")))
    assert (row["source"], row["target"]) == ("dataset:s3://lake:alone", "")


def test_json_is_the_answer_of_the_api(land: Landscape) -> None:
    land.flow("d.load", "a", "b")
    graph = ask(land, "a")
    assert json.loads(export_graph(graph, "json")) == graph.to_wire()
