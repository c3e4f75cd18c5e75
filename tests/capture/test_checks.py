from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from airflow_lineage_provider.capture.sources.checks import MAX_RESULTS, add_check_results
from airflow_lineage_provider.model.record import LineageRecord, Outcome, SegmentKind


@pytest.fixture(autouse=True)
def airflow_is_set_up(metadata_db: None) -> None:
    """Nothing of Airflow is imported before the session's home is set."""


def record_of(task: Any) -> LineageRecord:
    record = LineageRecord(kind=SegmentKind.CORE, outcome=Outcome.SUCCESS, ti_id="x")
    add_check_results(record, task)
    return record


def executed(monkeypatch: pytest.MonkeyPatch, folder: Path, minimum: int) -> Any:
    """A real check operator on a real database."""
    import sqlite3

    from airflow.providers.common.sql.operators.sql import SQLColumnCheckOperator

    path = folder / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE orders (id INTEGER)")
        connection.executemany("INSERT INTO orders VALUES (?)", [(7,), (9,)])
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", json.dumps({"conn_type": "sqlite", "host": str(path)}))
    task = SQLColumnCheckOperator(
        task_id="check",
        conn_id="shop",
        table="orders",
        column_mapping={"id": {"min": {"geq_to": minimum}, "null_check": {"equal_to": 0}}},
    )
    if minimum > 7:
        with pytest.raises(Exception, match="failed"):
            task.execute({})
    else:
        task.execute({})
    return task


def test_a_check_operator_tells_what_passed_and_what_failed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    facet = record_of(executed(monkeypatch, tmp_path, 8)).run_facets["test"]
    assert [(test["name"], test["status"], test["params"]) for test in facet["tests"]] == [
        ("id.min", "fail", {"tested_table": "orders", "tested_column": "id"}),
        ("id.null_check", "pass", {"tested_table": "orders", "tested_column": "id"}),
    ]


def test_an_operator_whose_checks_pass_tells_them_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    facet = record_of(executed(monkeypatch, tmp_path, 7)).run_facets["test"]
    assert [test["status"] for test in facet["tests"]] == ["pass", "pass"]


def test_no_value_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    facet = record_of(executed(monkeypatch, tmp_path, 4711)).run_facets["test"]
    assert "4711" not in str(facet)
    assert all(test.keys() <= {"name", "status", "severity", "type", "params"} for test in facet["tests"])


@pytest.mark.parametrize(
    "results", [None, [], "none", [object()], [type("R", (), {"name": 1, "success": True})()]]
)
def test_what_is_no_result_is_left_out(results: Any) -> None:
    assert record_of(type("Task", (), {"check_results": results})()).run_facets == {}
    assert record_of(object()).run_facets == {}


def test_many_results_are_bounded_and_named() -> None:
    result = type("Result", (), {"name": "a", "success": True})()
    record = record_of(type("Task", (), {"check_results": [result] * (MAX_RESULTS + 2)})())
    assert len(record.run_facets["test"]["tests"]) == MAX_RESULTS
    assert record.truncated == [f"checks: 2 results beyond {MAX_RESULTS}"]
