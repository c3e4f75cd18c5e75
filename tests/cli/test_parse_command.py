from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.cli.conftest import Shell


def give(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def parsed(shell: Shell, sql: str, dialect: str = "postgres", *options: str) -> Any:
    return shell.json("parse", "--dialect", dialect, *options, sql)


def test_json_has_the_tables_and_the_columns(shell: Shell) -> None:
    sql = "INSERT INTO t (c, e) SELECT d, upper(d) FROM s JOIN u ON s.id = u.id"
    assert parsed(
        shell, sql, "postgres", "--default-schema", "x", "--columns", "s=id,d", "--columns", "u=id"
    ) == {
        "inputs": ["x.s", "x.u"],
        "outputs": ["x.t"],
        "columns": [
            {"output": "x.t.*", "inputs": ["x.s.id", "x.u.id"], "kind": "INDIRECT"},
            {"output": "x.t.c", "inputs": ["x.s.d"], "kind": "DIRECT"},
            {"output": "x.t.e", "inputs": ["x.s.d"], "kind": "DIRECT"},
        ],
        "errors": [],
    }


def test_a_column_with_sources_of_both_kinds_has_an_entry_for_each(shell: Shell) -> None:
    found = parsed(shell, "CREATE TABLE t AS SELECT CASE WHEN a = b THEN c ELSE a END AS d FROM s")
    assert found["columns"] == [
        {"output": "t.d", "inputs": ["s.c", "s.a"], "kind": "DIRECT"},
        {"output": "t.d", "inputs": ["s.a", "s.b"], "kind": "INDIRECT"},
    ]


def test_columns_of_statements_are_never_crossed(shell: Shell) -> None:
    found = parsed(
        shell,
        "INSERT INTO a (p) SELECT x FROM b; INSERT INTO c (q) SELECT y FROM d; INSERT INTO a (p) SELECT z FROM d",
    )
    assert (found["inputs"], found["outputs"]) == (["b", "d"], ["a", "c"])
    assert [(one["output"], one["inputs"]) for one in found["columns"]] == [
        ("a.p", ["b.x"]),
        ("c.q", ["d.y"]),
        ("a.p", ["d.z"]),
    ]  # fmt: skip


def test_files_stand_among_the_tables_and_passwords_do_not(shell: Shell) -> None:
    found = parsed(
        shell, "COPY (SELECT * FROM read_csv('https://me:secret@h/x.csv')) TO 'out.parquet'", "duckdb"
    )
    assert (found["inputs"], found["outputs"]) == (["https://h/x.csv"], ["out.parquet"])


def test_a_star_over_unknown_columns_says_so(shell: Shell) -> None:
    found = parsed(shell, "INSERT INTO t (c) SELECT * FROM s")
    assert found["columns"] == [{"output": "t.c", "inputs": ["s.*"], "kind": "DIRECT"}]


@pytest.mark.parametrize(
    ("dialect", "name"),
    [
        ("snowflake", "DB.S.T"),
        ("google_cloud_platform", "db.s.T"),
        ("mssql", "db.s.T"),
        ("tsql", "db.s.T"),
        ("Postgres", "db.s.t"),
        ("databricks-sql", "db.s.t"),
        ("jdbc", "db.s.T"),
    ],
)
def test_dialects_and_connection_types_are_taken(shell: Shell, dialect: str, name: str) -> None:
    found = parsed(shell, "SELECT 1 FROM T", dialect, "--default-catalog", "db", "--default-schema", "s")
    assert found["inputs"] == [name]


def test_sql_comes_from_standard_input(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, "\ufeffSELECT 1 FROM größe;\n".encode())
    assert shell.json("parse", "--dialect", "postgres", "-")["inputs"] == ["größe"]


def test_text_shows_each_statement(shell: Shell) -> None:
    said = shell(
        "parse",
        "--dialect",
        "postgres",
        "CREATE TEMP TABLE h AS SELECT md5(mail) AS m FROM people; INSERT INTO t (c) SELECT m FROM h WHERE m > 'x'",
    )
    assert said.splitlines() == [
        "1. CREATE_TABLE",
        "   reads   people",
        "2. INSERT",
        "   writes  t",
        "   t.*",
        "     <- people.mail  INDIRECT FILTER, masked",
        "   t.c",
        "     <- people.mail  DIRECT TRANSFORMATION, masked",
    ]


@pytest.mark.parametrize("output", ["text", "json"])
def test_what_can_be_read_is_shown_although_something_cannot(
    shell: Shell, capsys: pytest.CaptureFixture[str], output: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(
            "parse",
            "--dialect",
            "postgres",
            "-o",
            output,
            "SELECT 1 FROM a; INSERT INTO b SELEC 'x' FROM; SELECT 1 FROM c",
        )
    printed = capsys.readouterr()
    assert ended.value.code == 1
    assert printed.err == (
        "1 of 3 statements could not be read in full: see errors; is postgres the dialect they are written in?\n"
    )
    if output == "json":
        found = json.loads(printed.out)
        assert found["inputs"] == ["a", "c"]
        [error] = found["errors"]
        assert error.startswith("statement 2: could not parse near line 1, column ")
    else:
        assert "2. INSERT\n   error   could not parse near line 1, column " in printed.out


def run(*words: str) -> None:
    from airflow.cli import cli_parser

    arguments = cli_parser.get_parser().parse_args(["lineage", *words])
    arguments.func(arguments)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("SELECT 1",), "--dialect"),
        (("--dialect", "postgres"), "SQL"),
        (
            ("--dialect", "klingon", "SELECT 1"),
            "called 'klingon': give --dialect a connection type, such as postgres",
        ),
        (("--dialect", "klingon", "SELECT 1"), "snowflake"),
        (("--dialect", "", "SELECT 1"), "called ''"),
        (("--dialect", "postgres", "  ;; -- nothing"), "there is no statement: give SQL text, or -"),
        (("--dialect", "postgres", ""), "there is no statement"),
        (
            ("--dialect", "postgres", "--columns", "t", "SELECT 1"),
            "--columns takes TABLE=COLUMN,COLUMN, not 't'",
        ),
        (("--dialect", "postgres", "-o", "xml", "SELECT 1"), "xml"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_to_do(
    shell: Shell, arguments: tuple[str, ...], said: str
) -> None:
    assert said in shell("parse", *arguments, code=2)


def test_standard_input_that_is_no_text_is_refused(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, b"SELECT '\xff'")
    assert (
        shell("parse", "--dialect", "postgres", "-", code=1)
        == "Standard input is not valid UTF-8 (byte 8).\n"
    )


def test_no_database_is_needed() -> None:
    environment = os.environ | {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "sqlite:////no/such/folder/airflow.db"}
    words = ["lineage", "parse", "--dialect", "sqlite", "-o", "json", "INSERT INTO a SELECT * FROM b"]
    ended = subprocess.run(
        [sys.executable, "-m", "airflow", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    # Airflow may log about its own configuration before.
    assert json.loads(ended.stdout[ended.stdout.index("{\n") :])["outputs"] == ["a"]


def test_a_dot_inside_of_a_name_keeps_tables_apart(shell: Shell) -> None:
    found = parsed(shell, "INSERT INTO t SELECT `x.y` FROM `a`.`b.c`; SELECT * FROM `a.b`.`c`", "mysql")
    assert sorted(found["inputs"]) == ['"a.b".c', 'a."b.c"']
    assert [line["inputs"] for line in found["columns"]] == [['a."b.c"."x.y"']]


def test_a_closed_standard_input_is_told(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert "Standard input is closed" in shell("parse", "--dialect", "postgres", "-", code=1)


@pytest.mark.parametrize("output", ["json", "text"])
def test_letters_that_the_output_cannot_hold_are_escaped(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    taken = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(taken, encoding="ascii"))
    shell("parse", "--dialect", "postgres", "--output", output, 'INSERT INTO "caf\u00e9" SELECT 1 AS a')
    printed = taken.getvalue().decode("ascii")
    assert ("caf\\u00e9" if output == "json" else "caf\\xe9") in printed
    if output == "json":
        assert json.loads(printed)["outputs"] == ["caf\u00e9"]
