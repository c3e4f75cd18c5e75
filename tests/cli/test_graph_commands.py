from __future__ import annotations

import csv
import io
import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from airflow_lineage_provider.cli.graph_command import export, graph
from airflow_lineage_provider.cli.impact_command import impact
from tests.mailbox.office import Office
from tests.store.stories import core, entry

ORDERS = "dataset:s3://lake:orders"


@pytest.fixture
def shop(office: Office) -> Office:
    """load: raw -> orders; report: orders -> =summary."""
    office.post_record(
        core(office.attempt("load"), inputs=[entry("raw")], outputs=[entry("orders")]), task_id="load"
    )
    office.post_record(
        core(office.attempt("report"), inputs=[entry("orders")], outputs=[entry("=summary")]),
        task_id="report",
    )
    return office


def asked(**values: Any) -> Namespace:
    defaults: dict[str, Any] = {
        "node": ORDERS,
        "column": None,
        "direction": "both",
        "depth": 10,
        "granularity": "task",
        "max_nodes": 2000,
        "as_of": None,
        "since": None,
        "no_columns": True,
        "output": "json",
        "format": "json",
        "file": None,
    }
    return Namespace(**(defaults | values))


@pytest.mark.parametrize(
    ("granularity", "expected"),
    [
        ("task", {"orders", "raw", "=summary", "shop.load", "shop.report"}),
        ("dag", {"orders", "raw", "=summary", "shop"}),
        ("table", {"orders", "raw", "=summary"}),
    ],
)
def test_granularities(
    shop: Office, capsys: pytest.CaptureFixture[str], granularity: str, expected: set[str]
) -> None:
    graph(asked(granularity=granularity))
    answer = json.loads(capsys.readouterr().out)
    assert {node["name"] for node in answer["nodes"]} == expected


def test_a_tree_of_tables(shop: Office, capsys: pytest.CaptureFixture[str]) -> None:
    graph(asked(granularity="table", output="table"))
    assert capsys.readouterr().out.splitlines() == [
        "upstream:",
        "dataset s3://lake orders",
        "└─ dataset s3://lake raw",
        "downstream:",
        "dataset s3://lake orders",
        "└─ dataset s3://lake =summary",
    ]


def test_as_of_long_ago_there_was_nothing(shop: Office, capsys: pytest.CaptureFixture[str]) -> None:
    graph(asked(as_of="2001-01-01"))
    assert [node["name"] for node in json.loads(capsys.readouterr().out)["nodes"]] == ["orders"]


def test_the_cap_is_told(shop: Office, capsys: pytest.CaptureFixture[str]) -> None:
    graph(asked(max_nodes=2, output="table"))
    assert capsys.readouterr().out.splitlines()[-1] == "... cut off at 2 nodes"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"as_of": "yesterday"}, "--as-of is 'yesterday'"),
        ({"since": "2026-99-01"}, "--since is '2026-99-01'"),
        ({"granularity": "run"}, "starts at a run"),
        ({"column": "nothing"}, "no column nothing is known"),
        ({"max_nodes": 0}, "max_nodes must be 1 or more"),
    ],
)
@pytest.mark.parametrize("command", [graph, export])
def test_mistakes_are_told_in_a_line(
    shop: Office, capsys: pytest.CaptureFixture[str], command: Any, values: dict[str, Any], message: str
) -> None:
    with pytest.raises(SystemExit):
        command(asked(**values))
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_impact_in_every_format(shop: Office, capsys: pytest.CaptureFixture[str]) -> None:
    impact(asked(node="dataset:s3://lake:raw", direction="downstream"))
    items = json.loads(capsys.readouterr().out)
    assert [(item["degree"], item["name"]) for item in items] == [
        ("1", "shop.load"),
        ("1", "orders"),
        ("2", "shop.report"),
        ("2", "=summary"),
    ]
    impact(asked(node="dataset:s3://lake:raw", direction="downstream", output="csv"))
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["name"] for row in rows] == ["shop.load", "orders", "shop.report", "'=summary"]
    assert rows[0]["last_run_state"] == "success"
    impact(asked(node="dataset:s3://lake:raw", direction="downstream", output="table"))
    assert "shop.load" in capsys.readouterr().out


def test_impact_of_what_nobody_has_seen(shop: Office, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        impact(asked(node="dataset:s3://lake:nothing", direction="downstream"))
    assert "no lineage is known" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("format", "start"),
    [
        ("json", "{"),
        ("csv", "source,target"),
        ("graphml", "<?xml"),
        ("mermaid", "flowchart LR"),
        ("openlineage", '{"eventTime"'),
    ],
)
def test_export_to_stdout_and_to_a_file(
    shop: Office, capsys: pytest.CaptureFixture[str], tmp_path: Path, format: str, start: str
) -> None:
    export(asked(format=format))
    assert capsys.readouterr().out.startswith(start)
    path = tmp_path / "graph"
    export(asked(format=format, file=str(path)))
    assert path.read_text().startswith(start)
    assert capsys.readouterr().out == ""


def test_a_file_that_cannot_be_written(
    shop: Office, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit):
        export(asked(file=str(tmp_path / "no" / "such")))
    assert "cannot be written" in capsys.readouterr().err
