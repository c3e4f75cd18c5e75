from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId, strip_credentials
from airflow_lineage_provider.model.naming import (
    ALIAS_NAMESPACE,
    ASSET_NAMESPACE,
    asset_of,
    file_in_statement,
    local_file_id,
    namespace_of,
    table_of,
)


def connection(conn_type: str, **parts: object) -> ConnectionIdentity:
    return ConnectionIdentity("c", conn_type, **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("identity", "namespace"),
    [
        (connection("postgres", host="db"), "postgres://db:5432"),
        (connection("postgres", host="db", port=6543), "postgres://db:6543"),
        (connection("postgresql", host="db"), "postgres://db:5432"),
        (connection("postgres"), "postgres://localhost:5432"),
        (
            connection("redshift", host="c.r.redshift.amazonaws.com"),
            "redshift://c.r.redshift.amazonaws.com:5439",
        ),
        (connection("mysql", host="db"), "mysql://db:3306"),
        (connection("mariadb", host="db"), "mysql://db:3306"),
        (connection("mssql", host="db"), "mssql://db:1433"),
        (connection("odbc", host="db"), "mssql://db:1433"),
        (connection("oracle", host="db"), "oracle://db:1521"),
        (connection("trino", host="t"), "trino://t:8080"),
        (connection("presto", host="t"), "presto://t:8080"),
        (connection("vertica", host="v"), "vertica://v:5433"),
        (connection("teradata", host="t"), "teradata://t:1025"),
        (connection("exasol", host="e"), "exasol://e:8563"),
        (connection("hiveserver2", host="h"), "hive://h:10000"),
        (connection("hive_cli", host="h"), "hive://h:10000"),
        (connection("clickhouse", host="c"), "clickhouse://c:9000"),
        (connection("databricks", host="w.net"), "databricks://w.net"),
        (connection("snowflake", extra={"account": "org-acct"}), "snowflake://org-acct"),
        (connection("snowflake", host="acct.snowflakecomputing.com"), "snowflake://acct"),
        (connection("google_cloud_platform"), "bigquery"),
        (connection("gcpbigquery"), "bigquery"),
        (
            connection("athena", extra={"region_name": "eu-west-1"}),
            "awsathena://athena.eu-west-1.amazonaws.com",
        ),
        (connection("sqlite", host="/data/shop.db"), "sqlite:///data/shop.db"),
        (connection("sqlite", host="/data/shop.db?mode=ro"), "sqlite:///data/shop.db"),
        (connection("sqlite", host="shop.db"), "sqlite:shop.db"),
        (connection("sqlite"), "sqlite::memory:"),
        (connection("duckdb", host="/data/shop.duckdb"), "duckdb:///data/shop.duckdb"),
        (connection("myown", host="h", port=1), "myown://h:1"),
        (connection("myown", host="h"), "myown://h"),
        (connection("postgres", host="db", namespace="warehouse"), "warehouse"),
    ],
)
def test_namespace_of_each_system(identity: ConnectionIdentity, namespace: str) -> None:
    assert namespace_of(identity) == namespace


@pytest.mark.parametrize(
    ("conn_type", "name"),
    [
        *((kind, "cat.sch.tab") for kind in ("postgres", "redshift", "mssql", "oracle", "trino", "presto")),
        *((kind, "cat.sch.tab") for kind in ("vertica", "databricks", "snowflake", "google_cloud_platform")),
        *(
            (kind, "sch.tab")
            for kind in ("mysql", "mariadb", "teradata", "exasol", "clickhouse", "hiveserver2")
        ),
        ("sqlite", "tab"),
        ("duckdb", "cat.sch.tab"),
        ("myown", "cat.sch.tab"),
    ],
)
def test_a_table_has_the_parts_its_system_has_room_for(conn_type: str, name: str) -> None:
    assert table_of(connection(conn_type, host="h"), "cat", "sch", "tab").name == name


def test_parts_the_statement_left_out_come_from_the_connection() -> None:
    shop = connection("postgres", host="db", database="shop", schema="sales")
    assert table_of(shop, None, None, "orders").name == "shop.sales.orders"
    assert table_of(shop, None, "raw", "orders").name == "shop.raw.orders"
    assert table_of(shop, "old", "raw", "orders").name == "old.raw.orders"


def test_what_a_connection_says_is_no_quoted_name() -> None:
    account = connection("snowflake", database="shop", schema="raw", extra={"account": "a"})
    assert table_of(account, None, None, "ORDERS").name == "SHOP.RAW.ORDERS"
    assert (
        table_of(connection("trino", host="t", database="Hive", schema="S"), None, None, "t").name
        == "hive.s.t"
    )
    assert (
        table_of(connection("postgres", host="h", database="Shop", schema="S"), None, None, "t").name
        == "Shop.S.t"
    )


def test_a_mysql_database_stands_where_other_systems_have_a_schema() -> None:
    shop = connection("mysql", host="db", database="shop")
    assert table_of(shop, None, None, "orders").name == "shop.orders"
    assert table_of(shop, "other", None, "orders").name == "other.orders"


