from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_lineage_provider.capture.instrumentation.observer import MAX_COLUMNS, MAX_CONNECTIONS, OBSERVER
from airflow_lineage_provider.capture.instrumentation.sighting import Act, Detail, Trace
from airflow_lineage_provider.capture.sources.runtime import add_runtime_datasets, add_runtime_statements
from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import Column, IoEntry
from airflow_lineage_provider.model.record import LineageRecord, Outcome, SegmentKind, Statement

WAREHOUSE = ConnectionIdentity("warehouse", "postgres", "db", 5432, "shop")
DRIVER = ConnectionIdentity("psycopg2", "postgres", "db", None, "shop")


@pytest.fixture(autouse=True)
def observing() -> Iterator[None]:
    OBSERVER.start()
    yield
    OBSERVER.stop()


@pytest.fixture
def record() -> LineageRecord:
    return LineageRecord(kind=SegmentKind.CORE, outcome=Outcome.SUCCESS, ti_id="x")


def add(record: LineageRecord, limit: int = 1000, host: str | None = None) -> None:
    OBSERVER.stop()
    add_runtime_datasets(record, OBSERVER, host=host, limit=limit)


def names(entries: list[IoEntry]) -> list[str]:
    return [str(entry.identity) for entry in entries]


def made(folder: Path, *files: str) -> list[str]:
    for file in files:
        (folder / file).write_text("12345")
    return [str(folder / file) for file in files]


def test_a_file_that_was_read_is_an_input_and_one_that_was_written_an_output(
    record: LineageRecord, tmp_path: Path
) -> None:
    read, written, both = made(tmp_path, "a.csv", "b.csv", "c.csv")
    OBSERVER.saw(Act.READ, read)
    OBSERVER.saw(Act.WRITE, written)
    OBSERVER.saw(Act.UPDATE, both)
    add(record)
    assert names(record.inputs) == [f"file {read}", f"file {both}"]
    assert names(record.outputs) == [f"file {written}", f"file {both}"]
    assert {entry.evidence for entry in record.inputs + record.outputs} == {Evidence.RUNTIME}
    assert record.outputs[0].bytes == 5


def test_what_the_task_made_itself_is_no_input_of_it(record: LineageRecord, tmp_path: Path) -> None:
    (path,) = made(tmp_path, "a.csv")
    OBSERVER.saw(Act.WRITE, path)
    OBSERVER.saw(Act.READ, path)
    add(record)
    assert (names(record.inputs), names(record.outputs)) == ([], [f"file {path}"])


def test_what_the_task_made_and_deleted_is_nobody_elses(record: LineageRecord, tmp_path: Path) -> None:
    path = str(tmp_path / "scratch.csv")
    OBSERVER.saw(Act.WRITE, path)
    OBSERVER.saw(Act.READ, path)
    OBSERVER.saw(Act.DELETE, path)
    add(record)
    assert record.inputs == record.outputs == []


def test_a_file_that_was_renamed_into_place_is_the_output(record: LineageRecord, tmp_path: Path) -> None:
    (final,) = made(tmp_path, "final.csv")
    OBSERVER.saw(Act.WRITE, str(tmp_path / "final.csv.part"), Detail(rows=7))
    OBSERVER.renamed(str(tmp_path / "final.csv.part"), final)
    add(record)
    assert (names(record.inputs), names(record.outputs)) == ([], [f"file {final}"])
    assert record.outputs[0].rows == 7


def test_a_file_of_somebody_else_that_was_moved_is_input_and_dropped(
    record: LineageRecord, tmp_path: Path
) -> None:
    (target,) = made(tmp_path, "moved.csv")
    OBSERVER.renamed(str(tmp_path / "landed.csv"), target)
    add(record)
    assert names(record.inputs) == [f"file {tmp_path}/landed.csv"]
    assert names(record.outputs) == [f"file {tmp_path}/landed.csv", f"file {target}"]
    assert record.outputs[0].facets == {"lifecycleStateChange": {"lifecycleStateChange": "DROP"}}


