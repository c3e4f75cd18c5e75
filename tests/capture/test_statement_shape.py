from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.capture.statement_shape import MOST_READ, is_bookkeeping, shape_of
from tests.cpu_time import cpu_below

NAMES = st.one_of(
    st.text("abcdefgh_", min_size=1, max_size=8).map("t{}".format),
    st.text("ab 12.,", min_size=1, max_size=8).map(lambda name: f'"{name}"'),
)
VALUES = st.one_of(
    st.integers(0, 10**9).map(str),
    st.text("abc '%", max_size=8).map(lambda text: "'" + text.replace("'", "''") + "'"),
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("INSERT INTO t VALUES (1, 'a')", "INSERT INTO t VALUES (2, 'b'), (3, 'c')"),
        ("insert into t (a) values (1) on conflict do nothing", "insert into t (a) values (2)"),
        ("SELECT a FROM t WHERE b = 1", "SELECT a FROM t WHERE b = 22"),
        ("SELECT a FROM t WHERE b = 'x'", "SELECT a FROM t WHERE b = 'it''s'"),
        ("SELECT a FROM t WHERE b IN ('x', 'y') AND c = 1", "SELECT a FROM t WHERE b IN ('z') AND c = 2"),
        ("INSERT INTO t VALUES ('out of the table')", "INSERT INTO t VALUES ('from it')"),
        ("SELECT a FROM t WHERE b LIKE '%x' LIMIT 10", "SELECT a FROM t WHERE b LIKE 'y%' LIMIT 20"),
        ("DELETE FROM t WHERE n < 1.5", "DELETE FROM t WHERE n < 99"),
        ("UPDATE t SET a = 'x' WHERE id = 1", "UPDATE t SET a = 'y' WHERE id = 2"),
    ],
)  # fmt: skip
def test_statements_that_differ_in_values_have_one_shape(one: str, other: str) -> None:
    assert shape_of(one) == shape_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("INSERT INTO t VALUES (1)", "INSERT INTO u VALUES (1)"),
        ("INSERT INTO t (a) VALUES (1)", "INSERT INTO t (b) VALUES (1)"),
        ("INSERT INTO t VALUES ((SELECT a FROM x))", "INSERT INTO t VALUES ((SELECT a FROM y))"),
        ("SELECT * FROM t1", "SELECT * FROM t2"),
        ('SELECT * FROM "t 1"', 'SELECT * FROM "t 2"'),
        ("SELECT * FROM `t 1`", "SELECT * FROM `t 2`"),
        ("SELECT * FROM [t 1]", "SELECT * FROM [t 2]"),
        ("SELECT * FROM 'a.csv'", "SELECT * FROM 'b.csv'"),
        ("SELECT * FROM 'part 1.csv'", "SELECT * FROM 'part 2.csv'"),
        ("INSERT INTO t SELECT * FROM (VALUES (1)) v JOIN x", "INSERT INTO t SELECT * FROM (VALUES (1)) v JOIN y"),
        (r"INSERT INTO t VALUES ('\'', (SELECT a FROM x), 'b')", r"INSERT INTO t VALUES ('\'', (SELECT a FROM y), 'b')"),
        ("SELECT * FROM read_csv('2024/a.csv')", "SELECT * FROM read_csv('2025/a.csv')"),
        ("COPY t FROM 's3://b/1'", "COPY t FROM 's3://b/2'"),
        ("SELECT * FROM s.2024_t", "SELECT * FROM s.2025_t"),
        ("CREATE TABLE t (a int)", "CREATE TABLE t (b int)"),
    ],
)  # fmt: skip
def test_statements_that_differ_in_data_have_two(one: str, other: str) -> None:
    assert shape_of(one) != shape_of(other)


@given(table=NAMES, other=NAMES, one=VALUES, two=VALUES)
def test_values_never_tell_apart_and_tables_always_do(table: str, other: str, one: str, two: str) -> None:
    for text in ("SELECT a FROM {} WHERE b = {}", "INSERT INTO {} VALUES ({})", "UPDATE {} SET a = {}"):
        assert shape_of(text.format(table, one)) == shape_of(text.format(table, two))
        assert (shape_of(text.format(table, one)) == shape_of(text.format(other, one))) is (table == other)


