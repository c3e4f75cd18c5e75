from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.capture.sql_secrets import hide_secrets
from tests.cpu_time import cpu_below

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("sql", "hidden"),
    [
        ("CREATE SECRET s (TYPE s3, KEY_ID 'hunter2', SECRET 'hunter2', SCOPE 's3://b/x')", "CREATE SECRET s (TYPE s3, KEY_ID '***', SECRET '***', SCOPE 's3://b/x')"),
        ("ATTACH 'host=h user=u password=hunter2 dbname=d' AS pg (TYPE postgres)", "ATTACH 'host=h user=u password=*** dbname=d' AS pg (TYPE postgres)"),
        ("ATTACH 'host=h password=''hunter2 hunter2'''", "ATTACH 'host=h password=***'"),
        ("ATTACH 'md:db?motherduck_token=hunter2'", "ATTACH 'md:db?motherduck_token=***'"),
        ("ATTACH 'x.db' AS x (ENCRYPTION_KEY 'hunter2')", "ATTACH 'x.db' AS x (ENCRYPTION_KEY '***')"),
        ("CREATE USER 'u'@'h' IDENTIFIED BY 'hunter2'", "CREATE USER 'u'@'h' IDENTIFIED BY '***'"),
        ("CREATE USER 'u' IDENTIFIED WITH 'plain' BY 'hunter2'", "CREATE USER 'u' IDENTIFIED WITH 'plain' BY '***'"),
        ('CREATE USER u IDENTIFIED BY "hunter2"', 'CREATE USER u IDENTIFIED BY "***"'),
        ("create user u identified by hunter2 default tablespace t", "create user u identified by *** default tablespace t"),
        ("ALTER USER u WITH PASSWORD 'hunter2'", "ALTER USER u WITH PASSWORD '***'"),
        ("ALTER USER u PASSWORD\n  E'hunter2'", "ALTER USER u PASSWORD\n  E'***'"),
        ("ALTER USER u PASSWORD $$hunter2$$", "ALTER USER u PASSWORD '***'"),
        ("SET PASSWORD FOR 'u'@'h' = 'hunter2'", "SET PASSWORD FOR 'u'@'h' = '***'"),
        ("SET PASSWORD = PASSWORD('hunter2')", "SET PASSWORD = PASSWORD('***')"),
        ("PRAGMA key='hunter2'", "PRAGMA key='***'"),
        ("COPY t FROM 's3://b/k' CREDENTIALS 'a=1;aws_secret_access_key=hunter2'", "COPY t FROM 's3://b/k' CREDENTIALS '***'"),
        ("COPY t FROM 's3://b/k' WITH CREDENTIALS AS 'hunter2' CSV", "COPY t FROM 's3://b/k' WITH CREDENTIALS AS '***' CSV"),
        ("COPY INTO t FROM 's3://b/k' CREDENTIALS = (AWS_KEY_ID='hunter2' AWS_SECRET_KEY = 'hunter2')", "COPY INTO t FROM 's3://b/k' CREDENTIALS = (AWS_KEY_ID='***' AWS_SECRET_KEY = '***')"),
        ("CREATE TABLE f (a int) WITH ('connector' = 'jdbc', 'password' = 'hunter2')", "CREATE TABLE f (a int) WITH ('connector' = 'jdbc', 'password' = '***')"),
        ("SELECT * FROM 'https://u:hunter2@h/x.csv?sig=hunter2'", "SELECT * FROM 'https://h/x.csv'"),
        ("SELECT * FROM read_csv('az://c/x.csv?sv=1&sig=hunter2')", "SELECT * FROM read_csv('az://c/x.csv')"),
        ("SELECT * FROM 's3://KEY:hunter2/a@b@bucket/x?.csv'", "SELECT * FROM 's3://bucket/x?.csv'"),
        ("-- don't\nALTER USER u PASSWORD 'hunter2'", "-- don't\nALTER USER u PASSWORD '***'"),
        ("-- password=hunter2\nSELECT 1", "-- password=***\nSELECT 1"),
        (r"SELECT 'it\'s'; ALTER USER u PASSWORD 'hunter2'", r"SELECT 'it\'s'; ALTER USER u PASSWORD '***'"),
        ("CALL x(api_key => 'hunter2', f => 'a.csv')", "CALL x(api_key => '***', f => 'a.csv')"),
        ("ALTER USER u PASSWORD 'hunter2", "ALTER USER u PASSWORD '***'"),
    ],
)  # fmt: skip
def test_what_a_statement_says_is_a_secret_is_hidden(sql: str, hidden: str) -> None:
    assert hide_secrets(sql) == hidden
    assert hide_secrets(hidden) == hidden


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a FROM t WHERE kind = 'password' AND b = 'x'",
        "SELECT * FROM t WHERE password = :password AND token = other.token",
        'SELECT * FROM tokens "t" JOIN secrets "s" ON "t"."token" = "s"."token"',
        "INSERT INTO tokens(\"id\", \"name\") VALUES ('a', 'b')",
        "INSERT INTO secrets SELECT * FROM 'passwords.csv'",
        "COPY tokens FROM 's3://bucket/tokens/secret.csv'",
        "SELECT * FROM read_parquet('/data/token=5/x.parquet')",
        "SELECT * FROM 's3://bucket/a?.csv' WHERE password IS NULL",
        "SELECT * FROM 'abfss://container@account.dfs.core.windows.net/x'",
        "CREATE TABLE t (id int PRIMARY KEY, key_id int REFERENCES tokens (id))",
        "CREATE VIRTUAL TABLE t USING fts5(a, tokenize = 'porter ascii')",
        "CREATE FUNCTION f() RETURNS int AS $$ SELECT 'token', 'b' $$",
        "ALTER USER u IDENTIFIED BY :password",
        "SELECT 1 -- don't",
        "",
    ],
)
def test_names_of_data_stay_what_they_are(sql: str) -> None:
    assert hide_secrets(sql) == sql


