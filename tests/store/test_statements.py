from __future__ import annotations

from typing import Any

from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.record import Statement
from tests.store.stories import Story, core, io_of, rows, sql


def run(db: Any, text: str, connection: ConnectionIdentity, **fields: Any) -> dict[tuple[str, str], Any]:
    """(direction, name) to evidence and state of what one statement touched."""
    story = Story(db)
    record = core(story.attempt(), connections=[connection], statements=[Statement(text, 0, **fields)])
    return io_of(db, story.ingest(record))


def duckdb(host: str, **extra: str) -> ConnectionIdentity:
    return ConnectionIdentity("(python)", "duckdb", host, extra=extra)


def test_tables_of_a_database_in_memory_are_nobodys_data_and_its_files_are(db: Any) -> None:
    text = "COPY (SELECT * FROM loaded JOIN read_csv('in/orders.csv') USING (id)) TO 'out.parquet'"
    touched = run(db, text, duckdb(":memory:", working_directory="/data/shop"))
    assert {name for _, name in touched} == {"/data/shop/in/orders.csv", "/data/shop/out.parquet"}
    assert {row.namespace for row in rows(db, "lineage_dataset")} == {"file"}


def test_a_duckdb_table_has_one_name_with_the_name_of_its_file_and_without(db: Any) -> None:
    touched = run(db, "INSERT INTO shop.main.t SELECT * FROM t2", duckdb("/data/shop.duckdb"))
    assert {name for _, name in touched} == {"main.t", "main.t2"}


def test_a_file_whose_folder_nobody_knows_keeps_the_name_it_was_given(db: Any) -> None:
    touched = run(db, "COPY t FROM 'orders.csv'", ConnectionIdentity("w", "duckdb", "/data/shop.duckdb"))
    assert ("input", "orders.csv") in touched


def test_files_of_a_server_are_not_those_of_the_worker(db: Any) -> None:
    story = Story(db)
    hosts = ("db1", "localhost")
    record = core(
        story.attempt(),
        connections=[ConnectionIdentity("w", "postgres", host, database="shop") for host in hosts],
        statements=[Statement("COPY t FROM '/data/orders.csv'", index) for index in range(len(hosts))],
    )
    story.ingest(record)
    found = {row.namespace for row in rows(db, "lineage_dataset") if row.name == "/data/orders.csv"}
    assert found == {"file://db1", "file"}


def test_a_file_that_mysql_loads_from_its_client_is_the_workers(db: Any) -> None:
    story = Story(db)
    texts = (
        "LOAD DATA LOCAL INFILE '/data/a.csv' INTO TABLE t",
        "LOAD DATA INFILE '/data/b.csv' INTO TABLE t",
    )
    record = core(
        story.attempt(),
        connections=[ConnectionIdentity("w", "mysql", "db1", schema="shop")],
        statements=[Statement(text, 0) for text in texts],
    )
    story.ingest(record)
    found = {(row.namespace, row.name) for row in rows(db, "lineage_dataset")}
    assert found >= {("file", "/data/a.csv"), ("file://db1", "/data/b.csv")}


def test_a_record_cannot_put_the_servers_folder_into_a_name(db: Any) -> None:
    touched = run(db, "COPY t TO 'x.csv'", duckdb(":memory:", working_directory="relative"))
    assert {name for _, name in touched} == {"x.csv"}


def test_the_evidence_of_a_statement_is_that_of_who_saw_it(db: Any) -> None:
    seen = Evidence.RUNTIME | Evidence.STATEMENT
    story = Story(db)
    run_id = story.ingest(core(story.attempt(), **sql("INSERT INTO a SELECT * FROM b", evidence=seen)))
    assert {evidence for evidence, _ in io_of(db, run_id).values()} == {("statement", "runtime")}