@given(st.text())
def test_every_text_has_a_shape(sql: str) -> None:
    assert shape_of(shape_of(sql)) is not None
    assert is_bookkeeping(sql) in (True, False)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "select version()",
        "select pg_catalog.version()",
        "SELECT @@transaction_isolation",
        "SELECT CAST('test plain returns' AS CHAR(60)) AS anon_1",
        "BEGIN",
        "begin immediate;",
        "START TRANSACTION",
        "COMMIT",
        "ROLLBACK",
        "ROLLBACK TO SAVEPOINT sa_savepoint_1",
        "SAVEPOINT sa_savepoint_1",
        "RELEASE SAVEPOINT sa_savepoint_1",
        "show transaction isolation level",
        "PRAGMA main.table_info('t')",
        "SET NAMES utf8mb4",
        "SELECT t.oid, typarray\nFROM pg_type t JOIN pg_namespace ns\n    ON typnamespace = ns.oid\nWHERE typname = 'hstore';\n",
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name=?",
        "SELECT a.relname, b.nspname FROM pg_catalog.pg_class AS a JOIN pg_catalog.pg_namespace b ON 1 = 1 ORDER BY a, b",
        "SELECT table_name FROM information_schema.tables",
        "SELECT * FROM (SELECT relname FROM pg_class) AS x",
    ],
)  # fmt: skip
def test_what_drivers_say_among_themselves_is_bookkeeping(sql: str) -> None:
    assert is_bookkeeping(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT refresh_everything()",
        "SELECT a FROM t",
        "SELECT * FROM pg_class, t",
        "SELECT * FROM pg_class c , t",
        "SELECT * FROM (SELECT f(a) FROM pg_class) x, t",
        "SELECT * FROM pg_class JOIN t ON true",
        "SELECT relname INTO t FROM pg_class",
        "WITH x AS (DELETE FROM t RETURNING *) SELECT 1",
        "BEGIN; INSERT INTO t VALUES (1)",
        "BEGIN INSERT INTO t VALUES (1) END",
        "COMMIT; DROP TABLE t",
        "SELECT 1; DROP TABLE t",
        "PRAGMA x; DROP TABLE t",
        "SET search_path TO sales",
        "USE sales",
        "ATTACH 'x.db' AS x",
        "CREATE TABLE t AS SELECT 1",
        "INSERT INTO t SELECT * FROM pg_class",
        "SELECT * FROM pg_typewriters",
        "SELECT * FROM my_pg_type",
        "SELECT * FROM sales.pg_type",
        "SELECT * FROM read_csv('x.csv')",
        "",
    ],
)
def test_what_names_data_is_not(sql: str) -> None:
    assert not is_bookkeeping(sql)


@given(
    table=st.text("abcdefgh_", max_size=8).map(lambda name: "t" + name),
    text=st.sampled_from(
        [
            "SELECT * FROM {0}",
            "SELECT 1, (SELECT max(a) FROM {0})",
            "SELECT * FROM pg_class c JOIN {0} x ON c.oid = x.a",
            "SELECT * FROM pg_class, {0}",
            "SELECT * FROM pg_class AS c, {0} AS d",
            "SELECT * FROM (SELECT max(oid) FROM pg_class) c, {0}",
            "SELECT * FROM information_schema.tables UNION SELECT * FROM {0}",
            "SELECT * INTO {0} FROM pg_class",
            "SELECT 1; SELECT * FROM {0}",
            "WITH x AS (SELECT * FROM {0}) SELECT * FROM pg_class",
        ]
    ),
)
def test_a_table_of_the_task_is_never_bookkeeping(table: str, text: str) -> None:
    assert not is_bookkeeping(text.format(table))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT " + "(" * (MOST_READ - 10),
        "SELECT " + "a FROM " * (MOST_READ // 8),
        "SELECT x FROM pg_class " + ") ," * (MOST_READ // 4),
        "SELECT x " + "FROM (a) " * (MOST_READ // 10),
        "SELECT x " + "FROM pg_class) " * (MOST_READ // 16),
        "SELECT x FROM pg_class )" + " " * (MOST_READ - 30),
        "INSERT INTO t VALUES " + "('x'" * (MOST_READ // 5),
        "SELECT " + "'" * (MOST_READ - 10),
        " " * MOST_READ,
        "BEGIN " + "WORK " * (MOST_READ // 6),
    ],
)
def test_no_text_takes_long(sql: str) -> None:
    cpu_below(0.25, lambda: (shape_of(sql), is_bookkeeping(sql)))
