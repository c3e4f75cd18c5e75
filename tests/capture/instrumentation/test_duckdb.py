from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.sighting import Trace
from tests.capture.instrumentation.driver_run import Seen, observing

AT_MODULE_LEVEL = pd.DataFrame({"a": [10]})


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text("a,b\n1,x\n2,y\n")
    duckdb.sql("SELECT * FROM 't.csv'").write_parquet("t.parquet")
    Path("t.json").write_text('[{"a": 1}]')
    with observing("duckdb") as seen:
        yield seen


def traces() -> dict[str, int]:
    return {str(name): trace for name, trace in OBSERVER.traces.items()}


def test_statements_of_the_module_and_of_connections_are_reported(seen: Seen) -> None:
    assert duckdb.sql("SELECT a FROM 't.csv'").fetchall() == [(1,), (2,)]
    duckdb.execute("SELECT b FROM 't.csv' WHERE a = ?", [1]).fetchall()
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE u AS SELECT * FROM 't.csv'")
        connection.executemany("INSERT INTO u VALUES (?, ?)", [[3, "z"], [4, "z"]])
        assert connection.sql("FROM u SELECT max(a)").fetchall() == [(4,)]
        (statement,) = duckdb.extract_statements("COPY u TO 'u.csv'")
        connection.execute(statement).fetchall()
    assert seen.texts == [
        "SELECT a FROM 't.csv'",
        "SELECT b FROM 't.csv' WHERE a = ?",
        "CREATE TABLE u AS SELECT * FROM 't.csv'",
        "INSERT INTO u VALUES (?, ?)",
        "FROM u SELECT max(a)",
        "COPY u TO 'u.csv'",
    ]
    assert set(seen.namespaces) == {"duckdb::memory:"}


def test_a_database_file_is_its_namespace(tmp_path: Path, seen: Seen) -> None:
    connection = duckdb.connect("shop.duckdb")
    connection.execute("CREATE TABLE u (a int)")
    connection.cursor().execute("INSERT INTO u VALUES (1)")
    connection.close()
    with duckdb.connect(database=tmp_path / "shop.duckdb", read_only=True) as again:
        again.sql("SELECT a FROM u")
    assert seen.namespaces == [f"duckdb://{tmp_path}/shop.duckdb"]
    assert seen.texts == ["CREATE TABLE u (a int)", "INSERT INTO u VALUES (1)", "SELECT a FROM u"]


def test_connections_older_than_the_attempt_are_observed(tmp_path: Path, seen: Seen) -> None:
    with observing():
        older = duckdb.connect("older.duckdb")
        memory = duckdb.connect()
    with observing("duckdb") as seen:
        older.execute("SELECT b FROM 't.csv'").fetchall()
        memory.execute("SELECT a FROM 't.csv'")
        assert seen.namespaces == [f"duckdb://{tmp_path}/older.duckdb", "duckdb::memory:"]
    older.close()
    memory.close()


def test_results_that_the_task_has_not_read_stay(tmp_path: Path, seen: Seen) -> None:
    with observing():
        older = duckdb.connect("older.duckdb")
    with observing("duckdb"):
        result = older.execute("SELECT a FROM 't.csv' ORDER BY a")
        assert result.fetchall() == [(1,), (2,)]
    older.close()


def test_variables_of_the_task_can_be_read_by_name(seen: Seen) -> None:
    frame = pd.DataFrame({"a": [1, 2]})
    connection = duckdb.connect()
    for function in (duckdb.sql, duckdb.query, connection.sql, connection.query):
        assert function("SELECT sum(a) FROM frame").fetchall() == [(3,)]
        assert function("SELECT sum(a) FROM AT_MODULE_LEVEL").fetchall() == [(10,)]
    assert connection.execute("SELECT sum(a) FROM frame").fetchall() == [(3,)]
    assert duckdb.execute("SELECT sum(a) FROM frame").fetchall() == [(3,)]

    def inner(argument: pd.DataFrame) -> Any:
        return duckdb.sql("SELECT sum(a) FROM argument")

    assert inner(frame).fetchall() == [(3,)]
    assert [duckdb.sql("SELECT sum(a) FROM frame").fetchall() for frame in [frame]] == [[(3,)]]
    namespace: dict[str, Any] = {"duckdb": duckdb, "df": frame}
    exec("rows = duckdb.sql('SELECT sum(a) FROM df').fetchall()", namespace)
    assert namespace["rows"] == [(3,)]
    assert not any(name.startswith("_lineage") for name in namespace)
    with pytest.raises(duckdb.CatalogException):
        duckdb.sql("SELECT * FROM no_such_variable")
    connection.close()


def test_readers_are_reads_of_their_files(tmp_path: Path, seen: Seen) -> None:
    connection = duckdb.connect()
    duckdb.read_csv("t.csv").fetchall()
    connection.read_parquet("*.parquet").fetchall()
    connection.read_json(str(tmp_path / "t.json")).fetchall()
    Path("more").mkdir()
    Path("more/1.csv").write_text("a\n1\n")
    Path("more/2.csv").write_text("a\n2\n")
    connection.from_csv_auto("more/*.csv")
    connection.read_csv(["more/1.csv", "t.csv"], union_by_name=True)
    with pytest.raises(duckdb.Error):
        connection.read_csv("missing.csv").fetchall()
    connection.close()
    names = ("t.csv", "t.parquet", "t.json", "more/1.csv", "more/2.csv")
    assert traces() == {f"{tmp_path}/{name}": Trace.INPUT for name in names}
    assert OBSERVER.details[f"{tmp_path}/t.parquet"].format == "parquet"


