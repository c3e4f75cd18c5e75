from __future__ import annotations

import pytest

from airflow_lineage_provider.sql.dialect import default_schema_of, dialect_of
from airflow_lineage_provider.sql.redaction import fingerprint, redact_literals

CASES = [
    ("postgres", "SELECT 'a''b', 1.5e3, -2 FROM t", "SELECT ?, ?, ? FROM t"),
    ("postgres", "SELECT $$x 'y' z$$, $t$ a $t$", "SELECT ?, ?"),
    ("", "SELECT $$top secret$$, $t$ a $t$", "SELECT ?, ?"),
    ("postgres", "SELECT E'q\\'r', b'01', x'ff', U&'d'", None),
    ("mysql", 'SELECT "secret", `col`, 0xff', "SELECT ?, `col`, ?"),
    ("bigquery", "SELECT r'secret', b'x', '''multi secret'''", None),
    ("tsql", "EXEC p N'secret', 5", "EXEC p ?, ?"),
    ("snowflake", "CALL p($$ secret ; x $$, 'secret')", "CALL p(?, ?)"),
    ("postgres", "EXPLAIN SELECT * FROM t WHERE x = 'secret'", "EXPLAIN SELECT * FROM t WHERE x = ?"),
    ("postgres", "SELECT 1 -- secret\n, 2 /* secret */", "SELECT ?\n, ?"),
    ("postgres", "ALTER USER u SET password = secret", "ALTER USER u SET password = ?"),
    (
        "postgres",
        "SELECT * FROM t WHERE a = %s AND b = %(name)s",
        "SELECT * FROM t WHERE a = %s AND b = %(name)s",
    ),
    ("postgres", "SELECT 'secret", "SELECT ?"),
    ("postgres", "SELECT 12 -- it's\n, 'x' || 'secret", "SELECT ? \n, ?"),
    ("postgres", "SELECT t1.c2 FROM t1 WHERE x = 3;", "SELECT t1.c2 FROM t1 WHERE x = ?"),
]


@pytest.mark.parametrize(("dialect", "sql", "expected"), CASES, ids=[case[1][:50] for case in CASES])
def test_literals_and_comments_are_gone(dialect: str, sql: str, expected: str | None) -> None:
    redacted = redact_literals(sql, dialect)
    assert "secret" not in redacted
    if expected is not None:
        assert redacted == expected


def test_fingerprint_ignores_what_does_not_change_the_statement() -> None:
    base = fingerprint("SELECT a FROM t WHERE x = 1 AND y IN ('a', 'b')", "postgres")
    for same in (
        "select a\nfrom t where x = 2 and y in ('c', 'd')",
        "SELECT a FROM t /* hi */ WHERE x = -17 AND y IN ('e', 'f', 'g'); -- bye",
        "  SELECT  a FROM t WHERE x=1.5 AND y IN ('a') ",
    ):
        assert fingerprint(same, "postgres") == base


def test_fingerprint_tells_statements_apart() -> None:
    sqls = [
        "SELECT a FROM t",
        "SELECT b FROM t",
        "SELECT a FROM u",
        'SELECT "A" FROM t',
        "SELECT a FROM t WHERE x = 1",
    ]
    assert len({fingerprint(sql, "postgres") for sql in sqls}) == len(sqls)


def test_fingerprint_is_a_sha256_in_hex() -> None:
    assert len(bytes.fromhex(fingerprint("SELECT 1"))) == 32


@pytest.mark.parametrize(
    ("conn_type", "dialect"),
    [("postgres", "postgres"), ("mssql", "tsql"), ("google_cloud_platform", "bigquery"), ("gcpbigquery", "bigquery"),
     ("hive_cli", "hive"), ("hiveserver2", "hive"), ("vertica", ""), ("exasol", "exasol"), ("jdbc", ""), ("x", "")],
)  # fmt: skip
def test_connection_type_names_its_dialect(conn_type: str, dialect: str) -> None:
    assert dialect_of(conn_type) == dialect


def test_default_schema_of_a_fresh_session() -> None:
    found = {
        name: default_schema_of(name) for name in ("postgres", "tsql", "snowflake", "sqlite", "trino", "")
    }
    assert found == {
        "postgres": "public",
        "tsql": "dbo",
        "snowflake": "PUBLIC",
        "sqlite": None,
        "trino": None,
        "": None,
    }
