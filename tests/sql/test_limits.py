from __future__ import annotations

import pytest

from airflow_lineage_provider.sql import script as script_module
from airflow_lineage_provider.sql.rows import MOST_ROWS, without_rows
from airflow_lineage_provider.sql.script import Script, parse_scripts
from airflow_lineage_provider.sql.statement import StatementLineage, Table
from tests.sql.test_columns import spelled

ENOUGH = 600.0
"""Seconds; what must be finite without a clock."""


def read(sql: str, dialect: str = "postgres", seconds: float = ENOUGH) -> list[StatementLineage]:
    [statements] = parse_scripts([Script(sql, dialect)], budget_seconds=seconds)
    return statements


def edges(statement: StatementLineage) -> int:
    return sum(len(line.sources) for line in statement.columns)


def doubling(levels: int, from_: str = "SELECT x c1, y c2 FROM t") -> str:
    ctes = [f"a0 AS ({from_})"]
    ctes += [f"a{n} AS (SELECT * FROM a{n - 1} a, a{n - 1} b)" for n in range(1, levels)]
    return f"CREATE TABLE n AS WITH {', '.join(ctes)} SELECT * FROM a{levels - 1}"


@pytest.mark.parametrize("levels", [21, 60])
def test_stars_that_double_the_columns_end_as_unknown_columns(levels: int) -> None:
    [statement] = read(doubling(levels))
    assert statement.error is None
    assert [table.name for table in statement.inputs] == ["t"]
    assert statement.output_columns == ()
    assert statement.truncated == ("columns: more than 2000 in one table or query",)


def test_a_column_behind_too_many_columns_comes_from_the_table() -> None:
    wide = ", ".join(f"x AS c{n}" for n in range(2_001))
    [statement] = read(f"INSERT INTO n (p) SELECT c7 FROM (SELECT {wide} FROM t) s")
    assert spelled(statement) == {"n.p": "t.?:IDENTITY"}
    assert statement.truncated


def test_unions_of_unions_over_unknown_columns_end() -> None:
    ctes = ["a0 AS (SELECT * FROM t)"]
    ctes += [f"a{n} AS (SELECT * FROM a{n - 1} UNION ALL SELECT * FROM a{n - 1})" for n in range(1, 60)]
    [statement] = read(f"INSERT INTO n (p) WITH {', '.join(ctes)} SELECT q FROM a59")
    assert spelled(statement) == {"n.p": "t.q:IDENTITY"}


def test_a_statement_has_at_most_so_many_column_edges() -> None:
    summed = " + ".join(f"x{n}" for n in range(150))
    [statement] = read(
        f"CREATE TABLE n AS SELECT {', '.join(f'{summed} AS c{n}' for n in range(140))} FROM t"
    )
    assert edges(statement) <= 20_000
    assert statement.truncated == ("columns: more than 20000 column edges",)
    assert statement.error is None


def test_a_column_has_at_most_so_many_sources() -> None:
    [exact, over] = (
        read(f"CREATE TABLE n AS SELECT {' + '.join(f'x{n}' for n in range(count))} AS p FROM t")[0]
        for count in (200, 201)
    )
    assert edges(exact) == edges(over) == 200
    assert exact.truncated == ()
    assert over.truncated == ("columns: more than 200 sources of one column",)


def test_what_decides_over_rows_is_said_once_for_the_table() -> None:
    columns = ", ".join(f"c{n}" for n in range(1_900))
    where = " AND ".join(f"f{n} > 0" for n in range(40))
    [statement] = read(f"INSERT INTO n ({columns}) SELECT {columns} FROM t WHERE {where}")
    assert edges(statement) == 1_900 + 40
    [whole] = [line for line in statement.columns if line.column == "*"]
    assert {source.subtype for source in whole.sources} == {"FILTER"}


def test_rows_are_decided_on_where_no_column_is_known() -> None:
    [statement] = read("INSERT INTO n SELECT * FROM u WHERE y > 1")
    assert spelled(statement) == {"n.*": "u.y:FILTER"}


def test_statements_beyond_the_number_are_one_error() -> None:
    first, second, third = parse_scripts(
        [Script("SELECT 1;" * 3_000, "postgres"), Script("SELECT 2", "postgres"), Script("", "postgres")],
        budget_seconds=ENOUGH,
    )
    assert len(first) == 1_001
    assert first[-1].error is not None
    assert (
        first[-1].error.message
        == "2000 more statements and 1 more scripts not read: one task has more than 1000"
    )
    assert second == third == []


