"""Names of datasets as OpenLineage spells them, from what Airflow knows: connections, tables and asset URIs.

The rules are those of https://openlineage.io/docs/spec/naming. Systems it does not list follow its pattern:
``scheme://host:port`` as namespace and the dotted, fully qualified name.
"""

from __future__ import annotations

import os
import posixpath
import re
from urllib.parse import unquote, urlsplit

from airflow_lineage_provider.model.connection import FILE_HOST, WORKING_DIRECTORY, ConnectionIdentity
from airflow_lineage_provider.model.connection_fields import server_address
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
    r"^(?P<file>.*\.(?:db|db3|sqlite|sqlite3|duckdb))/(?:(?P<schema>[^/]+)/)?(?P<table>[^/]+)$", re.IGNORECASE
)
_RELATIVE_DATABASE = re.compile(r"^(?P<kind>sqlite|duckdb):(?P<path>[^/:].*)$", re.IGNORECASE)
_REDSHIFT_HOST = re.compile(
    r"(?P<cluster>[^.]+)\.[^.]+\.(?P<region>[^.]+)\.redshift(?:-serverless)?\.amazonaws\.com\Z"
)
_NO_AUTHORITY = re.compile(r"^(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]+):/(?!/)(?P<path>.*)$")
_CONTAINER_SCHEMES = frozenset({"abfs", "abfss", "wasb", "wasbs"})
"""Schemes whose text before the @ is a container, not a user."""


_KINDS = {**OTHER_KINDS, "odbc": "mssql"}
_BIGQUERY_TYPES = frozenset({"google_cloud_platform", "gcpbigquery", "bigquery"})
_HOSTLESS = _BIGQUERY_TYPES | {"athena", "snowflake"}
"""Services without machines whose files anybody could name."""
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})


def namespace_of(connection: ConnectionIdentity) -> str:
    """OpenLineage namespace of what a connection reaches."""
    if connection.namespace:
        return connection.namespace
    kind = _KINDS.get(connection.conn_type, connection.conn_type)
    if kind in _BIGQUERY_TYPES:
        return "bigquery"
    if kind == "snowflake":
        return f"snowflake://{_snowflake_account(connection)}"
    if kind in ("sqlite", "duckdb"):
        path = (connection.host or connection.database or ":memory:").partition("?")[0]
        return f"{kind}://{path}" if path.startswith("/") else f"{kind}:{path}"
    if kind == "athena":
        region = connection.extra.get("region_name") or connection.extra.get("region") or "unknown"
        return f"awsathena://athena.{region}.amazonaws.com"
    if kind == "redshift" and (match := _REDSHIFT_HOST.match(connection.host or "")):
        return f"redshift://{match['cluster']}.{match['region']}:{connection.port or 5439}"
    system = SYSTEMS.get(kind, System(kind, None, THREE))
    host, port = server_address(connection.host or "localhost", connection.port or None)
    port = port or system.port
    return f"{system.scheme}://{host}:{port}" if port else f"{system.scheme}://{host}"


def _snowflake_account(connection: ConnectionIdentity) -> str:
    account = connection.extra.get("account") or connection.host or "unknown"
    account = account.removesuffix(".snowflakecomputing.com")
    region = connection.extra.get("region")
    # The driver puts a region in the place of what stands behind the dot, and the first region needs none.
    return f"{account.partition('.')[0]}.{region}" if region and region != "us-west-2" else account


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
    if kind == "duckdb" and catalog == _stem(namespace):
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


def _stem(namespace: str) -> str:
    return posixpath.splitext(posixpath.basename(namespace.partition(":")[2]))[0]


def asset_of(uri: str | None, name: str | None) -> DatasetId:
    """Identity of an Airflow asset.

    :param uri: the asset's URI; a name-only asset has none, or has its name there.
    """
    uri = (uri or "").strip()
    if match := _NO_AUTHORITY.match(uri):
        # Airflow writes sqlite:///path back as sqlite:/path: an empty authority is not kept for every scheme.
        uri = f"{match['scheme']}:///{match['path']}"
    if (match := _RELATIVE_DATABASE.match(uri)) and (file := _DATABASE_FILE.match(match["path"])):
        # A path that begins where the process stands has no slash in front.
        return _table_in_file(f"{match['kind'].lower()}:", file)
    if "://" not in uri:
        return DatasetId(ASSET_NAMESPACE, (name or uri).strip())
    scheme = uri.partition("://")[0].lower()
    authority, path = _authority_and_path(uri if scheme in _CONTAINER_SCHEMES else strip_credentials(uri))
    if scheme in _CONTAINER_SCHEMES and ":" in authority.rpartition("@")[0]:
        authority = authority.rpartition("@")[2]
    if scheme == "file":
        return DatasetId(f"file://{authority}" if authority else "file", path or "/")
    if scheme in ("sqlite", "duckdb") and (match := _DATABASE_FILE.match(path)):
        return _table_in_file(f"{scheme}://", match)
    segments = [segment for segment in path.split("/") if segment]
    if scheme == "bigquery":
        return DatasetId("bigquery", ".".join([authority, *segments]))
    if scheme in ("snowflake", "awsathena") and segments:
        return DatasetId(f"{scheme}://{authority}", ".".join(segments))
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


def _table_in_file(start: str, match: re.Match[str]) -> DatasetId:
    """A table of a database that is a file; where a DuckDB table has no schema it is in ``main``."""
    schema = match["schema"]
    if start.startswith("duckdb"):
        schema = schema or DEFAULT_SCHEMAS["duckdb"]
    elif schema == "main":
        schema = None
    name = f"{schema}.{match['table']}" if schema else match["table"]
    return DatasetId(f"{start}{match['file']}", name)


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
    if path.startswith("/") and not path.endswith("/") and "//" not in path and "/." not in path:
        return DatasetId(_file_namespace(host), path)
    # POSIX leaves two slashes at the start alone; nobody means them.
    return DatasetId(_file_namespace(host), re.sub("^//+", "/", os.path.abspath(path)))


def file_in_statement(
    connection: ConnectionIdentity, path: str, *, is_client_side: bool = False
) -> DatasetId:
    """Identity of a file that a statement names by a path.

    A server reads and writes files of its own machine, an engine inside of the task's process those of the worker.

    :param is_client_side: the statement says that the client sends or receives the file.
    """
    host: str | None = connection.extra.get(FILE_HOST)
    if not (connection.is_in_process or is_client_side):
        server = (connection.host or "").strip()
        if not server and connection.conn_type in _HOSTLESS:
            return DatasetId(namespace_of(connection), path)
        if server and not server.startswith("/") and server.lower().rstrip(".") not in _THIS_MACHINE:
            host = server
        if not path.startswith("/"):
            return DatasetId(_file_namespace(host), path)
    folder = connection.extra.get(WORKING_DIRECTORY, "")
    if folder.startswith("/"):
        path = posixpath.join(folder, path)
    # Made absolute here, a path would begin in the folder of the server that reads the record.
    return local_file_id(path, host) if path.startswith("/") else DatasetId(_file_namespace(host), path)


def _file_namespace(host: str | None) -> str:
    return f"file://{host.strip().rstrip('.').lower()}" if host and host.strip(" .") else "file"


def _authority_and_path(uri: str) -> tuple[str, str]:
    try:
        parsed = urlsplit(uri)
    except ValueError:
        # A bracket that opens no IPv6 address, letters that no host has: somebody named data so all the same.
        authority, slash, path = re.split("[?#]", uri.partition("://")[2], maxsplit=1)[0].partition("/")
        return authority, slash + unquote(path)
    return parsed.netloc, unquote(parsed.path)
