from __future__ import annotations

import pytest

from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.record import LineageRecord, Outcome, SegmentKind, Statement
from airflow_lineage_provider.store import statements as module
from airflow_lineage_provider.store.statements import ReadStatements, read_statements
from airflow_lineage_provider.store.touched import Touched

WAREHOUSE = ConnectionIdentity("warehouse", "postgres", "db", 5432, "shop", "public")
LONG = "l" * 1_001


def read(*sqls: str, connection: ConnectionIdentity = WAREHOUSE) -> tuple[ReadStatements, Touched]:
    record = LineageRecord(
        kind=SegmentKind.CORE,
        outcome=Outcome.SUCCESS,
        ti_id="00000000-0000-0000-0000-000000000000",
        connections=[connection],
        statements=[Statement(sql, 0) for sql in sqls],
    )
    touched = Touched()
    return read_statements(record, touched, lambda dataset: None), touched


def names(touched: Touched, direction: Direction) -> list[str]:
    return [dataset.name for dataset, side in touched.io if side is direction]


def test_what_decides_over_rows_belongs_to_the_whole_dataset() -> None:
    read_, _ = read("INSERT INTO n (p) SELECT x FROM u WHERE y > 1")
    assert {(use.output_column, use.input_column, use.subtype) for use in read_.columns} == {
        ("p", "x", "IDENTITY"),
        ("*", "y", "FILTER"),
    }


@pytest.mark.parametrize(
    "name", [f'"{LONG}"', f'"{LONG}".t', '"a\0b"', '"a\ud800b"'], ids=["table", "schema", "nul", "surrogate"]
)
def test_a_table_that_no_database_has_room_for_is_an_error(name: str) -> None:
    read_, touched = read(f"INSERT INTO n (p) SELECT x FROM {name}", "INSERT INTO m SELECT * FROM u")
    assert names(touched, Direction.INPUT) == ["shop.public.u"]
    assert names(touched, Direction.OUTPUT) == ["shop.public.n", "shop.public.m"]
    assert read_.columns == []
    [error] = read_.errors
    assert (error["source"], error["error"]) == ("statement", "UnusableName")
    assert len(error["message"]) < 120
    error["message"].encode()
    assert "\0" not in error["message"]
    for entry in read_.facet:
        entry["sql"].encode()
        assert "\0" not in entry["sql"]


def test_a_name_that_is_too_long_only_as_a_whole_is_an_error_too() -> None:
    part = "q" * 900
    read_, touched = read(f"SELECT * FROM {part}.{part}.{part}")
    assert touched.io == {}
    assert read_.errors[0]["message"] == f"dataset name of 2702 characters left out: {'q' * 40}"


def test_a_location_that_is_too_long_is_an_error() -> None:
    read_, touched = read(f"COPY t FROM 's3://b/{'k' * 3_000}'")
    assert names(touched, Direction.INPUT) == []
    assert names(touched, Direction.OUTPUT) == ["shop.public.t"]
    assert len(read_.errors) == 1


def test_a_column_that_is_too_long_is_left_out_and_the_others_stay() -> None:
    read_, touched = read(f"CREATE TABLE n AS SELECT x, y AS {LONG}, {LONG} AS z FROM u")
    assert {use.output_column for use in read_.columns} == {"x"}
    assert [[column.name for column in columns] for columns in touched.columns.values()] == [["x", "z"]]
    assert len(read_.errors) == 1  # the same name is told once


def test_datasets_beyond_the_number_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_DATASETS", 5)
    read_, touched = read("SELECT * FROM " + ", ".join(f"t{n}" for n in range(12)))
    assert len(touched.io) == 5
    assert read_.truncated == ["statements: 7 datasets beyond 5"]


def test_column_uses_beyond_the_number_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_COLUMN_USES", 5)
    columns = ", ".join(f"c{n}" for n in range(8))
    read_, _ = read(f"INSERT INTO n ({columns}) SELECT {columns} FROM t")
    assert len(read_.columns) == 5
    assert read_.truncated == ["statements: 3 column edges beyond 5"]


def test_errors_about_names_are_finite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_NAME_ERRORS", 3)
    read_, _ = read("SELECT * FROM " + ", ".join(f"{LONG}{n}" for n in range(5)))
    assert len(read_.errors) == 3
    assert read_.truncated == ["statements: 2 more names that cannot be stored"]


def test_what_a_statement_left_out_is_told_with_its_fingerprint() -> None:
    summed = " + ".join(f"x{n}" for n in range(201))
    read_, _ = read(f"CREATE TABLE n AS SELECT {summed} AS p FROM t")
    [words] = read_.truncated
    assert (
        words
        == f"statement {read_.facet[0]['fingerprint'][:12]}: columns: more than 200 sources of one column"
    )
    assert read_.errors == []
