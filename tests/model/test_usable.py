from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.model.record import LineageRecord
from airflow_lineage_provider.model.record_reader import InvalidRecord, read_segment
from airflow_lineage_provider.model.usable import usable
from airflow_lineage_provider.model.wire_limits import MAX_COLUMNS, MAX_LINES
from tests.cpu_time import cpu_below
from tests.model.records import JSON, records

KEYS = st.sampled_from(
    [
        "inputs",
        "outputs",
        "connections",
        "statements",
        "observed",
        "errors",
        "truncated",
        "operator",
        "context",
    ]
)
FIELDS = st.sampled_from(
    ["dataset", "namespace", "name", "uri", "asset_name", "alias", "columns", "rows", "bytes", "facets", "sql",
     "connection", "port", "extra", "conn_id", "conn_type", "executed", "job_id", "evidence", "source", "error"]
)  # fmt: skip
ODD = st.recursive(
    JSON | st.just(2**70) | st.just("x" * 3000) | st.just(""),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=8,
)


def columns_of(*columns: Any) -> dict[str, Any]:
    return usable({"outputs": [{"dataset": {"namespace": "n", "name": "d"}, "columns": list(columns)}]})


@given(records())
def test_a_record_that_can_be_stored_is_left_as_it_is(record: LineageRecord) -> None:
    wire = json.loads(json.dumps(record.to_wire()))
    assert usable(wire) == wire


@given(st.dictionaries(KEYS, ODD | st.lists(ODD, max_size=4), max_size=4))
def test_whatever_it_is_given_is_mended_once_and_the_given_is_not_touched(wire: dict[str, Any]) -> None:
    before = json.dumps(wire)
    mended = usable(wire)
    assert json.dumps(wire) == before
    assert usable(mended) == mended
    with suppress(InvalidRecord):
        read_segment({"v": 1, "kind": "core", "outcome": "success", "ti_id": "x", **wire})


def test_a_column_without_a_name_is_left_out_and_the_others_stay() -> None:
    wire = columns_of({"name": "", "type": "int64"}, {"name": "a"}, {"name": "x" * 1001}, {"name": 5})
    assert wire["outputs"][0]["columns"] == [{"name": "a"}]
    assert wire["truncated"] == [
        "outputs[0] d: columns 1, 3, 4 left out (3 of 4), their names are not texts of 1 to 1000 characters"
    ]


def test_more_columns_than_there_is_room_for_are_counted() -> None:
    wire = columns_of(*({"name": f"c{number}"} for number in range(MAX_COLUMNS + 2)))
    assert len(wire["outputs"][0]["columns"]) == MAX_COLUMNS
    assert wire["truncated"] == [f"outputs[0] d: 2 columns beyond {MAX_COLUMNS}"]


def test_an_over_long_type_is_cut_and_its_column_stays() -> None:
    (column,) = columns_of({"name": "a", "type": "x" * 5000, "nullable": 1})["outputs"][0]["columns"]
    assert set(column) == {"name", "type"}
    assert len(column["type"]) == 4000


@pytest.mark.parametrize("count", [-1, 2**63, 1.0, "5", True, 2**70])
def test_a_number_that_no_database_holds_is_left_out(count: Any) -> None:
    wire = usable({"inputs": [{"uri": "s3://b/k", "rows": count, "bytes": 3}]})
    assert wire["inputs"] == [{"uri": "s3://b/k", "bytes": 3}]
    assert wire["truncated"][0].startswith("inputs[0] s3://b/k.rows left out")


@pytest.mark.parametrize(
    "entry",
    [
        {"uri": "://"},
        {"uri": " "},
        {"uri": 5},
        {"uri": "s3://a/" + "x" * 4000},
        {"uri": "s3://" + "b" * 1100 + "/k", "asset_name": "n"},
        {"asset_name": "  "},
        {"alias": "x" * 2049},
        {"dataset": {"namespace": "", "name": "d"}, "uri": "s3://b/k"},
        {},
    ],
)
def test_an_entry_that_names_no_dataset_is_left_out_without_its_value(entry: dict[str, Any]) -> None:
    good = {"uri": "s3://b/k"}
    wire = usable({"inputs": [good, entry, good]})
    assert wire["inputs"] == [good, good]
    assert wire["truncated"] == [
        "inputs[1] left out: it names no dataset of at most 1024 and 2048 characters"
    ]


def test_what_is_said_of_a_dataset_carries_no_credential() -> None:
    wire = usable({"inputs": [{"uri": "s3://user:secret@b/k?sig=secret", "rows": -1}]})
    assert wire["truncated"][0].startswith("inputs[0] s3://b/k.rows")


def test_lines_are_bounded() -> None:
    wire = usable({"truncated": ["x" * 5000, 5, None] + ["y"] * 3000})
    assert len(wire["truncated"]) == MAX_LINES
    assert [len(line) for line in wire["truncated"][:2]] == [1000, 1]
    assert wire["truncated"][-1] == f"truncated: {3003 - MAX_LINES + 1} lines beyond {MAX_LINES}"


def test_a_thousand_entries_cost_a_task_next_to_nothing() -> None:
    wire = {
        "inputs": [
            {"evidence": ["runtime"], "dataset": {"namespace": "file", "name": f"/data/{n}.csv"}, "rows": n}
            for n in range(500)
        ],
        "outputs": [{"evidence": ["hook"], "uri": f"s3://bucket/part/{n}", "rows": n} for n in range(500)],
    }
    cpu_below(0.01, lambda: usable(wire))
