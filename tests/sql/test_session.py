from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from airflow_lineage_provider.sql.script import Script, parse_scripts
from airflow_lineage_provider.sql.statement import StatementLineage, Table
from tests.sql.test_columns import spelled


def run(
    *sqls: str, dialect: str = "postgres", catalog: str | None = None, schema: str | None = None
) -> list[StatementLineage]:
    scripts = [Script(sql, dialect, catalog, schema) for sql in sqls]
    statements = [statement for script in parse_scripts(scripts) for statement in script]
    assert all(statement.error is None for statement in statements)
    return statements


def test_defaults_complete_a_name_and_given_parts_win() -> None:
    [statement] = run("INSERT INTO s.t SELECT * FROM u", catalog="db", schema="public")
    assert statement.inputs == (Table("db", "public", "u"),)
    assert statement.outputs == (Table("db", "s", "t"),)


def test_snowflake_defaults_are_upper_case() -> None:
    [statement] = run("SELECT * FROM t", dialect="snowflake", catalog="Analytics", schema="mart")
    assert statement.inputs[0].dotted() == "ANALYTICS.MART.T"


def test_folded_dialects_see_two_spellings_as_one_table() -> None:
    for dialect in ("mysql", "tsql", "sqlite", "bigquery"):
        [statement] = run("SELECT * FROM Orders JOIN ORDERS o ON 1 = 1", dialect=dialect)
        assert [table.name for table in statement.inputs] == ["Orders"]


def test_temporary_table_is_no_dataset_and_lineage_goes_through_it() -> None:
    made, used, dropped = run(
        "CREATE TEMP TABLE t AS SELECT x || y AS xy FROM a; INSERT INTO b (p) SELECT xy FROM t; DROP TABLE t"
    )
    assert [table.name for table in made.inputs] == ["a"]
    assert made.outputs == used.inputs == dropped.outputs == ()
    assert spelled(used) == {"b.p": "a.x:TRANSFORMATION a.y:TRANSFORMATION"}


def test_temporary_table_lives_on_in_the_next_script() -> None:
    statements = run("CREATE TEMP TABLE t AS SELECT x FROM a", "INSERT INTO b (p) SELECT x FROM t")
    assert spelled(statements[1]) == {"b.p": "a.x:IDENTITY"}


def test_star_over_an_unknown_table_goes_through_a_temporary_one() -> None:
    statements = run("CREATE TEMP TABLE t AS SELECT * FROM u; INSERT INTO b (p) SELECT q FROM t")
    assert spelled(statements[1]) == {"b.p": "u.q:IDENTITY"}


def test_rows_inserted_into_a_temporary_table_count() -> None:
    statements = run(
        "CREATE TEMP TABLE t (p int, q int); INSERT INTO t SELECT x, y FROM a;"
        "INSERT INTO t (q) SELECT z FROM c; INSERT INTO b (r) SELECT q FROM t"
    )
    assert spelled(statements[3]) == {"b.r": "a.y:IDENTITY c.z:IDENTITY"}


def test_a_dropped_temporary_table_no_longer_hides_the_real_one() -> None:
    statements = run("CREATE TEMP TABLE t (p int); DROP TABLE t; SELECT * FROM t")
    assert [table.name for table in statements[2].inputs] == ["t"]


def test_a_qualified_name_means_the_real_table_in_postgres() -> None:
    statements = run("CREATE TEMP TABLE t (p int); SELECT * FROM public.t", schema="public")
    assert [table.dotted() for table in statements[1].inputs] == ["public.t"]


def test_tsql_temporary_tables_and_table_variables() -> None:
    statements = run(
        "SELECT x INTO #t FROM a; INSERT INTO b (p) SELECT x FROM #t;"
        "DECLARE @v TABLE (y int); INSERT INTO @v SELECT x FROM a; INSERT INTO c (q) SELECT y FROM @v",
        dialect="tsql",
    )
    assert [statement.outputs for statement in statements if statement.kind != "INSERT"] == [(), ()]
    assert spelled(statements[1]) == {"b.p": "a.x:IDENTITY"}
    assert spelled(statements[4]) == {"c.q": "a.x:IDENTITY"}


def test_spark_temporary_view() -> None:
    statements = run(
        "CREATE OR REPLACE TEMPORARY VIEW v AS SELECT x FROM a; INSERT INTO b SELECT x AS p FROM v",
        dialect="spark",
    )
    assert statements[0].outputs == ()
    assert spelled(statements[1]) == {"b.p": "a.x:IDENTITY"}


def test_columns_made_in_the_session_expand_a_later_star() -> None:
    statements = run("CREATE TABLE m AS SELECT x, y FROM a; INSERT INTO n (p, q) SELECT * FROM m")
    assert spelled(statements[1]) == {"n.p": "m.x:IDENTITY", "n.q": "m.y:IDENTITY"}


def test_search_path_changes_the_schema_until_it_is_reset() -> None:
    for switch in (
        "SET search_path TO s, public",
        "SET search_path = 's'",
        'SET LOCAL search_path TO "$user", s',
        "SET SCHEMA 's'",
        "SELECT set_config('search_path', 's', false)",
    ):
        statements = run(f"{switch}; SELECT * FROM t; RESET search_path; SELECT * FROM t", schema="public")
        assert [statements[1].inputs[0].dotted(), statements[3].inputs[0].dotted()] == ["s.t", "public.t"]


