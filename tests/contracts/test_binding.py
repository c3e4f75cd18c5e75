from __future__ import annotations

from typing import Any

import pytest
import yaml

from airflow_lineage_provider.contracts.binding import Binding, BoundBy, bind
from airflow_lineage_provider.contracts.connection import UnknownConnection
from airflow_lineage_provider.contracts.load import load_text
from airflow_lineage_provider.contracts.table_name import split_name
from airflow_lineage_provider.model.connection import ConnectionIdentity, identity_of_connection
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.naming import asset_of

CONNECTIONS = {
    "shop": ConnectionIdentity("shop", "postgres", "pg", 5433, "shop"),
    "lite": ConnectionIdentity("lite", "sqlite", "/data/shop.db"),
    "hive": ConnectionIdentity("hive", "hiveserver2", "h", schema="shop"),
}


def lookup(conn_id: str) -> ConnectionIdentity:
    try:
        return CONNECTIONS[conn_id]
    except KeyError:
        raise UnknownConnection(f"Airflow has no connection {conn_id!r}") from None


def contract(**sections: Any) -> Any:
    data = {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": "orders",
        "version": "1",
        "schema": [{"name": "orders"}],
        **sections,
    }
    return load_text(yaml.safe_dump(data)).model


def bound(**sections: Any) -> Binding:
    return bind(contract(**sections), lookup=lookup)[0]


def custom(**properties: str) -> list[dict[str, str]]:
    return [{"property": key, "value": value} for key, value in properties.items()]


POSTGRES = {"type": "postgres", "host": "pg", "port": 5432, "database": "shop", "schema": "public"}
SNOWFLAKE = {"type": "snowflake", "account": "org-acct", "database": "shop", "schema": "raw"}


