"""From a database hook to the identity of what it reaches, without asking the database."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from airflow_lineage_provider.model.connection import ConnectionIdentity, identity_of_connection

_NAMED_HERE = frozenset(
    {
        "postgres", "redshift", "mysql", "mariadb", "mssql", "oracle", "trino", "presto", "vertica", "teradata",
        "exasol", "hiveserver2", "hive_cli", "clickhouse", "databricks", "snowflake", "athena", "sqlite", "duckdb",
        "google_cloud_platform", "gcpbigquery",
    }
)  # fmt: skip
"""Connection types whose OpenLineage names the server builds itself (model.naming)."""


def identity_of(hook: Any) -> ConnectionIdentity:
    """Identity of the connection behind a hook.

    Costs at most one request to the supervisor, none where the hook already holds its connection.
    """
    conn_id = connection_id_of(hook)
    if conn_id is None:
        raise LookupError(f"{type(hook).__name__} does not say which connection its SQL runs on")
    connection = getattr(hook, "_connection", None) or _held(hook) or hook.get_connection(conn_id)
    identity = identity_of_connection(
        connection, conn_id=conn_id, database=_text(getattr(hook, "database", None))
    )
    return identity if identity.conn_type in _NAMED_HERE else _named_by_hook(hook, connection, identity)


def connection_id_of(hook: Any) -> str | None:
    """Id of the connection behind a hook: of a ``DbApiHook``, or of one that holds its connection (HiveCliHook)."""
    if hasattr(hook, "get_conn_id"):
        return str(hook.get_conn_id())
    return _text(getattr(_held(hook), "conn_id", None))


def _held(hook: Any) -> Any | None:
    # Not getattr: a property of that name may open the connection.
    held = getattr(hook, "__dict__", {}).get("conn")
    return held if hasattr(held, "conn_type") else None


def _named_by_hook(hook: Any, connection: Any, identity: ConnectionIdentity) -> ConnectionIdentity:
    """Ask a hook of a system we have no rule for how OpenLineage calls it, where it knows."""
    if not _names_itself(hook):
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


def _names_itself(hook: Any) -> bool:
    """Tell whether the hook has a method of its own for that, and the package which the method needs is there."""
    method = getattr(type(hook), "get_openlineage_database_info", None)
    if method is None or "common.sql" in getattr(method, "__module__", "common.sql"):
        return False
    try:
        return find_spec("airflow.providers.openlineage") is not None
    except ModuleNotFoundError:
        return False


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