@pytest.mark.parametrize(
    ("uri", "namespace", "name"),
    [
        ("postgres://db:5432/shop/public/orders", "postgres://db:5432", "shop.public.orders"),
        ("postgres://db/shop/public/orders", "postgres://db:5432", "shop.public.orders"),
        ("postgresql://db/shop/public/orders", "postgres://db:5432", "shop.public.orders"),
        ("postgres://user:pw@db/shop/public/orders?sslmode=off", "postgres://db:5432", "shop.public.orders"),
        ("postgres://db/shop/orders", "postgres://db:5432", "shop.public.orders"),
        ("postgresql://u:p@db/shop/orders?a=/b", "postgres://db:5432", "shop.public.orders"),
        ("redshift://c/dev/orders", "redshift://c:5439", "dev.public.orders"),
        ("mssql://db/shop/orders", "mssql://db:1433", "shop.dbo.orders"),
        ("sqlserver://db/shop/orders", "mssql://db:1433", "shop.dbo.orders"),
        ("postgres://db/shop", "postgres://db:5432", "shop"),
        ("trino://t/cat/tab", "trino://t:8080", "cat.tab"),
        ("snowflake://acct/db/tab", "snowflake://acct", "db.tab"),
        ("mysql://db/shop/orders", "mysql://db:3306", "shop.orders"),
        ("mssql://db/shop/dbo/orders", "mssql://db:1433", "shop.dbo.orders"),
        ("snowflake://acct/DB/PUBLIC/T", "snowflake://acct", "DB.PUBLIC.T"),
        ("bigquery://project/dataset/table", "bigquery", "project.dataset.table"),
        ("trino://t:8080/cat/sch/tab", "trino://t:8080", "cat.sch.tab"),
        ("sqlite:///abs/x.db/t", "sqlite:///abs/x.db", "t"),
        ("sqlite:/abs/x.db/t", "sqlite:///abs/x.db", "t"),
        ("sqlite:/abs/dir.db/x.sqlite3/t", "sqlite:///abs/dir.db/x.sqlite3", "t"),
        ("duckdb:///abs/x.duckdb/t", "duckdb:///abs/x.duckdb", "main.t"),
        ("duckdb:///abs/x.duckdb/raw/t", "duckdb:///abs/x.duckdb", "raw.t"),
        ("duckdb:x.duckdb/t", "duckdb:x.duckdb", "main.t"),
        ("sqlite:dir/x.db/t", "sqlite:dir/x.db", "t"),
        ("sqlite:///abs/x.db/main/t", "sqlite:///abs/x.db", "t"),
        ("awsathena://athena.r.amazonaws.com/c/d/t", "awsathena://athena.r.amazonaws.com", "c.d.t"),
        ("file:///tmp/a.csv", "file", "/tmp/a.csv"),
        ("file:/tmp/a.csv", "file", "/tmp/a.csv"),
        ("file://nas/tmp/a.csv", "file://nas", "/tmp/a.csv"),
        ("file:///tmp/with%20space.csv", "file", "/tmp/with space.csv"),
        ("s3://bucket/a/b.parquet", "s3://bucket", "a/b.parquet"),
        ("s3://key:secret@bucket/a", "s3://bucket", "a"),
        ("s3://bucket/a?X-Amz-Signature=abc", "s3://bucket", "a"),
        ("s3://bucket", "s3://bucket", "/"),
        ("gs://bucket/", "gs://bucket", "/"),
        (
            "abfss://container@acct.dfs.core.windows.net/p/q",
            "abfss://container@acct.dfs.core.windows.net",
            "p/q",
        ),
        ("abfss://user:pw@acct.dfs.core.windows.net/p", "abfss://acct.dfs.core.windows.net", "p"),
        ("wasbs://c@a.blob.core.windows.net/p?sig=x", "wasbs://c@a.blob.core.windows.net", "p"),
        ("kafka://broker:9092/topic", "kafka://broker:9092", "topic"),
        ("orders", ASSET_NAMESPACE, "orders"),
        ("  orders  ", ASSET_NAMESPACE, "orders"),
        ("C:/data/x.csv", ASSET_NAMESPACE, "C:/data/x.csv"),
    ],
)
def test_asset_uris(uri: str, namespace: str, name: str) -> None:
    assert asset_of(uri, None) == DatasetId(namespace, name)


def test_an_asset_and_a_table_reached_through_a_connection_are_one_dataset() -> None:
    table = table_of(connection("sqlite", host="/data/shop.db"), None, None, "orders")
    assert asset_of("sqlite:/data/shop.db/orders", None) == table
    table = table_of(connection("postgres", host="db", database="shop"), None, "public", "orders")
    assert asset_of("postgres://db:5432/shop/public/orders", None) == table
    for host, uri in (("/x.duckdb", "duckdb:///x.duckdb/orders"), ("x.duckdb", "duckdb:x.duckdb/orders")):
        assert asset_of(uri, None) == table_of(connection("duckdb", host=host), "x", "main", "orders")
    athena = connection("athena", database="awsdatacatalog", extra={"region_name": "r"})
    uri = "awsathena://athena.r.amazonaws.com/awsdatacatalog/db/t"
    assert asset_of(uri, None) == table_of(athena, None, "db", "t")