WORDS = st.sampled_from(
    [
        "SELECT", "FROM", "t", "tokens", "password", "PASSWORD", "secret", "=", "=>", "(", ")", ",", ";",
        "'", "''", '"', "$$", "$a$", "--", "/*", "*/", "\\", "://", "@", "?", "#", "s3://b/k",
        "identified", "by", "as", "pragma", "key", "'x'", '"y"', "'password=x'", "token=", ":", "{", "}",
        "\n", "N'x'",
    ]
)  # fmt: skip


@given(st.lists(WORDS, max_size=40).map(" ".join) | st.text())
def test_every_text_is_taken_and_none_grows_much(sql: str) -> None:
    assert len(hide_secrets(sql)) <= 4 * len(sql) + 10


@given(
    before=st.sampled_from(["SELECT 'a''b'; ", "-- it's\n", "/* ' */ ", 'SELECT "a\'b"; ', ""]),
    lead=st.sampled_from(
        ["PASSWORD ", "IDENTIFIED BY ", "SECRET ", "password = ", "(CREDENTIALS ", "token=>"]
    ),
    after=st.sampled_from(["", " , SCOPE 's3://b/x')", "; SELECT * FROM 'a.csv'", " -- 'x'"]),
)
def test_a_secret_is_found_wherever_it_stands(before: str, lead: str, after: str) -> None:
    assert hide_secrets(f"{before}{lead}'{SECRET}'{after}") == f"{before}{lead}'***'{after}"


@given(
    table=st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    value=st.text("abc 1.,'").map(lambda t: t.replace("'", "''")),
)
def test_a_statement_without_such_words_is_the_same_text(table: str, value: str) -> None:
    sql = f"INSERT INTO x{table} SELECT * FROM '{table}.csv' WHERE a = '{value}'"
    assert hide_secrets(sql) == sql


@pytest.mark.parametrize(
    "part",
    [
        "'", "token", "token=", "'token={ ", "password 'x' ", "password" + " " * 150 + "x'a'", "://", "a://b:c", "://@",
        "password $a$ $b$", "token /*", "token --'", "('https://x/y'),", "identified by ", "token \\'", 'token="',
        "password for ''", "identified ''", "pragma key ( ", "token\n", "/*", "$$ token",
    ],
)  # fmt: skip
def test_time_grows_with_the_length_alone(part: str) -> None:
    for length, seconds in ((40_000, 0.6), (160_000, 2.4)):
        sql = "password " + part * (length // len(part))
        cpu_below(seconds, partial(hide_secrets, sql))


def test_ordinary_statements_cost_next_to_nothing() -> None:
    sql = "SELECT a, b FROM sales.orders o JOIN sales.customers c ON o.id = c.id WHERE o.day = '2024-01-01'"
    cpu_below(1_000 * 10e-6, lambda: [hide_secrets(sql) for _ in range(1_000)])
