"""Where a statement ran: the part of an Airflow connection that names data, never the part that opens it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow_lineage_provider.model.connection_fields import (
    FIELDS,
    OTHERS,
    OWN,
    has_databases,
    oracle_address,
    server_address,
)
from airflow_lineage_provider.model.dataset_id import strip_credentials

_SEARCH_PATH = re.compile(r"search_path\s*=\s*\"?([\w$]+)", re.IGNORECASE)
_FILE_DATABASES = frozenset({"sqlite", "duckdb"})
_IN_PROCESS = frozenset({"sqlite", "duckdb", "motherduck"})
"""Engines that are a library: they run in the task's process and see its files."""

WORKING_DIRECTORY = "working_directory"
"""Where relative file names inside statements begin, in the worker."""
FILE_HOST = "file_host"
"""The worker's host, where the files of workers are told apart by it."""

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
    WORKING_DIRECTORY,
    FILE_HOST,
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
    def is_in_process(self) -> bool:
        """Whether files that its statements name are files of the machine the task runs on."""
        return self.conn_type in _IN_PROCESS

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
    conn_type, given = str(connection.conn_type or ""), connection.extra_dejson
    extra = _safe_extra(conn_type, given)
    if conn_type == "postgres" and extra.get("redshift", "").lower() == "true":
        conn_type = "redshift"
    host, own = _text(connection.host), _text(connection.schema)
    port = connection.port if isinstance(connection.port, int) else None
    chosen, schema = database, None
    if conn_type in _FILE_DATABASES:
        # Both sqlite://%2Fpath and sqlite:////path are written in the wild: the path is host or schema.
        host, database, schema = host or database or own, None, extra.get("schema")
        host = strip_credentials(host) if host else None
    else:
        if conn_type == "oracle":
            host, port, database, schema = _oracle(host, port, own, extra, given)
        else:
            database, schema = _defaults(conn_type, own, extra)
        if host:
            host, port = server_address(strip_credentials(host), port)
    if schema is None and (match := _SEARCH_PATH.search(str(given.get("options", "")))):
        schema = match[1]
    if chosen and conn_type not in _FILE_DATABASES:
        # What MySQL calls a database is what the others call a schema.
        database, schema = (chosen, schema) if has_databases(conn_type) else (None, chosen)
    return ConnectionIdentity(
        conn_id=conn_id or str(connection.conn_id),
        conn_type=conn_type or "unknown",
        host=host or None,
        port=port,
        database=database,
        schema=schema,
        extra=extra,
    )


def _safe_extra(conn_type: str, given: Mapping[str, Any]) -> dict[str, str]:
    """What names data, under the short key: older connections write ``extra__snowflake__account``."""
    extra: dict[str, str] = {}
    for key in SAFE_EXTRA_KEYS:
        if key in (WORKING_DIRECTORY, FILE_HOST):
            continue  # a worker's own word
        for spelled in (key, f"extra__{conn_type}__{key}"):
            value = given.get(spelled)
            if isinstance(value, bool | int) or (isinstance(value, str) and value):
                extra.setdefault(key, str(value))
    return extra


def _defaults(conn_type: str, own: str | None, extra: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Database and schema that a session starts in."""
    fields = FIELDS.get(conn_type, OTHERS)

    def first(keys: tuple[str, ...]) -> str | None:
        return next((value for key in keys if (value := own if key == OWN else extra.get(key))), None)

    return first(fields.database) or fields.assumed_database, first(fields.schema)


def _oracle(
    host: str | None, port: int | None, own: str | None, extra: Mapping[str, str], given: Mapping[str, Any]
) -> tuple[str | None, int | None, str | None, str | None]:
    """Host, port, database and schema.

    The hook goes to Schema only in a service that the extra names; elsewhere a session starts in the schema of its
    user, which is not known here, and Schema used to be the service.
    """
    if service := extra.get("service_name"):
        return host, port, service, own
    if service := extra.get("sid"):
        return host, port, service, None
    address = oracle_address(_text(given.get("dsn")) or host or "")
    return address.host or host, address.port or port, address.service or own, None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