def test_use_changes_the_defaults() -> None:
    cases = [
        ("snowflake", "USE DATABASE x", "X.PUBLIC.T"),
        ("snowflake", "USE SCHEMA y", "DB.Y.T"),
        ("snowflake", "USE x.y", "X.Y.T"),
        ("snowflake", "USE x", "X.PUBLIC.T"),
        ("tsql", "USE x", "x.dbo.t"),
        ("trino", "USE x.y", "x.y.t"),
        ("trino", "USE y", "db.y.t"),
        ("databricks", "USE CATALOG x", "x.default.t"),
        ("databricks", "USE SCHEMA y", "db.y.t"),
        ("mysql", "USE y", "db.y.t"),
        ("oracle", "ALTER SESSION SET CURRENT_SCHEMA = y", "DB.Y.T"),
        ("exasol", "OPEN SCHEMA y", "DB.Y.T"),
    ]
    for dialect, switch, expected in cases:
        statements = run(f"{switch}; SELECT * FROM t", dialect=dialect, catalog="db", schema="s")
        assert statements[1].inputs[0].dotted() == expected, (dialect, switch)


def test_use_holds_in_the_next_script_of_the_session() -> None:
    statements = run("USE y", "SELECT * FROM t", dialect="mysql", schema="s")
    assert statements[1].inputs[0].dotted() == "y.t"


def test_tsql_without_semicolons_is_cut_at_its_lines() -> None:
    statements = run(
        "BEGIN TRY\n  INSERT INTO a (x)\n  SELECT x FROM b\n  UPDATE c\n  SET x = 1\nEND TRY", dialect="tsql"
    )
    assert [statement.kind for statement in statements] == ["INSERT", "UPDATE"]


def test_go_separates_batches() -> None:
    assert len(run("SELECT 1\nGO\nSELECT 2", dialect="tsql")) == 2


def test_data_after_copy_from_stdin_is_no_statement() -> None:
    copied, selected = run("COPY a FROM stdin;\n1\tsecret\n\\.\nSELECT 1 FROM b")
    assert (copied.kind, selected.kind) == ("COPY", "SELECT")
    assert "secret" not in copied.redacted + selected.redacted


def test_an_unreadable_statement_does_not_cost_its_neighbours() -> None:
    [[before, broken, after]] = parse_scripts(
        [Script("SELECT 1 FROM a; INSERT INTO x SELEC FROM FROM 'secret'; SELECT 1 FROM b", "postgres")]
    )
    assert before.error is None
    assert after.error is None
    assert broken.error is not None
    assert broken.error.fingerprint == broken.fingerprint
    assert broken.kind == "INSERT"
    assert "secret" not in broken.error.message + broken.redacted
    assert broken.error.message.startswith("could not parse near line 1, column ")


def test_an_overlong_statement_is_not_parsed_but_printed() -> None:
    [[statement]] = parse_scripts([Script("SELECT '" + "x" * 200_001 + "'", "postgres")])
    assert statement.error is not None
    assert statement.error.message == "statement is longer than 200000 characters"
    assert statement.redacted == "SELECT ?"


def test_deep_nesting_is_an_error_and_long_chains_are_none() -> None:
    deep = "SELECT " + "(" * 1_000 + "1" + ")" * 1_000
    chain = "INSERT INTO b (p) SELECT x FROM a WHERE " + " OR ".join(f"x = {n}" for n in range(1_500))
    [[nested]], [[chained]] = (parse_scripts([Script(sql, "postgres")]) for sql in (deep, chain))
    assert nested.error is not None
    assert "deep" in nested.error.message
    assert spelled(chained) == {"b.p": "a.x:IDENTITY", "b.*": "a.x:FILTER"}


def test_a_cached_answer_is_not_used_when_the_columns_changed() -> None:
    known: dict[str, Sequence[str]] = {"t": ("p",)}
    script = Script("INSERT INTO cached_n SELECT * FROM t", "postgres")
    first = parse_scripts([script], lambda table: known.get(table.name))
    again = parse_scripts([script], lambda table: known.get(table.name))
    known["t"] = ("q",)
    changed = parse_scripts([script], lambda table: known.get(table.name))
    assert first == again
    assert spelled(first[0][0]) == {"cached_n.p": "t.p:IDENTITY"}
    assert spelled(changed[0][0]) == {"cached_n.q": "t.q:IDENTITY"}


def test_a_failing_column_lookup_costs_the_columns_only() -> None:
    def fails(table: Table) -> Sequence[str] | None:
        raise OSError(table.name)

    [[statement]] = parse_scripts([Script("INSERT INTO n SELECT * FROM failing", "postgres")], fails)
    assert [table.name for table in statement.inputs] == ["failing"]
    assert statement.error is None


def test_empty_scripts_have_no_statements() -> None:
    assert parse_scripts([Script(sql, "postgres") for sql in ("", ";;", "-- nothing")]) == [[], [], []]


def test_importing_the_package_does_not_import_the_parser() -> None:
    code = (
        "import sys, airflow_lineage_provider.sql, airflow_lineage_provider.sql.script, "
        "airflow_lineage_provider.sql.redaction, airflow_lineage_provider.sql.dialect; "
        "assert 'sqlglot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
