from __future__ import annotations

import pytest

from airflow_lineage_provider.sql.script import Script, parse_scripts
from airflow_lineage_provider.sql.statement import StatementLineage
from tests.cpu_time import cpu_below


def read(sql: str, dialect: str = "postgres") -> list[StatementLineage]:
    [statements] = parse_scripts([Script(sql, dialect)])
    assert [one.error for one in statements if one.error] == []
    return statements


def touched(statements: list[StatementLineage]) -> list[str]:
    """Return "kind reads > writes" of each statement that touches a table."""
    lines = [
        f"{one.kind} {' '.join(t.dotted() for t in one.inputs)} > {' '.join(t.dotted() for t in one.outputs)}"
        for one in statements
        if one.inputs or one.outputs
    ]
    return [" ".join(line.split()) for line in lines]


def test_a_do_block_yields_its_statements_its_loops_and_its_conditions() -> None:
    statements = read(
        """DO $$
        DECLARE r record; n int := 0; c CURSOR FOR SELECT * FROM queue;
        BEGIN
          FOR r IN SELECT id FROM sales LOOP
            UPDATE shops SET total = r.id WHERE shops.id = r.id;
          END LOOP;
          IF EXISTS (SELECT 1 FROM flags) AND CASE WHEN n = 1 THEN true ELSE false END THEN
            DELETE FROM old;
          ELSE
            TRUNCATE archive;
          END IF;
          EXECUTE 'INSERT INTO log SELECT * FROM audit';
          EXECUTE 'DROP TABLE ' || r.name;
          PERFORM refresh(); n := n + 1; RAISE NOTICE 'done';
        END $$"""
    )
    assert touched(statements) == [
        "SELECT queue >",
        "SELECT sales >",
        "UPDATE > shops",
        "SELECT flags >",
        "DELETE > old",
        "TRUNCATE > archive",
        "INSERT audit > log",
    ]
    # A record's field is no column of the table that is written.
    assert [line for one in statements for line in one.columns] == []


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        ("bigquery", "BEGIN INSERT INTO a SELECT * FROM b; EXCEPTION WHEN ERROR THEN SELECT 1; END", ["INSERT b > a"]),
        ("bigquery", "FOR r IN (SELECT x FROM a) DO INSERT INTO b VALUES (r.x); END FOR", ["SELECT a >", "INSERT > b"]),
        ("snowflake", "BEGIN INSERT INTO a SELECT * FROM b; DELETE FROM c; END", ["INSERT B > A", "DELETE > C"]),
        ("oracle", "BEGIN EXECUTE IMMEDIATE 'TRUNCATE TABLE a'; INSERT INTO a SELECT * FROM b; COMMIT; END;", ["TRUNCATE > A", "INSERT B > A"]),
        ("oracle", "DECLARE n NUMBER := 0; m NUMBER; BEGIN INSERT INTO a SELECT * FROM b; END;", ["INSERT B > A"]),
        ("mysql", "BEGIN; INSERT INTO a SELECT * FROM b; COMMIT", ["INSERT b > a"]),
    ],
)  # fmt: skip
def test_blocks_of_other_systems(dialect: str, sql: str, expected: list[str]) -> None:
    assert touched(read(sql, dialect)) == expected


@pytest.mark.parametrize("text", ["FAILING STATEMENT", "SELEC x", "nonsense", "a.b c"])
def test_text_that_is_no_statement_is_an_error(text: str) -> None:
    [[statement]] = parse_scripts([Script(text, "postgres")])
    assert statement.error is not None
    assert statement.error.message == "not a statement that is known"


@pytest.mark.parametrize(("dialect", "is_made"), [("postgres", True), ("duckdb", False), ("sqlite", False)])
def test_only_some_systems_keep_temporary_tables_in_a_schema_called_temp(dialect: str, is_made: bool) -> None:
    [statement] = read("CREATE TABLE temp.t AS SELECT x FROM a", dialect)
    assert bool(statement.outputs) is is_made


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("tsql", "IF 1 = 1 UPDATE a SET x = " + "CASE " * 30_000),
        ("tsql", "IF " + "(" * 60_000 + " DELETE FROM a"),
        ("tsql", "IF 1 = 1 DELETE FROM a" + " ELSE IF 1 = 1 DELETE FROM a" * 5_000),
        ("snowflake", "EXECUTE IMMEDIATE 'INSERT INTO a SELECT * FROM b; " + "DELETE FROM a; " * 5_000 + "'"),
        ("mysql", "SELECT " + "(" * 60_000),
        ("bigquery", "FOR r IN (SELECT 1" + ")" * 60_000 + " DO SELECT 1"),
        ("oracle", "DECLARE " + "a INT; " * 30_000 + "BEGIN NULL; END"),
    ],
)
def test_reading_words_takes_no_longer_than_the_text_is_long(dialect: str, sql: str) -> None:
    # Reading each of them from every place again takes minutes.
    cpu_below(15, lambda: parse_scripts([Script(sql, dialect)]))