def test_a_directory_is_renamed_with_all_in_it(record: LineageRecord, tmp_path: Path) -> None:
    (tmp_path / "final").mkdir()
    made(tmp_path / "final", "a.csv", "b.csv")
    for file in ("a.csv", "b.csv"):
        OBSERVER.saw(Act.WRITE, str(tmp_path / "staging" / file))
    OBSERVER.renamed(str(tmp_path / "staging"), str(tmp_path / "final"))
    add(record)
    assert names(record.outputs) == [f"file {tmp_path}/final/a.csv", f"file {tmp_path}/final/b.csv"]


def test_a_removed_directory_takes_what_the_task_wrote_into_it(record: LineageRecord, tmp_path: Path) -> None:
    OBSERVER.saw(Act.WRITE, str(tmp_path / "work" / "a.csv"))
    OBSERVER.removed_tree(str(tmp_path / "work"))
    add(record)
    assert record.outputs == []


def test_a_read_that_found_no_file_is_no_input(record: LineageRecord, tmp_path: Path) -> None:
    OBSERVER.saw(Act.READ, str(tmp_path / "not-there.csv"))
    OBSERVER.saw(Act.DELETE, made(tmp_path, "still-there.csv")[0])
    add(record)
    assert record.inputs == record.outputs == []


def test_addresses_lose_users_and_signatures(record: LineageRecord) -> None:
    OBSERVER.saw(Act.READ, "https://me:secret@host/data.csv?sig=secret")
    OBSERVER.saw(Act.READ, "s3://aws_default@bucket/key.csv")
    add(record)
    assert names(record.inputs) == ["https://host data.csv", "s3://bucket key.csv"]


def test_what_is_in_the_memory_of_the_process_is_no_dataset(record: LineageRecord) -> None:
    OBSERVER.saw(Act.READ, "memory://b/x.csv")
    OBSERVER.saw(Act.WRITE, "memory:///y.csv")
    add(record)
    assert record.inputs == record.outputs == []


def test_details_travel_with_the_output(record: LineageRecord) -> None:
    OBSERVER.saw(Act.WRITE, "s3://lake/a.parquet", Detail(format="parquet", rows=10))
    OBSERVER.saw(Act.WRITE, "s3://lake/a.parquet", Detail(bytes=99))
    add(record)
    (entry,) = record.outputs
    assert (entry.rows, entry.bytes, entry.facets) == (10, 99, {"storage": {"fileFormat": "parquet"}})


def test_what_is_beyond_the_limit_is_counted(record: LineageRecord) -> None:
    for number in range(25):
        OBSERVER.saw(Act.READ, DatasetId("ns", str(number)))
    add(record, limit=20)
    assert len(record.inputs) == 20
    assert record.truncated == ["runtime: 5 datasets beyond 20"]


def test_local_paths_carry_the_host_only_when_asked(record: LineageRecord, tmp_path: Path) -> None:
    (path,) = made(tmp_path, "a.csv")
    OBSERVER.saw(Act.READ, path)
    add(record, host="worker-1")
    assert names(record.inputs) == [f"file://worker-1 {path}"]


def test_a_statement_that_a_hook_reported_is_sent_once_and_known_by_both(record: LineageRecord) -> None:
    record.connections.append(WAREHOUSE)
    record.statements.append(Statement(sql="INSERT INTO t SELECT * FROM s", connection=0))
    OBSERVER.ran(OBSERVER.connection(DRIVER), "INSERT INTO t SELECT * FROM s ", rows=4)
    add_runtime_statements(record, OBSERVER)
    (statement,) = record.statements
    assert statement.evidence.names == ("statement", "runtime")
    assert statement.rows == 4
    assert record.connections == [WAREHOUSE]


def test_statements_that_differ_in_values_only_are_sent_once_with_all_their_rows(
    record: LineageRecord,
) -> None:
    connection = OBSERVER.connection(DRIVER)
    for number in range(50):
        OBSERVER.ran(connection, f"INSERT INTO t VALUES ({number}, 'x{number}')", rows=1)
    OBSERVER.ran(connection, "SELECT * FROM t_1")
    OBSERVER.ran(connection, "SELECT * FROM t_2")
    add_runtime_statements(record, OBSERVER)
    assert [(entry.sql, entry.rows) for entry in record.statements] == [
        ("INSERT INTO t VALUES (0, 'x0')", 50),
        ("SELECT * FROM t_1", None),
        ("SELECT * FROM t_2", None),
    ]


