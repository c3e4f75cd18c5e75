from __future__ import annotations

from typing import Any

import pytest

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.openlineage.dataset_facets import MAX_SYMLINKS
from airflow_lineage_provider.model.openlineage.event import EventDataset
from airflow_lineage_provider.model.openlineage.reader import InvalidEvent, read_event
from airflow_lineage_provider.model.wire_limits import (
    MAX_BIGINT,
    MAX_COLUMNS,
    MAX_DESCRIPTION,
    MAX_PART,
    MAX_TYPE,
)
from tests.model.openlineage.events import NOW, dataset, dataset_event, run_event


def output(facets: Any = None, **fields: Any) -> EventDataset:
    return read_event(run_event(outputs=[dataset(facets=facets, **fields)]), now=NOW).outputs[0]


def input_(**fields: Any) -> EventDataset:
    return read_event(run_event(inputs=[dataset(**fields)]), now=NOW).inputs[0]


def schema(*fields: Any) -> dict[str, Any]:
    return {"schema": {"_producer": "p", "_schemaURL": "u", "fields": list(fields)}}


def test_columns_are_read_and_nested_ones_have_dots() -> None:
    found = output(
        schema(
            {"name": "id", "type": "bigint", "description": "key"},
            {
                "name": "who",
                "type": "struct",
                "fields": [{"name": "first"}, {"name": "at", "fields": [{"name": "zip"}]}],
            },
            {"name": "größe", "type": None, "description": None, "fields": None},
        )
    )
    assert found.columns == (
        Column("id", "bigint", None, "key"),
        Column("who", "struct"),
        Column("who.first"),
        Column("who.at"),
        Column("who.at.zip"),
        Column("größe"),
    )


@pytest.mark.parametrize(
    ("facets", "columns"),
    [
        (None, None),
        ({}, None),
        ({"schema": None}, None),
        ({"schema": {}}, None),
        ({"schema": {"fields": None}}, None),
        (schema(), ()),
        ({"schema": {"_deleted": True}}, ()),
    ],
)
def test_an_empty_schema_is_not_a_missing_one(facets: Any, columns: Any) -> None:
    assert output(facets).columns == columns


def test_a_column_is_named_once_and_long_words_are_cut() -> None:
    found = output(
        schema({"name": "a", "type": "t" * 9999, "description": "d" * 99_999}, {"name": "a", "type": "int"})
    )
    assert found.columns is not None
    (column,) = found.columns
    assert (len(column.type or ""), len(column.description or "")) == (MAX_TYPE, MAX_DESCRIPTION)


def test_a_type_that_is_a_structure_is_kept_as_text() -> None:
    found = output(schema({"name": "a", "type": {"b": 1, "a": ["x"]}}, {"name": "b", "type": 7}))
    assert found.columns == (Column("a", '{"a":["x"],"b":1}'), Column("b"))


@pytest.mark.parametrize(
    ("facets", "field"),
    [
        (schema({"assertion": "a", "success": True}), "schema.fields[0].name"),
        (schema({"name": ""}), "schema.fields[0].name"),
        (schema({"name": "a", "fields": [{"name": 1}]}), "schema.fields[0].fields[0].name"),
        (schema({"name": "a" * MAX_PART, "fields": [{"name": "b"}]}), "schema.fields[0].fields[0].name"),
        (schema("a"), "schema.fields[0]"),
        ({"schema": {"fields": {}}}, "schema.fields"),
        (schema(*({"name": f"c{n}"} for n in range(MAX_COLUMNS + 1))), "schema.fields"),
        (
            schema(*({"name": f"c{n}", "fields": [{"name": "x"}]} for n in range(MAX_COLUMNS // 2 + 1))),
            "schema.fields",
        ),
        ({"symlinks": {"identifiers": [{"namespace": "n"}]}}, "symlinks.identifiers[0].name"),
        ({"symlinks": {"identifiers": [dataset("x")] * (MAX_SYMLINKS + 1)}}, "symlinks.identifiers"),
    ],
)
def test_facets_that_could_not_be_stored_are_refused_by_their_path(facets: Any, field: str) -> None:
    with pytest.raises(InvalidEvent) as caught:
        output(facets)
    assert caught.value.field == f"outputs[0].facets.{field}"


def test_symlinks_are_other_names_without_credentials() -> None:
    names = [
        {"namespace": "hive://u:p@h:9083", "name": "db.t", "type": "TABLE"},
        {"namespace": "n", "name": "t", "type": "TABLE"},
        {"namespace": "hive://h:9083", "name": "db.t"},
    ]
    assert output({"symlinks": {"identifiers": names}}).symlinks == (DatasetId("hive://h:9083", "db.t"),)
    assert output({"symlinks": {"_deleted": True, "identifiers": names}}).symlinks == ()


def test_statistics_count_rows_and_bytes() -> None:
    written = output(outputFacets={"outputStatistics": {"rowCount": 10, "size": 99, "fileCount": 1}})
    assert (written.rows, written.bytes) == (10, 99)
    metrics = {"dataQualityMetrics": {"rowCount": 5, "bytes": 50, "columnMetrics": {}}}
    assert (input_(inputFacets=metrics).rows, input_(inputFacets=metrics).bytes) == (5, 50)
    both = input_(inputFacets={**metrics, "inputStatistics": {"rowCount": 4, "size": None}})
    assert (both.rows, both.bytes) == (4, 50)
    assert output(metrics).rows is None


@pytest.mark.parametrize("count", [-1, MAX_BIGINT + 1, True, "7", 1.5, None, {}])
def test_a_count_that_no_database_holds_is_left_out(count: Any) -> None:
    assert output(outputFacets={"outputStatistics": {"rowCount": count, "size": 7.0}}).rows is None
    assert output(outputFacets={"outputStatistics": {"rowCount": count, "size": 7.0}}).bytes == 7


@pytest.mark.parametrize(
    ("word", "is_dropped"), [("DROP", True), ("drop", True), ("CREATE", False), (None, False)]
)
def test_a_drop_is_seen(word: Any, is_dropped: bool) -> None:
    facets = {"lifecycleStateChange": {"lifecycleStateChange": word}}
    assert output(facets).is_dropped is is_dropped
    event = read_event(dataset_event(dataset=dataset(facets=facets)), now=NOW)
    assert event.outputs[0].is_dropped is is_dropped
