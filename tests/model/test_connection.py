from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from airflow_lineage_provider.model.connection import identity_of_connection
from airflow_lineage_provider.model.connection_fields import OracleAddress, oracle_address, server_address
from airflow_lineage_provider.model.naming import namespace_of, table_of


def connection(conn_type: str, extra: dict[str, Any] | None = None, **fields: Any) -> Any:
    fields = {"host": None, "port": None, "schema": None, **fields}
    return SimpleNamespace(conn_id="c", conn_type=conn_type, extra_dejson=extra or {}, **fields)


ACCOUNT = {"account": "acct"}


@pytest.mark.parametrize(
    ("given", "namespace", "table"),
    [
        (connection("postgres", host="h", schema="shop"), "postgres://h:5432", "shop.public.t"),
        (
            connection("postgres", {"dbname": "other"}, host="h", schema="shop"),
            "postgres://h:5432",
            "other.public.t",
        ),
        (connection("redshift", {"database": "dev"}, host="h"), "redshift://h:5439", "dev.public.t"),
        (connection("mssql", host="h", schema="shop"), "mssql://h:1433", "shop.dbo.t"),
        (connection("vertica", host="h", schema="shop"), "vertica://h:5433", "shop.t"),
        (connection("mysql", host="h", schema="shop"), "mysql://h:3306", "shop.t"),
        (connection("teradata", host="h", schema="shop"), "teradata://h:1025", "shop.t"),
        (connection("exasol", host="h", schema="shop"), "exasol://h:8563", "SHOP.t"),
        (connection("clickhouse", host="h", schema="shop"), "clickhouse://h:9000", "shop.t"),
        (connection("hiveserver2", host="h", schema="shop"), "hive://h:10000", "shop.t"),
        (connection("hive_cli", host="h"), "hive://h:10000", "default.t"),
        (
            connection("trino", {"catalog": "lake"}, host="h", schema="sales"),
            "trino://h:8080",
            "lake.sales.t",
        ),
        (connection("trino", host="h", schema="sales"), "trino://h:8080", "hive.sales.t"),
        (
            connection("presto", {"catalog": "lake"}, host="h:8081", schema="sales"),
            "presto://h:8081",
            "lake.sales.t",
        ),
        (
            connection("snowflake", {**ACCOUNT, "database": "shop"}, schema="raw"),
            "snowflake://acct",
            "SHOP.RAW.t",
        ),
        (connection("snowflake", ACCOUNT, schema="raw"), "snowflake://acct", "RAW.t"),
        (
            connection(
                "snowflake", {"extra__snowflake__account": "xy", "extra__snowflake__region": "eu-west-1"}
            ),
            "snowflake://xy.eu-west-1",
            "PUBLIC.t",
        ),
        (connection("snowflake", {"account": "xy", "region": "us-west-2"}), "snowflake://xy", "PUBLIC.t"),
        (
            connection("oracle", {"service_name": "svc"}, host="h", schema="sales"),
            "oracle://h:1521",
            "SVC.SALES.t",
        ),
        (connection("oracle", {"sid": "orcl"}, host="h", schema="sales"), "oracle://h:1521", "ORCL.t"),
        (connection("oracle", host="h:1599/svc"), "oracle://h:1599", "SVC.t"),
        (connection("oracle", host="h", schema="svc"), "oracle://h:1521", "SVC.t"),
        (
            connection(
                "databricks", {"catalog": "main"}, host="https://w.net/?o=1", port=443, schema="sales"
            ),
            "databricks://w.net:443",
            "main.sales.t",
        ),
        (connection("databricks", host="w.net", schema="sales"), "databricks://w.net", "sales.t"),
        (connection("google_cloud_platform", {"project": "p"}, schema="x"), "bigquery", "p.t"),
        (
            connection("athena", {"region_name": "eu-west-1"}, schema="db"),
            "awsathena://athena.eu-west-1.amazonaws.com",
            "awsdatacatalog.db.t",
        ),
        (connection("duckdb", host="/data/shop.duckdb"), "duckdb:///data/shop.duckdb", "main.t"),
        (connection("sqlite", schema="/data/shop.db"), "sqlite:///data/shop.db", "t"),
        (connection("myown", host="h", schema="shop"), "myown://h", "shop.t"),
    ],
    ids=lambda value: getattr(value, "conn_type", None),
)
def test_a_session_starts_where_the_hook_of_its_system_starts_it(
    given: Any, namespace: str, table: str
) -> None:
    identity = identity_of_connection(given)
    assert (namespace_of(identity), table_of(identity, None, None, "t").name) == (namespace, table)


@pytest.mark.parametrize(
    ("conn_type", "database", "schema"),
    [
        ("postgres", "chosen", None),
        ("mysql", None, "chosen"),
        ("snowflake", "chosen", "own"),
        ("sqlite", None, None),
    ],
)
def test_a_database_that_a_hook_chose_wins(conn_type: str, database: str | None, schema: str | None) -> None:
    identity = identity_of_connection(connection(conn_type, schema="own"), database="chosen")
    assert (identity.database, identity.schema) == (database, schema)


def test_what_only_a_worker_may_say_is_not_taken_from_a_connection() -> None:
    given = connection("duckdb", {"working_directory": "/x", "file_host": "h"}, host="/x.duckdb")
    assert identity_of_connection(given).extra == {}


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("h:1521/svc", OracleAddress("h", 1521, "svc")),
        ("//h/svc.world:dedicated/one", OracleAddress("h", None, "svc.world")),
        (
            "(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST = h)(PORT=1522))(CONNECT_DATA=(SERVICE_NAME=svc)))",
            OracleAddress("h", 1522, "svc"),
        ),
        ("(DESCRIPTION=(CONNECT_DATA=(SID=orcl)))", OracleAddress(None, None, "orcl")),
        ("tnsname", OracleAddress()),
        ("scott/tiger@h:1521/svc", OracleAddress()),
        ("", OracleAddress()),
    ],
)
def test_the_address_of_an_oracle_database(text: str, address: OracleAddress) -> None:
    assert oracle_address(text) == address


@pytest.mark.parametrize(
    ("host", "port", "address"),
    [
        ("db", None, ("db", None)),
        ("db:5433", None, ("db", 5433)),
        ("db:5433", 1, ("db:5433", 1)),
        ("HTTPS://w.net/sql/1?o=2", None, ("w.net", None)),
        ("https://w.net:8443/", None, ("w.net", 8443)),
        ("user:pw@db", None, ("db", None)),
        ("[::1]:5433", None, ("[::1]", 5433)),
        ("fe80::1", None, ("fe80::1", None)),
        ("jdbc:postgresql://db/shop", None, ("jdbc:postgresql://db/shop", None)),
    ],
)
def test_a_host_is_what_is_left_of_an_address(
    host: str, port: int | None, address: tuple[str, int | None]
) -> None:
    assert server_address(host, port) == address