@pytest.mark.parametrize(
    ("server", "physical_name", "namespace", "name"),
    [
        (POSTGRES, None, "postgres://pg:5432", "shop.public.orders"),
        (POSTGRES, "t_orders", "postgres://pg:5432", "shop.public.t_orders"),
        (POSTGRES, "sales.orders", "postgres://pg:5432", "shop.sales.orders"),
        (POSTGRES, "dwh.sales.orders", "postgres://pg:5432", "dwh.sales.orders"),
        (POSTGRES, 'sales."Orders.v1"', "postgres://pg:5432", "shop.sales.Orders.v1"),
        ({**POSTGRES, "type": "postgresql"}, None, "postgres://pg:5432", "shop.public.orders"),
        ({"type": "mysql", "host": "my", "port": 3306, "database": "shop"}, None, "mysql://my:3306", "shop.orders"),
        ({"type": "sqlserver", "host": "ms", "database": "shop", "schema": "dbo"}, None, "mssql://ms:1433", "shop.dbo.orders"),
        ({"type": "oracle", "host": "o", "port": 1521, "serviceName": "orcl"}, "shop.orders", "oracle://o:1521", "ORCL.SHOP.ORDERS"),
        (SNOWFLAKE, None, "snowflake://org-acct", "SHOP.RAW.ORDERS"),
        (SNOWFLAKE, "Orders", "snowflake://org-acct", "SHOP.RAW.Orders"),
        ({"type": "bigquery", "project": "p", "dataset": "d"}, None, "bigquery", "p.d.orders"),
        ({"type": "trino", "host": "t", "port": 8080, "catalog": "hive", "schema": "s"}, None, "trino://t:8080", "hive.s.orders"),
        ({"type": "presto", "host": "t:9090", "catalog": "hive", "schema": "s"}, None, "presto://t:9090", "hive.s.orders"),
        ({"type": "databricks", "host": "https://dbc-1.cloud/", "catalog": "main", "schema": "s"}, None, "databricks://dbc-1.cloud", "main.s.orders"),
        ({"type": "redshift", "host": "c1.abc.us-west-2.redshift.amazonaws.com", "database": "d", "schema": "s"}, None, "redshift://c1.us-west-2:5439", "d.s.orders"),
        ({"type": "redshift", "host": "rs.internal", "database": "d", "schema": "s"}, None, "redshift://rs.internal:5439", "d.s.orders"),
        ({"type": "athena", "schema": "s", "regionName": "eu-west-1"}, None, "awsathena://athena.eu-west-1.amazonaws.com", "awsdatacatalog.s.orders"),
        ({"type": "clickhouse", "host": "ch", "port": 9000, "database": "d"}, None, "clickhouse://ch:9000", "d.orders"),
        ({"type": "hive", "host": "h", "database": "d"}, None, "hive://h:10000", "d.orders"),
        ({"type": "vertica", "host": "v", "port": 5433, "database": "d", "schema": "s"}, None, "vertica://v:5433", "d.s.orders"),
        ({"type": "teradata", "host": "td", "database": "d"}, None, "teradata://td:1025", "d.orders"),
        ({"type": "db2", "host": "h", "port": 50000, "database": "d", "schema": "s"}, None, "db2://h:50000", "d.s.orders"),
        ({"type": "duckdb", "database": "/data/shop.duckdb"}, None, "duckdb:///data/shop.duckdb", "main.orders"),
        ({"type": "kafka", "host": "k1:9093,k2:9093"}, "shop.orders", "kafka://k1:9093", "shop.orders"),
        ({"type": "pubsub", "project": "p"}, None, "pubsub", "topic:p:orders"),
        ({"type": "s3", "location": "s3://bucket/raw/orders/*.parquet"}, None, "s3://bucket", "raw/orders"),
        ({"type": "s3", "location": "s3://bucket/raw/"}, None, "s3://bucket", "raw/orders"),
        ({"type": "s3", "location": "s3://bucket/{model}/data.csv"}, None, "s3://bucket", "orders/data.csv"),
        ({"type": "custom", "location": "gs://bucket/orders"}, None, "gs://bucket", "orders"),
        ({"type": "azure", "location": "abfss://c@acc.dfs.core.windows.net/orders", "format": "parquet"}, None, "abfss://c@acc.dfs.core.windows.net", "orders"),
        ({"type": "local", "path": "/data/orders.csv", "format": "csv"}, None, "file", "/data/orders.csv"),
        ({"type": "local", "path": "/data/year=*/orders.csv", "format": "csv"}, None, "file", "/data"),
        ({"type": "sftp", "location": "sftp://host/orders.csv"}, None, "file://host", "/orders.csv"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.get("type") if isinstance(value, dict) else "",
)  # fmt: skip
def test_a_server_names_the_dataset(
    server: dict[str, Any], physical_name: str | None, namespace: str, name: str
):
    schema: dict[str, Any] = {"name": "orders"}
    if physical_name:
        schema["physicalName"] = physical_name

    binding = bound(servers=[{"server": "prod", **server}], schema=[schema])

    assert (binding.bound_by, binding.dataset) == (BoundBy.SERVER, DatasetId(namespace, name))


def test_a_contract_and_the_asset_of_its_table_are_one_dataset():
    assert bound(servers=[{"server": "p", **POSTGRES}]).dataset == asset_of(
        "postgres://pg/shop/public/orders", None
    )


@pytest.mark.parametrize(
    ("sections", "reason"),
    [
        ({}, "the contract has no servers"),
        ({"servers": [{"server": "p", "type": "zen", "host": "h", "database": "d"}]}, "no naming rule for server type 'zen'"),
        ({"servers": [{"server": "p", **POSTGRES, "port": "${PORT}"}]}, "the port of server 'p' is '${PORT}' and no number"),
        ({"servers": [{"server": "p", **POSTGRES, "host": "${HOST}"}]}, "is the placeholder '${HOST}'"),
        ({"servers": [{"server": "p", "type": "redshift", "database": "d", "schema": "s"}]}, "server 'p' names no host"),
        ({"servers": [{"server": "p", "type": "athena", "schema": "s"}]}, "names no regionName"),
        ({"servers": [{"server": "p", "type": "local", "path": "./orders.csv", "format": "csv"}]}, "must be absolute"),
        ({"servers": [{"server": "p", "type": "s3", "location": "bucket/x"}]}, "is no URI"),
        (
            {
                "servers": [{"server": "p", "type": "s3", "location": "s3://b/one.csv"}],
                "schema": [{"name": "a"}, {"name": "b"}],
            },
            "is one object, and the contract has several schema objects",
        ),
        ({"customProperties": custom(airflowConnId="gone")}, "Airflow has no connection 'gone'"),
        ({"schema": [{"name": "o", "customProperties": custom(openlineageName="x")}]}, "openlineageNamespace is missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_cannot_be_bound_says_why(sections: dict[str, Any], reason: str):
    binding = bound(**sections)

    assert binding.dataset is None
    assert binding.bound_by is BoundBy.UNBOUND
    assert reason in str(binding.detail)


def test_custom_properties_come_before_everything():
    binding = bound(
        servers=[{"server": "p", **POSTGRES, "customProperties": custom(airflowConnId="shop")}],
        schema=[{"name": "o", "customProperties": custom(openlineageNamespace="ns", openlineageName="n")}],
    )

    assert (binding.bound_by, binding.dataset) == (BoundBy.CUSTOM_PROPERTY, DatasetId("ns", "n"))


@pytest.mark.parametrize(
    ("sections", "dataset"),
    [
        (
            {"servers": [{"server": "p", **POSTGRES, "host": "PG."}]},
            DatasetId("postgres://pg:5432", "shop.public.orders"),
        ),
        (
            {"servers": [{"server": "p", "type": "s3", "location": "s3a://lake/x/2026-11-21.csv"}]},
            DatasetId("s3://lake", "x/{date}.csv"),
        ),
        (
            {
                "schema": [
                    {
                        "name": "o",
                        "customProperties": custom(
                            openlineageNamespace="gcs://lake", openlineageName="t/dt=1"
                        ),
                    }
                ]
            },
            DatasetId("gs://lake", "t"),
        ),
    ],
)
def test_a_contract_is_bound_to_the_name_under_which_lineage_is_stored(
    sections: dict[str, Any], dataset: DatasetId
):
    assert bound(**sections).dataset == dataset


@pytest.mark.parametrize("place", ["server", "contract"])
def test_the_namespace_may_stand_on_the_server_or_the_contract(place: str):
    namespace = custom(openlineageNamespace="ns")
    sections: dict[str, Any] = {"schema": [{"name": "o", "customProperties": custom(openlineageName="n")}]}
    if place == "server":
        sections["servers"] = [{"server": "p", **POSTGRES, "customProperties": namespace}]
    else:
        sections["customProperties"] = namespace

    assert bound(**sections).dataset == DatasetId("ns", "n")


def test_a_namespace_on_the_contract_leaves_objects_without_a_name_to_the_servers():
    binding = bound(servers=[{"server": "p", **POSTGRES}], customProperties=custom(openlineageNamespace="ns"))

    assert binding.bound_by is BoundBy.SERVER


@pytest.mark.parametrize(
    ("conn_id", "physical_name", "dataset"),
    [
        ("shop", "orders", DatasetId("postgres://pg:5433", "shop.public.orders")),
        ("shop", "sales.orders", DatasetId("postgres://pg:5433", "shop.sales.orders")),
        ("lite", "orders", DatasetId("sqlite:///data/shop.db", "orders")),
        ("lite", "main.orders", DatasetId("sqlite:///data/shop.db", "orders")),
    ],
)
def test_a_connection_comes_before_the_host_of_its_server(
    conn_id: str, physical_name: str, dataset: DatasetId
):
    server = {
        "server": "p",
        "type": "custom",
        "host": "elsewhere",
        "customProperties": custom(airflowConnId=conn_id),
    }

    binding = bound(servers=[server], schema=[{"name": "o", "physicalName": physical_name}])

    assert (binding.bound_by, binding.dataset) == (BoundBy.CONNECTION, dataset)


def test_what_the_server_says_about_database_and_schema_wins_over_its_connection():
    server = {
        "server": "p",
        **POSTGRES,
        "database": "dwh",
        "schema": "sales",
        "customProperties": custom(airflowConnId="shop"),
    }

    assert bound(servers=[server]).dataset == DatasetId("postgres://pg:5433", "dwh.sales.orders")


def test_an_unknown_connection_falls_back_to_the_server():
    binding = bound(servers=[{"server": "p", **POSTGRES, "customProperties": custom(airflowConnId="gone")}])

    assert (binding.bound_by, binding.dataset) == (
        BoundBy.SERVER,
        DatasetId("postgres://pg:5432", "shop.public.orders"),
    )


def test_the_first_server_that_names_a_dataset_does():
    servers = [
        {"server": "a", "type": "zen", "host": "h", "database": "d"},
        {"server": "b", **POSTGRES},
        {"server": "c", **POSTGRES, "host": "other"},
    ]

    assert bound(servers=servers).detail == "server b"


def test_a_name_that_is_too_long_for_the_store_is_unbound():
    schema = [{"name": "o", "customProperties": custom(openlineageNamespace="n" * 1025, openlineageName="n")}]

    assert "too long" in str(bound(schema=schema).detail)


def test_a_server_names_the_database_of_a_system_without_schemas():
    server = {"server": "s", "type": "hive", "host": "x", "database": "raw"}
    servers = [{**server, "customProperties": custom(airflowConnId="hive")}]

    assert bound(schema=[{"name": "o"}], servers=servers).dataset == DatasetId("hive://h:10000", "raw.o")
    schema = [{"name": "o", "customProperties": custom(airflowConnId="hive")}]
    assert bound(schema=schema).dataset == DatasetId("hive://h:10000", "shop.o")


class FakeConnection:
    def __init__(self, conn_type: str, extra: dict[str, Any] | None = None, **fields: Any) -> None:
        self.conn_id, self.conn_type, self.extra_dejson = "c", conn_type, extra or {}
        self.host, self.port, self.schema = (fields.get(key) for key in ("host", "port", "schema"))


@pytest.mark.parametrize(
    ("connection", "database", "schema"),
    [
        (FakeConnection("postgres", schema="shop", host="h"), "shop", None),
        (FakeConnection("postgres", {"options": "-c search_path=sales"}, schema="shop"), "shop", "sales"),
        (FakeConnection("mysql", schema="shop"), None, "shop"),
        (FakeConnection("snowflake", {"database": "d", "schema": "s", "account": "a"}), "d", "s"),
        (FakeConnection("trino", {"catalog": "hive"}), "hive", None),
        (FakeConnection("oracle", {"service_name": "orcl"}), "orcl", None),
        (FakeConnection("sqlite", schema="/data/x.db"), None, None),
    ],
    ids=lambda value: getattr(value, "conn_type", str(value)),
)
def test_the_identity_of_a_connection(connection: FakeConnection, database: str | None, schema: str | None):
    identity = identity_of_connection(connection)

    assert (identity.database, identity.schema) == (database, schema)


def test_the_identity_of_a_connection_holds_no_secret():
    connection = FakeConnection(
        "postgres", {"password": "hunter2", "redshift": True}, host="u:hunter2@h", schema="d"
    )

    identity = identity_of_connection(connection)

    assert identity.conn_type == "redshift"
    assert "password" not in identity.extra


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a", [("a", False)]),
        ("a.b.c", [("a", False), ("b", False), ("c", False)]),
        ('"a.b".c', [("a.b", True), ("c", False)]),
        ("`a`.[b c]", [("a", True), ("b c", True)]),
        ('"a""b"', [('a"b', True)]),
        ("a..b", [("a..b", True)]),
        (".a", [(".a", True)]),
        ('"a', [('"a', True)]),
    ],
)
def test_dotted_names_are_split_outside_of_quotes(text: str, parts: list[tuple[str, bool]]):
    assert split_name(text) == parts


DEV = {**POSTGRES, "server": "dev", "host": "pg-dev", "environment": "dev"}
PROD = {**POSTGRES, "server": "main", "host": "pg-prod", "environment": "prod"}
NEUTRAL = {**POSTGRES, "server": "other", "host": "pg-other"}


@pytest.mark.parametrize(
    ("servers", "environment", "host"),
    [
        ([DEV, PROD], "prod", "pg-prod"),
        ([DEV, PROD], "PROD ", "pg-prod"),
        ([DEV, PROD], None, "pg-dev"),
        ([NEUTRAL, PROD], "prod", "pg-prod"),
        ([NEUTRAL, {**PROD, "host": "${HOST}"}], "prod", "pg-other"),
        ([NEUTRAL], "prod", "pg-other"),
        ([NEUTRAL, {**NEUTRAL, "server": "prod", "host": "pg-name"}], "prod", "pg-name"),
        ([DEV, {**NEUTRAL, "server": "prod", "host": "pg-name"}], "prod", "pg-name"),
    ],
)
def test_the_environment_chooses_among_servers(
    servers: list[dict[str, Any]], environment: str | None, host: str
):
    (found,) = bind(contract(servers=servers), lookup=lookup, environment=environment)
    assert found.dataset is not None
    assert found.dataset.namespace == f"postgres://{host}:5432"


def test_without_a_server_for_the_environment_the_reason_names_those_there_are():
    (found,) = bind(contract(servers=[PROD, DEV, NEUTRAL]), lookup=lookup, environment="test")
    assert found.dataset is None
    assert found.detail == (
        "no server of the contract is for environment 'test', which [lineage_provider] environment names; it has "
        "servers for dev, prod"
    )


def test_a_connection_on_a_server_of_another_environment_is_not_used():
    server = {**DEV, "customProperties": custom(airflowConnId="lite")}
    (found,) = bind(contract(servers=[server, PROD]), lookup=lookup, environment="prod")
    assert found.bound_by is BoundBy.SERVER
    (found,) = bind(contract(servers=[server, PROD]), lookup=lookup, environment="dev")
    assert found.bound_by is BoundBy.CONNECTION


def test_names_in_custom_properties_hold_in_every_environment():
    item = {
        "name": "orders",
        "customProperties": custom(openlineageNamespace="s3://lake", openlineageName="orders"),
    }
    (found,) = bind(contract(schema=[item], servers=[DEV]), lookup=lookup, environment="prod")
    assert (found.dataset, found.bound_by) == (DatasetId("s3://lake", "orders"), BoundBy.CUSTOM_PROPERTY)


def test_the_only_object_of_an_assets_contract_speaks_for_the_asset_where_it_names_nothing():
    asset = DatasetId("s3://lake", "orders")
    (found,) = bind(contract(), lookup=lookup, asset=asset)
    assert (found.dataset, found.bound_by) == (asset, BoundBy.ASSET)
    (found,) = bind(contract(servers=[NEUTRAL]), lookup=lookup, asset=asset)
    assert found.bound_by is BoundBy.SERVER
    two = bind(contract(schema=[{"name": "a"}, {"name": "b"}]), lookup=lookup, asset=asset)
    assert [item.dataset for item in two] == [None, None]
