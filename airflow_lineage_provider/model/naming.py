"""Names of datasets as OpenLineage spells them, from what Airflow knows: connections, tables and asset URIs.

The rules are those of https://openlineage.io/docs/spec/naming. Systems it does not list follow its pattern:
``scheme://host:port`` as namespace and the dotted, fully qualified name.
"""

from __future__ import annotations

import os
import posixpath
import re
from urllib.parse import unquote, urlsplit

from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId, strip_credentials
from airflow_lineage_provider.model.letter_case import default_case
from airflow_lineage_provider.model.system import (
    DATABASE_FIRST,
    DEFAULT_SCHEMAS,
    OTHER_KINDS,
    SYSTEMS,
    THREE,
    TWO,
    System,
    dialect_of_kind,
)

ASSET_NAMESPACE = "airflow-asset"
"""Namespace of assets that have a name and no URI: they exist in Airflow only."""

ALIAS_NAMESPACE = "airflow-asset-alias"
"""Namespace of an AssetAlias that stands for no asset yet."""

_DATABASE_FILE = re.compile(
    r"^(?P<file>.*\.(?:db|db3|sqlite|sqlite3|duckdb))/(?P<table>[^/]+)$", re.IGNORECASE
)
_REDSHIFT_HOST = re.compile(
    r"(?P<cluster>[^.]+)\.[^.]+\.(?P<region>[^.]+)\.redshift(?:-serverless)?\.amazonaws\.com\Z"
)
_NO_AUTHORITY = re.compile(r"^(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]+):/(?!/)(?P<path>.*)$")
_CONTAINER_SCHEMES = frozenset({"abfs", "abfss", "wasb", "wasbs"})
"""Schemes whose text before the @ is a container, not a user."""


_KINDS = {**OTHER_KINDS, "odbc": "mssql"}
_BIGQUERY_TYPES = frozenset({"google_cloud_platform", "gcpbigquery", "bigquery"})


def namespace_of(connection: ConnectionIdentity) -> str:
    """OpenLineage namespace of what a connection reaches."""
    if connection.namespace:
        return connection.namespace
    kind = _KINDS.get(connection.conn_type, connection.conn_type)
    if kind in _BIGQUERY_TYPES:
        return "bigquery"
    if kind == "snowflake":
        account = connection.extra.get("account") or connection.host or "unknown"
        return f"snowflake://{account.removesuffix('.snowflakecomputing.com')}"
    if kind in ("sqlite", "duckdb"):
        path = (connection.host or connection.database or ":memory:").partition("?")[0]
        return f"{kind}://{path}" if path.startswith("/") else f"{kind}:{path}"
    if kind == "athena":
        region = connection.extra.get("region_name") or connection.extra.get("region") or "unknown"
        return f"awsathena://athena.{region}.amazonaws.com"
    if kind == "redshift" and (match := _REDSHIFT_HOST.match(connection.host or "")):
        return f"redshift://{match['cluster']}.{match['region']}:{connection.port or 5439}"
    system = SYSTEMS.get(kind, System(kind, None, THREE))
    port = connection.port or system.port
    host = connection.host or "localhost"
    return f"{system.scheme}://{host}:{port}" if port else f"{system.scheme}://{host}"


def table_of(connection: ConnectionIdentity, catalog: str | None, schema: str | None, name: str) -> DatasetId:
    """Identity of a table reached through a connection.

    Parts that the statement left out come from the connection; parts that the system has no room for are
    dropped (a MySQL table has a database and a name, a SQLite table only a name).
    """
    kind = _KINDS.get(connection.conn_type, connection.conn_type)
    namespace = namespace_of(connection)
    if kind == "sqlite":
        return DatasetId(namespace, name)
    dialect = dialect_of_kind(kind)
    if kind == "duckdb" and catalog == posixpath.splitext(posixpath.basename(namespace))[0]:
        # DuckDB calls the database of a file by the file's name, which the namespace has already.
        catalog = None
    known = {
        "catalog": catalog or default_case(connection.database, dialect),
        "schema": schema or default_case(connection.schema, dialect) or DEFAULT_SCHEMAS.get(dialect),
        "name": name,
    }
    parts = SYSTEMS[kind].parts if kind in SYSTEMS else THREE
    if parts == TWO and not known["schema"]:
        known["schema"] = known["catalog"]
    return DatasetId(namespace, ".".join(str(known[part]) for part in parts if known[part]))


