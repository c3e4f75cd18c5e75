"""Identities of what plain Python connects to, built alike by every source so that one statement is sent once."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Mapping
from urllib.parse import unquote

from airflow_lineage_provider import config
from airflow_lineage_provider.capture.instrumentation.noise import is_noise, prefixes
from airflow_lineage_provider.model.connection import (
    FILE_HOST,
    SAFE_EXTRA_KEYS,
    WORKING_DIRECTORY,
    ConnectionIdentity,
)
from airflow_lineage_provider.model.dataset_id import strip_credentials
from airflow_lineage_provider.model.naming import namespace_of
from airflow_lineage_provider.model.system import SYSTEMS, TWO

CONN_ID = "(python)"
"""Stands where a hook's statement has the id of its Airflow connection. No such id can have parentheses."""

MEMORY = ":memory:"
_SERVICES = ("md:", "motherduck:")
_SEARCH_PATH = re.compile(r"search_path\s*=\s*\"?([\w$]+)", re.IGNORECASE)
_METADATA_URLS = ("SQL_ALCHEMY_CONN", "SQL_ALCHEMY_CONN_ASYNC")
_CONN_TYPES = {"postgresql": "postgres", "mariadb": "mysql"}
"""Of the backends of SQLAlchemy that have another name."""
_URL = re.compile(
    r"(?P<backend>\w+)(?:\+\w+)?://(?:[^/]*@)?(?P<host>\[[^\]]*\]|[^:/?]*)(?::(?P<port>\d+))?"
    r"(?:/(?P<path>[^?]*))?"
)


def server_identity(
    conn_type: str,
    host: str | None,
    port: int | None,
    database: str | None,
    schema: str | None = None,
    extra: Mapping[str, str] | None = None,
) -> ConnectionIdentity:
    """Identity of a database server, with the port that it has if none is said."""
    system = SYSTEMS.get(conn_type)
    if system is not None and system.parts == TWO:
        # What these call a database is what the others call a schema.
        database, schema = None, schema or database
    said = dict(extra or {})
    if config.file_host():
        said[FILE_HOST] = platform.node()
    return ConnectionIdentity(
        conn_id=CONN_ID,
        conn_type=conn_type,
        host=strip_credentials(host) if host else None,
        port=port or (system.port if system is not None else None),
        database=database or None,
        schema=schema or None,
        extra={key: value for key, value in said.items() if key in SAFE_EXTRA_KEYS and value},
    )


def postgres_identity(
    host: str | None, port: int | None, database: str | None, options: str | None
) -> ConnectionIdentity:
    """Identity of what a PostgreSQL client is connected to.

    :param host: as the client spells it; the folder of a socket is this machine.
    :param options: command-line options of the session, which may set its search path.
    """
    path = _SEARCH_PATH.search(options or "")
    redshift = (host or "").lower().rstrip(".").endswith(".redshift.amazonaws.com")
    return server_identity(
        "redshift" if redshift else "postgres",
        None if (host or "").startswith("/") else host,
        port,
        database,
        path[1] if path else None,
    )


def file_identity(conn_type: str, path: str | None) -> ConnectionIdentity | None:
    """Identity of a database that is one file, ``None`` if that file is nobody else's data.

    :param path: absolute; ``None`` is a database in memory.
    """
    if path is None or is_noise(path) or path.startswith(prefixes()):
        return None
    return server_identity(conn_type, path, None, None)


def duckdb_identity(path: str | None) -> ConnectionIdentity:
    """Identity of a DuckDB database.

    Tables in memory or in a scratch file are nobody else's, but files that its statements read and write are: the
    host of such a database is ``:memory:``.

    :param path: absolute; ``None`` is a database in memory, ``md:`` begins one that a service keeps.
    """
    if path is not None and path.startswith(_SERVICES):
        host = path.partition("?")[0]
    else:
        known = file_identity("duckdb", path)
        host = known.host if known is not None and known.host else MEMORY
    return server_identity("duckdb", host, None, None, None, {WORKING_DIRECTORY: os.getcwd()})


def file_of(name: str | bytes | os.PathLike[str], *, is_uri: bool = False) -> str | None:
    """Absolute path of a database file or its URI, ``None`` for a database in memory.

    :param is_uri: whether ``file:...?mode=ro`` is understood.
    """
    text = os.fsdecode(name)
    if is_uri and text.startswith("file:"):
        text, _, query = text[len("file:") :].partition("#")[0].partition("?")
        if "mode=memory" in query.split("&"):
            return None
        if text.startswith("//"):
            text = "/" + text[2:].partition("/")[2]
        text = unquote(text)
    if text.startswith(_SERVICES) or "://" in text:
        return text
    return os.path.abspath(text) if text and text != MEMORY else None


def is_metadata(identity: ConnectionIdentity) -> bool:
    """Tell whether this is Airflow's own database: where ``dag.test()`` runs, all happens in one process."""
    settings = sys.modules.get("airflow.settings")
    for name in _METADATA_URLS:
        url = getattr(settings, name, None)
        if isinstance(url, str) and (match := _URL.match(url)):
            path = unquote(match["path"] or "")
            backend = _CONN_TYPES.get(match["backend"], match["backend"])
            if backend != identity.conn_type:
                # Another system is another place; to find out where ours is takes a tenth of a millisecond.
                continue
            if backend == "sqlite":
                own: ConnectionIdentity | None = server_identity("sqlite", path, None, None)
            else:
                own = server_identity(backend, match["host"], int(match["port"] or 0) or None, path)
            if own is not None and _place(own) == _place(identity):
                return True
    return False


def _place(identity: ConnectionIdentity) -> tuple[str, str | None]:
    """Server and database: the schema is the session's own matter."""
    has_database = SYSTEMS.get(identity.conn_type) is None or SYSTEMS[identity.conn_type].parts != TWO
    return namespace_of(identity), identity.database if has_database else identity.schema
