"""Where a statement ran: the part of an Airflow connection that names data, never the part that opens it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow_lineage_provider.model.dataset_id import strip_credentials

_SEARCH_PATH = re.compile(r"search_path\s*=\s*\"?([\w$]+)", re.IGNORECASE)
_FILE_DATABASES = frozenset({"sqlite", "duckdb"})
_DATABASE_KEYS = ("database", "catalog", "dbname", "service_name", "project", "project_id")

SAFE_EXTRA_KEYS = (
    "account",
    "region",
    "region_name",
    "project",
    "project_id",
    "database",
    "catalog",
    "schema",
    "service_name",
    "sid",
    "dbname",
    "redshift",
    "cluster-identifier",
    "aws_conn_id",
    "working_directory",
)
"""Keys of a connection's extra that name data. Everything else may be a secret and stays in the worker."""


@dataclass(frozen=True, slots=True)
class ConnectionIdentity:
    """A data connection without user, password and secret extras."""

    conn_id: str
    conn_type: str
    host: str | None = None
    port: int | None = None
    database: str | None = None
    """The database (catalog) that statements run in when they name none."""
    schema: str | None = None
    """The schema that statements run in when they name none."""
    namespace: str | None = None
    """OpenLineage namespace where the hook itself said it; wins over what host and port say."""
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_in_memory(self) -> bool:
        """Whether its tables live in the process that made them: they are nobody else's data."""
        if self.conn_type not in _FILE_DATABASES:
            return False
        return (self.host or self.database or ":memory:").startswith(":memory:")

    def to_wire(self) -> dict[str, Any]:
        """JSON object with only what is known."""
        wire: dict[str, Any] = {"conn_id": self.conn_id, "conn_type": self.conn_type}
        for key in ("host", "port", "database", "schema", "namespace"):
            if (value := getattr(self, key)) is not None:
                wire[key] = value
        if self.extra:
            wire["extra"] = dict(self.extra)
        return wire


def identity_of_connection(
    connection: Any, *, conn_id: str | None = None, database: str | None = None
) -> ConnectionIdentity:
    """Identity of an Airflow connection: one rule for the worker that runs SQL and the server that binds contracts.

    :param connection: anything with an Airflow connection's ``conn_type``, ``host``, ``port``, ``schema`` and
        ``extra_dejson``.
    :param database: a database that a hook chose over the connection's own.
    """
    conn_type = str(connection.conn_type or "")
    given = connection.extra_dejson
    extra = {
        key: str(value)
        for key in SAFE_EXTRA_KEYS
        if isinstance(value := given.get(key), bool | int) or (isinstance(value, str) and value)
    }
    database, schema, host = database or _text(connection.schema), extra.get("schema"), _text(connection.host)
    if conn_type in _FILE_DATABASES:
        # Both sqlite://%2Fpath and sqlite:////path are written in the wild: the path is host or schema.
        host, database = host or database, None
    if conn_type == "postgres" and extra.get("redshift", "").lower() == "true":
        conn_type = "redshift"
    if schema is None and (match := _SEARCH_PATH.search(str(given.get("options", "")))):
        schema = match[1]
    if not database:
        database = next((extra[key] for key in _DATABASE_KEYS if key in extra), None)
    if conn_type in ("mysql", "mariadb"):
        # What MySQL calls a database is what the others call a schema.
        schema, database = schema or database, None
    return ConnectionIdentity(
        conn_id=conn_id or str(connection.conn_id),
        conn_type=conn_type or "unknown",
        host=strip_credentials(host) if host else None,
        port=connection.port if isinstance(connection.port, int) else None,
        database=database,
        schema=schema,
        extra=extra,
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
