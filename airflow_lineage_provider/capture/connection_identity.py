"""From a database hook to the identity of what it reaches, without asking the database."""

from __future__ import annotations

import re
from typing import Any

from airflow_lineage_provider.model.connection import SAFE_EXTRA_KEYS, ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import strip_credentials

_SEARCH_PATH = re.compile(r"search_path\s*=\s*\"?([\w$]+)", re.IGNORECASE)
_NAMED_HERE = frozenset(
    {
        "postgres", "redshift", "mysql", "mariadb", "mssql", "oracle", "trino", "presto", "vertica", "teradata",
        "exasol", "hiveserver2", "hive_cli", "clickhouse", "databricks", "snowflake", "athena", "sqlite", "duckdb",
        "google_cloud_platform", "gcpbigquery",
    }
)  # fmt: skip
"""Connection types whose OpenLineage names the server builds itself (model.naming)."""
_FILE_DATABASES = frozenset({"sqlite", "duckdb"})
_DATABASE_KEYS = ("database", "catalog", "dbname", "service_name", "project", "project_id")


def identity_of(hook: Any) -> ConnectionIdentity:
    """Identity of the connection behind a hook.

    Costs at most one request to the supervisor, none where the hook already holds its connection.
    """
    connection = getattr(hook, "_connection", None) or hook.get_connection(hook.get_conn_id())
    conn_type = str(connection.conn_type or "")
    extra = _safe_extra(connection)
    database = _text(getattr(hook, "database", None)) or _text(connection.schema)
    schema = extra.get("schema")
    host = _text(connection.host)
    if conn_type in _FILE_DATABASES:
        # Both sqlite://%2Fpath and sqlite:////path are written in the wild: the path is host or schema.
        host = host or database
        database = None
    if conn_type == "postgres" and extra.get("redshift", "").lower() == "true":
        conn_type = "redshift"
    options = str(connection.extra_dejson.get("options", "")) if schema is None else ""
    if match := _SEARCH_PATH.search(options):
        schema = match[1]
    if not database:
        database = next((extra[key] for key in _DATABASE_KEYS if key in extra), None)
    if conn_type == "mysql":
        schema, database = schema or database, None
    identity = ConnectionIdentity(
        conn_id=str(hook.get_conn_id()),
        conn_type=conn_type or "unknown",
        host=strip_credentials(host) if host else None,
        port=connection.port if isinstance(connection.port, int) else None,
        database=database,
        schema=schema,
        extra=extra,
    )
    return identity if conn_type in _NAMED_HERE else _named_by_hook(hook, connection, identity)


def _named_by_hook(hook: Any, connection: Any, identity: ConnectionIdentity) -> ConnectionIdentity:
    """Ask a hook of a system we have no rule for how OpenLineage calls it, where it knows."""
    if "airflow.providers.openlineage" not in _importable(hook):
        return identity
    info = hook.get_openlineage_database_info(connection)
    if info is None or not getattr(info, "scheme", None):
        return identity
    authority = f"://{info.authority}" if getattr(info, "authority", None) else ""
    return ConnectionIdentity(
        conn_id=identity.conn_id,
        conn_type=identity.conn_type,
        host=identity.host,
        port=identity.port,
        database=_text(getattr(info, "database", None)) or identity.database,
        schema=identity.schema,
        namespace=f"{info.scheme}{authority}",
        extra=identity.extra,
    )


def _importable(hook: Any) -> str:
    """Name the official provider's package if the hook has a method of its own and the package is there."""
    from importlib.util import find_spec

    method = getattr(type(hook), "get_openlineage_database_info", None)
    if method is None or "common.sql" in getattr(method, "__module__", "common.sql"):
        return ""
    try:
        return "airflow.providers.openlineage" if find_spec("airflow.providers.openlineage") else ""
    except ModuleNotFoundError:
        return ""


def _safe_extra(connection: Any) -> dict[str, str]:
    extra = connection.extra_dejson
    safe = {}
    for key in SAFE_EXTRA_KEYS:
        value = extra.get(key)
        if isinstance(value, bool | int) or (isinstance(value, str) and value):
            safe[key] = str(value)
    return safe


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