def asset_of(uri: str | None, name: str | None) -> DatasetId:
    """Identity of an Airflow asset.

    :param uri: the asset's URI; a name-only asset has none, or has its name there.
    """
    uri = (uri or "").strip()
    if match := _NO_AUTHORITY.match(uri):
        # Airflow writes sqlite:///path back as sqlite:/path: an empty authority is not kept for every scheme.
        uri = f"{match['scheme']}:///{match['path']}"
    if "://" not in uri:
        return DatasetId(ASSET_NAMESPACE, (name or uri).strip())
    scheme = uri.partition("://")[0].lower()
    authority, path = _authority_and_path(uri if scheme in _CONTAINER_SCHEMES else strip_credentials(uri))
    if scheme in _CONTAINER_SCHEMES and ":" in authority.rpartition("@")[0]:
        authority = authority.rpartition("@")[2]
    if scheme == "file":
        return DatasetId(f"file://{authority}" if authority else "file", path or "/")
    if scheme in ("sqlite", "duckdb") and (match := _DATABASE_FILE.match(path)):
        return DatasetId(f"{scheme}://{match['file']}", match["table"])
    segments = [segment for segment in path.split("/") if segment]
    if scheme == "bigquery":
        return DatasetId("bigquery", ".".join([authority, *segments]))
    if scheme == "snowflake" and segments:
        return DatasetId(f"snowflake://{authority}", ".".join(segments))
    kind = _KINDS.get(scheme, scheme)
    if kind in SYSTEMS and segments:
        system = SYSTEMS[kind]
        if lacks_schema(uri):
            segments.insert(1, DEFAULT_SCHEMAS[dialect_of_kind(kind)])
        if system.port and ":" not in authority:
            authority = f"{authority}:{system.port}"
        return DatasetId(f"{system.scheme}://{authority}", ".".join(segments))
    if not authority:
        return DatasetId(scheme, path.lstrip("/") or "/")
    return DatasetId(f"{scheme}://{authority}", path.lstrip("/") or "/")


def lacks_schema(uri: str) -> bool:
    """Say whether a URI names database and table and leaves the schema between them to the system's default.

    Only a URI tells that its first part is the database: ``a.b`` alone may as well be schema and table.
    """
    scheme, _, rest = uri.partition("://")
    kind = _KINDS.get(scheme.lower(), scheme.lower())
    return kind in DATABASE_FIRST and sum(map(bool, rest.partition("?")[0].split("/")[1:])) == len(TWO)


def local_file_id(path: str, host: str | None = None) -> DatasetId:
    """Identity of a file on the machine that runs this.

    :param path: made absolute and normalised; links are not followed.
    :param host: name of the machine where its files are not those of other machines, else ``None``.
    """
    namespace = f"file://{host.strip().rstrip('.').lower()}" if host and host.strip(" .") else "file"
    # POSIX leaves two slashes at the start alone; nobody means them.
    return DatasetId(namespace, re.sub("^//+", "/", os.path.abspath(path)))


def _authority_and_path(uri: str) -> tuple[str, str]:
    try:
        parsed = urlsplit(uri)
    except ValueError:
        # A bracket that opens no IPv6 address, letters that no host has: somebody named data so all the same.
        authority, slash, path = re.split("[?#]", uri.partition("://")[2], maxsplit=1)[0].partition("/")
        return authority, slash + unquote(path)
    return parsed.netloc, unquote(parsed.path)
