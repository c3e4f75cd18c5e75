from __future__ import annotations

import copy
import json
import time
from typing import Any

from hypothesis import given, settings, strategies as st

from airflow_lineage_provider.capture.limits import TimeBudget, fit
from airflow_lineage_provider.model.record import LineageRecord
from airflow_lineage_provider.model.record_reader import read_segment
from tests.model.records import records

LEAST = 1500
"""Bytes below which not even a record that names what it lost fits."""


def size(wire: dict[str, Any]) -> int:
    return len(json.dumps(wire, ensure_ascii=False).encode())


MANY = st.integers(0, 300)


def large(facets: int, packages: int, statements: list[int], inputs: int, outputs: int) -> dict[str, Any]:
    """A segment with that many of each, and statements of those lengths."""

    def entries(count: int) -> list[dict[str, Any]]:
        facet = {"a": {"b": "c" * 20}}
        return [{"evidence": ["hook"], "uri": f"s3://b/{n}", "facets": facet} for n in range(count)]

    return {
        "v": 1,
        "kind": "core",
        "outcome": "success",
        "ti_id": "x" * 36,
        "awaits": ["late"],
        "run_facets": {f"f{n}": {"x": "y" * 20} for n in range(facets)},
        "context": {"packages": {f"p{n}": "1.0" for n in range(packages)}, "airflow": "3"},
        "connections": [{"conn_id": "c", "conn_type": "postgres"}],
        "statements": [{"sql": "S" * (1 + length), "connection": 0} for length in statements],
        "inputs": entries(inputs),
        "outputs": entries(outputs),
    }


@settings(deadline=None)
@given(st.builds(large, MANY, MANY, st.lists(MANY, max_size=20), MANY, MANY), st.integers(LEAST, 40_000))
def test_what_is_left_fits_and_what_is_not_is_named(wire: dict[str, Any], limit: int) -> None:
    before = copy.deepcopy(wire)
    fitted = fit(wire, limit)
    assert wire == before  # the caller's record is not touched
    assert size(fitted) <= limit
    read_segment(fitted)
    lost = {key for key, value in before.items() if fitted.get(key) != value}
    if lost:
        named = " ".join(fitted["truncated"])
        assert f"limited to {limit} bytes" in named
        assert "everything" in named or all(key in named for key in lost)


@given(records())
def test_a_record_that_fits_is_left_as_it_is(record: LineageRecord) -> None:
    wire = record.to_wire()
    assert fit(wire, 1 << 20) is wire


def test_the_names_of_datasets_stay_longest() -> None:
    wire = {
        "v": 1,
        "run_facets": {"big": {"x": "x" * 5000}},
        "statements": [{"sql": "x" * 5000, "connection": 0}, {"sql": "short", "connection": 0}],
        "outputs": [{"evidence": ["hook"], "uri": "s3://b/k", "facets": {"f": {"x": "x" * 5000}}}],
    }
    fitted = fit(wire, 1000)
    assert [entry["uri"] for entry in fitted["outputs"]] == ["s3://b/k"]
    assert [entry["sql"] for entry in fitted["statements"]] == ["short"]
    assert "run_facets" not in fitted


def test_sizes_are_counted_in_bytes() -> None:
    wire = {"v": 1, "kind": "core", "job_facets": {"f": "é" * 500}}
    assert size(fit(wire, 800)) <= 800
    assert "job_facets" not in fit(wire, 800)


def test_a_budget_is_used_up_and_never_negative() -> None:
    budget = TimeBudget(0.01)
    assert not budget.is_over
    time.sleep(0.02)
    assert budget.is_over
    assert budget.left == 0.0
