"""Where the servers of a contract keep its tables and files, in the words of the naming rules."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from airflow_lineage_provider.contracts.table_name import table_dataset
from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.naming import asset_of

if TYPE_CHECKING:
    from open_data_contract_standard.model import Server

_PLACEHOLDER = re.compile(r"\{(?:model|schema|table)\}")
_WILDCARD = re.compile(r"[*?\[{]")


class Unbound(ValueError):
    """No dataset can be named. The message is the reason, in words a contract's author understands."""


def server_dataset(server: Server, physical_name: str, *, alone: bool) -> DatasetId:
    """Identity of a schema object on a server. Raises :class:`Unbound`.

    :param physical_name: the object's physical name, else its name.
    :param alone: the contract has one schema object only.
    """
    kind = str(server.type or "").lower()
    if kind in _CONNECTION_TYPES:
        return table_dataset(_CONNECTION_TYPES[kind](server), physical_name)
    if kind in _MESSAGES:
        return _MESSAGES[kind](server, physical_name)
    if kind == "local":
        return _location_dataset(_local_uri(server), physical_name, alone)
    if server.location and kind in _LOCATIONS:
        return _location_dataset(server.location, physical_name, alone)
    raise Unbound(
        f"there is no naming rule for server type {kind!r}; set the custom properties openlineageNamespace and "
        "openlineageName on the schema object, or airflowConnId on the server"
    )


def server_connection(server: Server, conn_id: str) -> ConnectionIdentity | None:
    """What a connection of that id to a server is; ``None`` for what is no database. Raises :class:`Unbound`."""
    kind = str(server.type or "").lower()
    return replace(_CONNECTION_TYPES[kind](server), conn_id=conn_id) if kind in _CONNECTION_TYPES else None


def _identity(
    server: Server, conn_type: str, *, database: str | None, schema: str | None
) -> ConnectionIdentity:
    host, port = _host(server), _port(server)
    if port is None and (match := re.fullmatch(r"(?P<host>[^:\[\]]+):(?P<port>\d+)", host)):
        host, port = match["host"], int(match["port"])
    return ConnectionIdentity("", conn_type, host, port, database, schema)


def _host(server: Server) -> str:
    host = (server.host or "").strip()
    if not host:
        raise Unbound(f"server {server.server!r} names no host")
    if "$" in host or "{" in host:
        raise Unbound(
            f"the host of server {server.server!r} is the placeholder {host!r}; use airflowConnId instead"
        )
    # Databricks hosts are copied from the browser's address bar.
    return re.sub(r"^[a-z][a-z0-9+.-]*://", "", host, flags=re.IGNORECASE).rstrip("/")


def _port(server: Server) -> int | None:
    if server.port is None or server.port == "":
        return None
    try:
        return int(server.port)
    except ValueError:
        raise Unbound(
            f"the port of server {server.server!r} is {server.port!r} and no number; use airflowConnId instead"
        ) from None


def _database_and_schema(conn_type: str) -> Callable[[Server], ConnectionIdentity]:
    return lambda server: _identity(server, conn_type, database=server.database, schema=server.schema_)


def _catalog_and_schema(conn_type: str) -> Callable[[Server], ConnectionIdentity]:
    return lambda server: _identity(server, conn_type, database=server.catalog, schema=server.schema_)


def _database_only(conn_type: str) -> Callable[[Server], ConnectionIdentity]:
    return lambda server: _identity(server, conn_type, database=None, schema=server.database)


def _oracle(server: Server) -> ConnectionIdentity:
    return _identity(server, "oracle", database=server.serviceName, schema=None)


def _snowflake(server: Server) -> ConnectionIdentity:
    account = str(server.account or "")
    return ConnectionIdentity(
        "", "snowflake", None, None, server.database, server.schema_, extra={"account": account}
    )


def _bigquery(server: Server) -> ConnectionIdentity:
    return ConnectionIdentity("", "bigquery", None, None, server.project, server.dataset)


def _athena(server: Server) -> ConnectionIdentity:
    region = server.regionName or server.region
    if not region:
        raise Unbound(f"server {server.server!r} names no regionName")
    catalog = server.catalog or "awsdatacatalog"
    return ConnectionIdentity(
        "", "athena", None, None, catalog, server.schema_, extra={"region_name": region}
    )


def _duckdb(server: Server) -> ConnectionIdentity:
    return ConnectionIdentity("", "duckdb", server.database, None, None, server.schema_)


_CONNECTION_TYPES: dict[str, Callable[[Server], ConnectionIdentity]] = {
    "athena": _athena,
    "bigquery": _bigquery,
    "clickhouse": _database_only("clickhouse"),
    "databricks": _catalog_and_schema("databricks"),
    "db2": _database_and_schema("db2"),
    "duckdb": _duckdb,
    "exasol": _database_and_schema("exasol"),
    "hive": _database_only("hiveserver2"),
    "mysql": _database_only("mysql"),
    "oracle": _oracle,
    "postgres": _database_and_schema("postgres"),
    "postgresql": _database_and_schema("postgres"),
    "presto": _catalog_and_schema("presto"),
    "redshift": _database_and_schema("redshift"),
    "snowflake": _snowflake,
    "sqlserver": _database_and_schema("mssql"),
    "synapse": _database_and_schema("mssql"),
    "teradata": _database_only("teradata"),
    "trino": _catalog_and_schema("trino"),
    "vertica": _database_and_schema("vertica"),
}


def _kafka(server: Server, topic: str) -> DatasetId:
    first = _host(server).split(",")[0].strip()
    return DatasetId(f"kafka://{first if ':' in first else f'{first}:9092'}", topic)


def _pubsub(server: Server, topic: str) -> DatasetId:
    if not server.project:
        raise Unbound(f"server {server.server!r} names no project")
    return DatasetId("pubsub", f"topic:{server.project}:{topic}")


_MESSAGES: dict[str, Callable[[Server, str], DatasetId]] = {"kafka": _kafka, "pubsub": _pubsub}
_LOCATIONS = frozenset({"s3", "azure", "sftp", "api", "glue", "custom"})


def _local_uri(server: Server) -> str:
    path = (server.path or "").strip()
    if path.startswith("file://"):
        return path
    if not path.startswith("/"):
        raise Unbound(f"the path of server {server.server!r} is {path!r}; a local path must be absolute")
    return f"file://{path}"


def _location_dataset(location: str, physical_name: str, alone: bool) -> DatasetId:
    """Name the file or folder a location means: placeholders filled, wildcards cut off with what follows."""
    if "://" not in location:
        raise Unbound(f"the location {location!r} is no URI such as s3://bucket/path")
    if _PLACEHOLDER.search(location):
        location = _PLACEHOLDER.sub(lambda _: physical_name, location)
    elif location.endswith("/"):
        location += physical_name
    elif not alone and not _WILDCARD.search(location):
        raise Unbound(f"the location {location!r} is one object, and the contract has several schema objects")
    scheme, _, rest = location.partition("://")
    segments = rest.split("/")
    for index, segment in enumerate(segments):
        if _WILDCARD.search(segment):
            segments = segments[:index]
            break
    if not segments:
        raise Unbound(f"the location {location!r} starts with a wildcard")
    return asset_of(f"{scheme}://{'/'.join(segments)}", None)
