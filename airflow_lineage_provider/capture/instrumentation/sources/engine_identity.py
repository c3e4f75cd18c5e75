"""From the URL of a SQLAlchemy engine to the identity of what it reaches."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote_plus

from airflow_lineage_provider.capture.instrumentation.sources.driver_identity import (
    duckdb_identity,
    file_identity,
    file_of,
    postgres_identity,
    server_identity,
)
from airflow_lineage_provider.model.connection import ConnectionIdentity

_CONN_TYPES = {
    "postgresql": "postgres",
    "bigquery": "gcpbigquery",
    "exa": "exasol",
    "teradatasql": "teradata",
    "awsathena": "athena",
    "clickhousedb": "clickhouse",
    "hive": "hiveserver2",
}
"""SQLAlchemy's word for a backend -> type of an Airflow connection, where they differ."""
_CATALOG_FIRST = frozenset({"snowflake", "trino", "presto"})
"""``/catalog/schema`` as the path of the URL."""
_ATHENA_REGION = re.compile(r"athena\.([\w-]+)\.amazonaws\.com")
_ODBC = re.compile(r"(?:^|;)\s*(server|database)\s*=\s*\{?([^;}]*)", re.IGNORECASE)
_ODBC_SERVER = re.compile(r"(?:tcp:)?(?P<host>[^,\\]+)(?:\\[^,]*)?(?:,(?P<port>\d+))?\Z")


def identity_of_url(url: Any) -> ConnectionIdentity | None:
    """Identity of what an engine reaches, ``None`` where it is nobody else's data.

    :param url: a ``sqlalchemy.engine.URL``. User and password are not looked at.
    """
    backend = url.get_backend_name()
    conn_type = _CONN_TYPES.get(backend, backend)
    query = {key: value for key, value in url.query.items() if isinstance(value, str)}
    host, port, database = url.host, url.port, url.database
    schema = query.get("schema")
    if conn_type == "sqlite":
        return file_identity("sqlite", file_of(database or "", is_uri="uri" in query))
    if conn_type == "duckdb":
        return duckdb_identity(file_of(database or ""))
    if conn_type == "postgres":
        return postgres_identity(host or query.get("host"), port, database, query.get("options"))
    if conn_type in _CATALOG_FIRST:
        database, _, inner = (database or "").partition("/")
        schema = inner or schema
    extra: dict[str, str] = {}
    if conn_type == "snowflake":
        extra["account"] = (host or "").removesuffix(".snowflakecomputing.com")
    elif conn_type == "gcpbigquery":
        host, database, schema = None, host, database
    elif conn_type == "athena":
        region = _ATHENA_REGION.search(host or "")
        extra["region_name"] = query.get("region_name") or (region[1] if region else "")
        host, database, schema = None, query.get("catalog_name"), database or schema
    elif conn_type == "databricks":
        database = query.get("catalog") or database
    elif conn_type == "oracle":
        database = query.get("service_name") or database
    elif conn_type == "mssql" and "odbc_connect" in query:
        host, port, database = _odbc(query["odbc_connect"])
    return server_identity(conn_type, host, port, database, schema, extra)


def _odbc(text: str) -> tuple[str | None, int | None, str | None]:
    """Host, port and database of an ODBC connection string."""
    words = {match[1].lower(): match[2].strip() for match in _ODBC.finditer(unquote_plus(text))}
    server = _ODBC_SERVER.match(words.get("server", ""))
    if server is None:
        return None, None, words.get("database")
    return server["host"], int(server["port"]) if server["port"] else None, words.get("database")