@pytest.mark.parametrize(
    ("identity", "path", "namespace", "name"),
    [
        (connection("duckdb", extra={"working_directory": "/srv"}), "a.csv", "file", "/srv/a.csv"),
        (connection("duckdb", extra={"working_directory": "/srv"}), "/a/../b.csv", "file", "/b.csv"),
        (
            connection("duckdb", extra={"working_directory": "/srv", "file_host": "W1."}),
            "a.csv",
            "file://w1",
            "/srv/a.csv",
        ),
        # a folder that is no place, and none
        (connection("duckdb", extra={"working_directory": "srv"}), "a.csv", "file", "a.csv"),
        (connection("duckdb", extra={"file_host": "w1"}), "a.csv", "file://w1", "a.csv"),
        (connection("duckdb", host="/data/x.duckdb"), "/a.csv", "file", "/a.csv"),
        # a server reads its own files
        (connection("postgres", host="DB1."), "/a.csv", "file://db1", "/a.csv"),
        (connection("postgres", host="db1", extra={"file_host": "w1"}), "/a.csv", "file://db1", "/a.csv"),
        (
            connection("postgres", host="db1", extra={"working_directory": "/x"}),
            "a.csv",
            "file://db1",
            "a.csv",
        ),
        (connection("postgres", host="localhost"), "/a.csv", "file", "/a.csv"),
        (
            connection("postgres", host="127.0.0.1", extra={"file_host": "w1"}),
            "/a.csv",
            "file://w1",
            "/a.csv",
        ),
        (connection("postgres", host="/var/run/postgresql"), "/a.csv", "file", "/a.csv"),
        (connection("postgres"), "/a.csv", "file", "/a.csv"),
        (connection("snowflake", extra={"account": "a"}), "a.csv", "snowflake://a", "a.csv"),
    ],
)
def test_a_file_in_a_statement_is_on_the_machine_of_the_engine(
    identity: ConnectionIdentity, path: str, namespace: str, name: str
) -> None:
    assert file_in_statement(identity, path) == DatasetId(namespace, name)


def test_a_file_that_the_client_sends_is_on_the_worker() -> None:
    server = connection("mysql", host="db1")
    assert file_in_statement(server, "/a.csv", is_client_side=True) == DatasetId("file", "/a.csv")


def test_a_local_file_is_absolute_and_has_a_host_only_if_one_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert local_file_id("a/../b.csv") == DatasetId("file", f"{tmp_path}/b.csv")
    assert local_file_id("//data//x.csv") == DatasetId("file", "/data/x.csv")
    assert local_file_id("/x", "Worker-1.") == DatasetId("file://worker-1", "/x")
    assert local_file_id("/x", " ") == DatasetId("file", "/x")
    assert asset_of("file:///data/x.csv", None) == local_file_id("/data/x.csv", None)


def test_an_asset_with_a_name_only_lives_in_the_namespace_of_assets() -> None:
    assert asset_of(None, "orders") == DatasetId(ASSET_NAMESPACE, "orders")
    assert asset_of("orders", "daily orders") == DatasetId(ASSET_NAMESPACE, "daily orders")
    assert ASSET_NAMESPACE != ALIAS_NAMESPACE


@pytest.mark.parametrize("uri", ["s3://[bucket/a", "http://[::1/x", "s3://buck\u2100et/a"])
def test_a_uri_that_the_standard_library_refuses_is_named_all_the_same(uri: str) -> None:
    dataset = asset_of(uri, None)
    assert dataset.namespace.startswith(uri.partition("://")[0])
    assert dataset.name


@given(st.text(max_size=60), st.none() | st.text(max_size=20))
def test_any_uri_has_a_name_or_raises_nothing(uri: str, name: str | None) -> None:
    asset_of(uri, name)


@given(st.sampled_from(["postgres", "s3", "https", "myown", "trino"]), st.text(max_size=30))
def test_what_stands_in_the_user_info_of_a_uri_is_in_no_name(scheme: str, path: str) -> None:
    dataset = asset_of(f"{scheme}://reader:hunter2@host/{path}", None)
    assert "hunter2" not in dataset.namespace


def test_credentials_leave_a_uri() -> None:
    assert strip_credentials("https://u:p@h/x?sig=1#part") == "https://h/x#part"
    assert strip_credentials("no uri?x=1") == "no uri?x=1"


def test_equal_parts_joined_differently_have_other_digests() -> None:
    assert DatasetId("a", "b.c").digest != DatasetId("a.b", "c").digest
    assert len(DatasetId("a", "\ud800").digest) == 64
