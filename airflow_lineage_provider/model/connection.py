"""Where a statement ran: the part of an Airflow connection that names data, never the part that opens it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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

    def to_wire(self) -> dict[str, Any]:
        """JSON object with only what is known."""
        wire: dict[str, Any] = {"conn_id": self.conn_id, "conn_type": self.conn_type}
        for key in ("host", "port", "database", "schema", "namespace"):
            if (value := getattr(self, key)) is not None:
                wire[key] = value
        if self.extra:
            wire["extra"] = dict(self.extra)
        return wire