def test_writers_are_writes_of_their_files_with_their_query(tmp_path: Path, seen: Seen) -> None:
    relation = duckdb.sql("SELECT a AS n FROM 't.csv'")
    relation.write_parquet("out.parquet")
    relation.to_csv("o'ut{}.csv")
    with pytest.raises(duckdb.Error):
        relation.write_parquet("no/such/folder/out.parquet")
    assert traces() == {f"{tmp_path}/out.parquet": Trace.OUTPUT, f"{tmp_path}/o'ut{{}}.csv": Trace.OUTPUT}
    _, parquet, csv = seen.texts
    assert parquet.startswith("COPY (")
    assert "t.csv" in parquet
    assert parquet.endswith(f") TO '{tmp_path}/out.parquet' (FORMAT parquet)")
    assert csv.endswith(f") TO '{tmp_path}/o''ut{{}}.csv' (FORMAT csv)")
    assert len(seen.failed) == 1


def test_relations_tell_their_columns(tmp_path: Path, seen: Seen) -> None:
    relation = duckdb.read_csv("t.csv")
    relation.project(
        "a AS n, b, a::DECIMAL(10, 2) AS d, [a] AS l, {'p': b} AS s, map {b: a} AS m, DATE '2026-01-01' AS day, "
        "TIMESTAMPTZ '2026-01-01' AS at"
    ).write_parquet("out.parquet")
    columns = {
        path: [(column.name, column.type) for column in detail.columns or ()]
        for path, detail in OBSERVER.details.items()
    }
    assert columns == {
        f"{tmp_path}/t.csv": [("a", "int64"), ("b", "string")],
        f"{tmp_path}/out.parquet": [
            ("n", "int64"), ("b", "string"), ("d", "decimal(10, 2)"), ("l", "list<int64>"),
            ("s", "struct<p: string>"), ("m", "map<string, int64>"), ("day", "date32"),
            ("at", "timestamp[us, tz=UTC]"),
        ],
    }  # fmt: skip


def test_columns_that_a_reader_adds_are_not_those_of_the_file(tmp_path: Path, seen: Seen) -> None:
    duckdb.read_csv("t.csv", filename=True)
    assert OBSERVER.details[f"{tmp_path}/t.csv"].columns is None


def test_relations_make_tables_with_their_query(seen: Seen) -> None:
    connection = duckdb.connect("shop.duckdb")
    relation = connection.sql("SELECT a FROM 't.csv'")
    relation.create("one")
    relation.to_table("main.two")
    relation.insert_into("one")
    relation.create_view("three four")
    connection.append("one", pd.DataFrame({"a": [1, 2, 3]}))
    connection.table("one").fetchall()
    connection.close()
    heads = [text[:22] for text in seen.texts]
    assert heads == [
        "SELECT a FROM 't.csv'",
        "CREATE TABLE one AS SE",
        "CREATE TABLE main.two ",
        "INSERT INTO one SELECT",
        'CREATE VIEW "three fou',
        "INSERT INTO one VALUES",
        "SELECT * FROM one",
    ]
    assert seen.rows["INSERT INTO one VALUES (?)"] == 3


def test_a_statement_that_raises_has_not_been_executed(seen: Seen) -> None:
    connection = duckdb.connect()
    with pytest.raises(duckdb.CatalogException, match="missing"):
        connection.execute("SELECT * FROM missing")
    with pytest.raises(duckdb.ParserException):
        duckdb.sql("SELEC 1")
    with pytest.raises(TypeError):
        connection.execute()
    connection.close()
    with pytest.raises(duckdb.ConnectionException):
        connection.execute("SELECT a FROM 't.csv'")
    assert seen.texts == []
    assert seen.failed == ["SELECT * FROM missing", "SELEC 1", "SELECT a FROM 't.csv'"]


def test_a_scratch_database_still_writes_files(seen: Seen) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        with duckdb.connect(f"{folder}/scratch.duckdb") as connection:
            connection.execute("COPY (SELECT 1 AS a) TO 'out.csv'")
        assert seen.namespaces == ["duckdb::memory:"]


def test_threads_report_side_by_side(seen: Seen) -> None:
    def task(number: int) -> None:
        with duckdb.connect() as connection:
            for _ in range(20):
                connection.execute(f"SELECT a AS n{number} FROM 't.csv'").fetchall()

    threads = [threading.Thread(target=task, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen.texts) == [f"SELECT a AS n{n} FROM 't.csv'" for n in range(4)]


def test_everything_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    places = (duckdb, duckdb.DuckDBPyConnection, duckdb.DuckDBPyRelation)
    before = [dict(vars(place)) for place in places]
    with observing("duckdb") as seen:
        connection = duckdb.connect()
        connection.execute("CREATE TABLE t AS SELECT 1 AS a")
        relation = connection.sql("SELECT a FROM t")
        count = len(seen.texts)
    assert [dict(vars(place)) for place in places] == before
    relation.write_parquet("out.parquet")
    assert connection.execute("SELECT a FROM t").fetchall() == [(1,)]
    connection.close()
    assert len(seen.texts) == count == 2


@pytest.mark.parametrize("name", ["_lineage_args", "_lineage_call", "args", "kwargs", "call", '"args"'])
def test_no_variable_of_ours_can_be_read_by_name(name: str, seen: Seen) -> None:
    with pytest.raises(duckdb.CatalogException):
        duckdb.sql(f"SELECT * FROM {name}")
