"""Which field of an Airflow connection names what: the one called Schema is a database here and a schema there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

OWN = "(own)"
"""The connection's own field Schema; every other word is a key of its extra."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Where a kind of connection says which database and schema a session starts in; the first that is not empty."""

    database: tuple[str, ...] = ()
    schema: tuple[str, ...] = ()
    assumed_database: str | None = None
    """What the hook itself takes where the connection names none."""


_DATABASE = Fields((OWN, "database", "dbname"), ("schema",))
_SCHEMA = Fields((), (OWN, "schema", "database"))
"""Systems without databases above their schemas; MySQL calls these databases."""
_CATALOG = Fields(("catalog",), (OWN,), "hive")
_PROJECT = Fields(("project", "project_id"))

FIELDS: Mapping[str, Fields] = {
    "athena": Fields(("catalog",), (OWN,), "awsdatacatalog"),
    "bigquery": _PROJECT,
    "clickhouse": _SCHEMA,
    "databricks": Fields(("catalog",), ("schema", OWN)),
    "databricks_sql": Fields(("catalog",), ("schema", OWN)),
    "exasol": _SCHEMA,
    "gcpbigquery": _PROJECT,
    "google_cloud_platform": _PROJECT,
    "hive": _SCHEMA,
    "hive_cli": _SCHEMA,
    "hiveserver2": _SCHEMA,
    "impala": _SCHEMA,
    "mariadb": _SCHEMA,
    "mssql": _DATABASE,
    "mysql": _SCHEMA,
    "odbc": _DATABASE,
    # Extras are handed to the driver over what the fields say.
    "postgres": Fields(("dbname", OWN, "database"), ("schema",)),
    "presto": _CATALOG,
    "redshift": Fields(("database", OWN, "dbname"), ("schema",)),
    "snowflake": Fields(("database",), (OWN, "schema")),
    "teradata": _SCHEMA,
    "trino": _CATALOG,
    "vertica": _DATABASE,
}
"""By Airflow connection type, as the hooks of its provider read them."""

OTHERS = Fields(
    (OWN, "database", "catalog", "dbname", "service_name", "project", "project_id"),
    ("schema",),
)


def has_databases(conn_type: str) -> bool:
    """Say whether a kind of system has databases above its schemas."""
    return bool(FIELDS.get(conn_type, OTHERS).database)


_DESCRIPTOR = re.compile(
    r"\(\s*(?P<key>HOST|PORT|SERVICE_NAME|SID)\s*=\s*(?P<value>[^()\s]+)\s*\)", re.IGNORECASE
)
_EASY = re.compile(
    r"(?:(?:\w+:)?//)?(?P<host>[\w.\-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d+))?/(?P<service>[\w.$\-]+)(?:[:/?].*)?\Z"
)
_URL = re.compile(r"https?://", re.IGNORECASE)
_HOST_AND_PORT = re.compile(r"(?P<host>[^:/\s]+|\[[^\]]*\]):(?P<port>\d{1,5})\Z")


@dataclass(frozen=True, slots=True)
class OracleAddress:
    """What the address of an Oracle database says."""

    host: str | None = None
    port: int | None = None
    service: str | None = None


def oracle_address(text: str) -> OracleAddress:
    """Read ``host:port/service`` or ``(DESCRIPTION=...)``; a name of ``tnsnames.ora`` says nothing.

    Of a descriptor with several addresses the first one names the database.
    """
    if text.lstrip().startswith("("):
        found: dict[str, str] = {}
        for match in _DESCRIPTOR.finditer(text):
            found.setdefault(match["key"].lower(), match["value"])
        port = found.get("port", "")
        return OracleAddress(
            found.get("host"),
            int(port) if port.isdecimal() else None,
            found.get("service_name") or found.get("sid"),
        )
    easy = _EASY.match(text.strip())
    if easy is None:
        return OracleAddress()
    return OracleAddress(easy["host"], int(easy["port"]) if easy["port"] else None, easy["service"])


def server_address(host: str, port: int | None) -> tuple[str, int | None]:
    """Host and port without what addresses are copied with: scheme, path, user.

    Hosts of drivers that are told a whole URL, such as ``jdbc:postgresql://db/shop``, stay as they are.
    """
    if match := _URL.match(host):
        host = re.split("[/?#]", host[match.end() :], maxsplit=1)[0]
    if "://" in host:
        return host, port
    host = host.rpartition("@")[2]
    if port is None and (split := _HOST_AND_PORT.match(host)):
        host, port = split["host"], int(split["port"])
    return host, port
