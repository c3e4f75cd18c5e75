from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.store.ingest import prepare_segment
from airflow_lineage_provider.store.runs import read_runs
from tests.airflow_rows import NOW
from tests.store.stories import Story, core, entry, late, observed, rows, sql

ID = Column("id", "integer", False)
NAME = Column("name", "text")


def run_with(db: Any, number: int, *columns: Column) -> None:
    at = NOW + timedelta(days=number)
    story = Story(db, run_id=f"r{number}", at=at)
    record = core(story.attempt(), outputs=[entry("t", columns=columns)])
    record.ended_at = at.isoformat()
    story.ingest(record, now=NOW + timedelta(days=30))


def versions(db: Any) -> list[tuple[int, int | None]]:
    """(day from, day to) of each version, oldest first."""
    found = sorted(rows(db, "lineage_dataset_schema"), key=lambda row: row.valid_from)
    return [
        ((row.valid_from - NOW).days, (row.valid_to - NOW).days if row.valid_to else None) for row in found
    ]


def test_equal_columns_are_one_version_however_many_runs_saw_them(db: Any) -> None:
    for number in range(4):
        run_with(db, number, ID, NAME)
    assert versions(db) == [(0, None)]
    assert len(rows(db, "lineage_schema")) == 1


def test_changed_columns_end_a_version_and_begin_one(db: Any) -> None:
    run_with(db, 0, ID)
    run_with(db, 1, ID, NAME)
    run_with(db, 2, ID)
    assert versions(db) == [(0, 1), (1, 2), (2, None)]
    assert len(rows(db, "lineage_schema")) == 2  # the third version has the columns of the first


@pytest.mark.parametrize(
    ("day", "columns"),
    # Before anybody saw the table, in both of its versions, and on the day of the change.
    [(-1, {"id"}), (0, {"id"}), (1, {"id"}), (2, {"id"}), (3, {"id", "name"}), (9, {"id", "name"})],
)
def test_a_star_is_resolved_with_the_columns_of_its_day_though_the_record_comes_late(
    day: int, columns: set[str], db: Any
) -> None:
    for number, known in ((0, (ID,)), (2, (ID, NAME))):
        at = NOW + timedelta(days=number)
        story = Story(db, run_id=f"r{number}", at=at)
        record = core(
            story.attempt(), **observed("orders", **{column.name: str(column.type) for column in known})
        )
        record.ended_at = at.isoformat()
        story.ingest(record, now=NOW + timedelta(days=30))
    story = Story(db, run_id="late", at=NOW + timedelta(days=20))
    record = core(story.attempt(), **sql("CREATE TABLE copy AS SELECT * FROM orders"))
    record.ended_at = (NOW + timedelta(days=day)).isoformat()
    read = prepare_segment(record, session=db).read
    assert {use.output_column for use in read.columns} == columns


def test_two_datasets_with_equal_columns_share_them(db: Any) -> None:
    story = Story(db)
    story.ingest(core(story.attempt(), outputs=[entry("a", columns=(ID,)), entry("b", columns=(ID,))]))
    assert len(rows(db, "lineage_schema")) == 1
    assert len(rows(db, "lineage_dataset_schema")) == 2


def test_an_older_run_that_arrives_last_does_not_become_the_present(db: Any) -> None:
    run_with(db, 5, ID, NAME)
    run_with(db, 1, ID)
    assert versions(db) == [(5, None)]
    by_run = {run.run_id: run.outputs[0].columns for run in read_runs("shop", session=db)}
    assert [column["name"] for column in by_run["r1"]] == ["id"]


def test_columns_without_types_do_not_replace_the_same_columns_with_types(db: Any) -> None:
    run_with(db, 0, ID, NAME)
    run_with(db, 1, Column("id"), Column("name"))
    assert versions(db) == [(0, None)]


def test_observed_columns_beat_those_of_the_statement_in_the_run_and_in_the_dataset(db: Any) -> None:
    for number in range(3):
        story = Story(db, run_id=f"r{number}", at=NOW + timedelta(minutes=number))
        ti_id = story.attempt()
        story.ingest(core(ti_id, awaits=("late",), **sql("CREATE TABLE copy AS SELECT id, name FROM orders")))
        story.ingest(late(ti_id, **observed("copy", id="integer", name="text")))
    assert len(versions(db)) == 1
    for run in read_runs("shop", session=db):
        assert [column.get("type") for column in run.outputs[0].columns] == ["integer", "text"]


def test_ddl_types_and_observed_types_of_the_same_table_do_not_take_turns(db: Any) -> None:
    ddl = "CREATE TABLE IF NOT EXISTS copy (id INT, name VARCHAR(10))"
    for number in range(3):
        story = Story(db, run_id=f"r{number}", at=NOW + timedelta(minutes=number))
        ti_id = story.attempt()
        story.ingest(core(ti_id, awaits=("late",), **sql(ddl)))
        story.ingest(late(ti_id, **observed("copy", id="integer", name="character varying(10)")))
    assert len(versions(db)) == 1


def test_without_observed_columns_a_changed_ddl_is_a_new_version(db: Any) -> None:
    for number, kind in enumerate(("INT", "BIGINT")):
        story = Story(db, run_id=f"r{number}", at=NOW + timedelta(minutes=number))
        story.ingest(core(story.attempt(), **sql(f"CREATE OR REPLACE TABLE copy (id {kind})")))
    assert len(versions(db)) == 2


def test_a_changed_type_that_was_observed_is_a_new_version(db: Any) -> None:
    for number, kind in enumerate(("integer", "bigint")):
        story = Story(db, run_id=f"r{number}", at=NOW + timedelta(minutes=number))
        ti_id = story.attempt()
        story.ingest(core(ti_id, awaits=("late",), **sql("INSERT INTO copy SELECT id FROM orders")))
        story.ingest(late(ti_id, **observed("copy", id=kind)))
    assert len(versions(db)) == 2