def test_without_time_every_statement_says_so() -> None:
    scripts = [Script("INSERT INTO n SELECT 'secret' FROM t; SELECT 2", "postgres"), Script("", "postgres")]
    [statements, empty] = parse_scripts(scripts, budget_seconds=0.0)
    assert empty == []
    for statement in statements:
        assert statement.error is not None
        assert statement.error.message == "no time left of 0 s"
        assert "secret" not in statement.redacted
    # The clock's cut is not what the next call gets.
    [again, _] = parse_scripts(scripts, budget_seconds=ENOUGH)
    assert [one.error for one in again] == [None, None]


def test_when_time_ends_in_the_columns_the_tables_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow_lineage_provider.sql import budget

    class Clock:
        now = 0.0
        step = 0.0

        def __call__(self) -> float:
            self.now += self.step
            return self.now

    clock = Clock()
    monkeypatch.setattr(budget, "monotonic", clock)
    clock.step = 0.4
    made, used = read(
        "CREATE TEMP TABLE tmp AS SELECT a + b + c AS s FROM t; INSERT INTO n SELECT s FROM tmp", seconds=2
    )
    assert [table.name for table in made.inputs] == ["t"]
    assert made.truncated == ("columns: no time left of 2 s",)
    assert made.error is None
    assert used.inputs == ()  # a temporary table is none even if nobody had the time to read its columns


def test_big_results_are_not_kept_in_memory() -> None:
    columns = ", ".join(f"k{n}" for n in range(1_900))
    where = " AND ".join(f"f{n} > 0" for n in range(150))
    sql = f"INSERT INTO n ({columns}) SELECT {columns} FROM big WHERE {where}"
    before = len(script_module._cache)
    assert edges(read(sql)[0]) == 2_050
    assert len(script_module._cache) == before


def test_long_value_lists_are_cut_and_queries_in_them_stay() -> None:
    rows = [f"({n}, 'x{n}')" for n in range(9_000)]
    rows[8_000] = "((SELECT max(y) FROM u), 'x')"
    sql = f"INSERT INTO n (p, q) VALUES {', '.join(rows)} ON CONFLICT (p) DO UPDATE SET q = excluded.q"
    short = without_rows(sql, "postgres")
    assert short.count("'x") == MOST_ROWS + 1
    assert short.endswith("DO UPDATE SET q = excluded.q")
    [statement] = read(sql)
    assert statement.error is None
    assert [table.name for table in statement.inputs] == ["u"]
    assert [table.name for table in statement.outputs] == ["n"]


def test_a_value_list_longer_than_what_is_parsed_keeps_its_table() -> None:
    rows = ",\n".join(f"({n}, 'some text to make it long {n}')" for n in range(6_000))
    [statement] = read(f"INSERT INTO n VALUES {rows}")
    assert statement.error is None
    assert statement.outputs == (Table(None, None, "n"),)
    assert len(statement.redacted) == 20_000
    assert statement.redacted.endswith("… (cut)")


def test_the_line_of_an_error_counts_the_rows_left_out() -> None:
    rows = ",\n".join(f"({n}, 'some text to make it long enough')" for n in range(100))
    [statement] = read(f"INSERT INTO n VALUES {rows}\nRETURNING ((")
    assert statement.error is not None
    assert "line 101" in statement.error.message


@pytest.mark.parametrize(
    ("sql", "dialect"),
    [
        ("SELECT " + "{{ " * 30_000, "postgres"),
        ("GO " * 60_000, "tsql"),
        ("IF x " * 30_000 + "THEN SELECT 1", "tsql"),
        (")\nWITH " * 20_000, "tsql"),
        ("COPY t FROM STDIN x " * 10_000 + "\n\\.", "postgres"),
        ("COPY t FROM 's3://" + ":" * 100_000 + "'", "postgres"),
        ("WITH " + ", ".join(f"a{n} AS (SELECT * FROM a{n - 1})" for n in range(1, 2_000)) + " SELECT 1", "postgres"),
        ("INSERT INTO n VALUES (" * 10_000, "postgres"),
        ("SELECT 'x' " * 60_000, ""),
    ],
    ids=["braces", "go", "if", "with", "stdin", "colons", "ctes", "values", "long"],
)  # fmt: skip
def test_odd_texts_end(sql: str, dialect: str) -> None:
    assert read(sql, dialect, seconds=1.0)


def test_a_text_that_is_too_long_for_the_tokenizer_is_one_unread_statement() -> None:
    [statement] = read("INSERT INTO n SELECT 1;" * 30_000)
    assert statement.error is not None
    assert statement.error.message == "text is longer than 500000 characters"
    assert statement.kind == "INSERT"