def test_a_statement_that_failed_is_not_executed_unless_it_worked_another_time(
    record: LineageRecord,
) -> None:
    connection = OBSERVER.connection(DRIVER)
    OBSERVER.ran(connection, "DELETE FROM a", failed=True)
    OBSERVER.ran(connection, "DELETE FROM b", failed=True)
    OBSERVER.ran(connection, "DELETE FROM b")
    add_runtime_statements(record, OBSERVER)
    assert [(entry.sql, entry.executed) for entry in record.statements] == [
        ("DELETE FROM a", False),
        ("DELETE FROM b", True),
    ]


def test_a_file_that_could_not_be_deleted_is_still_what_it_was(record: LineageRecord, tmp_path: Path) -> None:
    (path,) = made(tmp_path, "kept.csv")
    OBSERVER.saw(Act.READ, path)
    OBSERVER.saw(Act.DELETE, path)
    add(record)
    assert (names(record.inputs), record.outputs) == ([f"file {path}"], [])


def test_an_output_directory_moves_with_what_is_in_it(record: LineageRecord, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    made(tmp_path / "out", "_DONE")
    OBSERVER.saw(Act.WRITE, str(tmp_path / "_tmp"), Detail(format="parquet", rows=5))
    OBSERVER.saw(Act.WRITE, str(tmp_path / "_tmp" / "_DONE"))
    OBSERVER.renamed(str(tmp_path / "_tmp"), str(tmp_path / "out"))
    add(record)
    assert sorted(names(record.outputs)) == [f"file {tmp_path}/out", f"file {tmp_path}/out/_DONE"]
    assert record.inputs == []


def test_a_directory_that_was_read_and_removed_stays_an_input(record: LineageRecord, tmp_path: Path) -> None:
    OBSERVER.saw(Act.READ, str(tmp_path / "landing"))
    OBSERVER.removed_tree(str(tmp_path / "landing"))
    add(record)
    assert names(record.inputs) == [f"file {tmp_path}/landing"]


def test_more_connections_and_columns_than_there_is_room_for_are_counted(record: LineageRecord) -> None:
    for number in range(MAX_CONNECTIONS + 3):
        identity = ConnectionIdentity("(python)", "sqlite", f"/data/{number}.db")
        OBSERVER.ran(OBSERVER.connection(identity), "SELECT 1 FROM t")
    columns = tuple(Column(f"c{number}") for number in range(MAX_COLUMNS // 2))
    for number in range(4):
        OBSERVER.saw(Act.WRITE, f"s3://lake/{number}", Detail(columns=columns))
    add(record)
    add_runtime_statements(record, OBSERVER)
    assert record.truncated == ["runtime: columns of 2 datasets", "runtime: 3 further statements"]
    assert [entry.columns is not None for entry in record.outputs] == [True, True, False, False]


def test_clearing_folders_that_nobody_has_named_searches_no_names() -> None:
    searches = 0

    class Names(dict[Any, int]):
        def copy(self) -> dict[Any, int]:
            nonlocal searches
            searches += 1
            return super().copy()

    OBSERVER.traces = Names()
    OBSERVER.saw(Act.READ, "/data/in/a.csv")
    for number in range(100):
        OBSERVER.removed_tree(f"/data/out/{number}")
        OBSERVER.saw(Act.WRITE, f"/data/out/{number}/part.csv")
    assert searches == 1
    OBSERVER.removed_tree("/data/out/7")
    assert OBSERVER.traces["/data/out/7/part.csv"] == Trace.GONE


def test_a_thread_that_the_task_left_behind_does_not_cost_the_record(record: LineageRecord) -> None:
    over = threading.Event()

    def go_on() -> None:
        number = 0
        while not over.is_set():
            number += 1
            OBSERVER.saw(Act.READ, f"s3://lake/{number % 19_000}")

    threads = [threading.Thread(target=go_on, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(30):
            add_runtime_datasets(record, OBSERVER, host=None, limit=10)
            add_runtime_statements(record, OBSERVER)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert record.inputs
