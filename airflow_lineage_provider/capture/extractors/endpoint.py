"""What an Airflow connection says about where data lives, for names: never a user, never a password."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

_PORTS = {"sftp": 22, "ssh": 22, "ftp": 21, "ftps": 21, "mongo": 27017}
"""By connection type, where the connection names no port."""
_ACCOUNT_IN_TEXT = re.compile(r"AccountName=([^;]+)", re.IGNORECASE)


def part_of(connection: Any, part: str, host: str | None = None) -> str | None:
    """One part of a connection that names data, ``None`` where the connection does not say it.

    :param part: ``server`` (``host:port``), ``database``, ``url`` (of an HTTP service), ``region`` (of AWS),
        ``account`` (of Azure Blob Storage) or ``lake`` (account of Azure Data Lake).
    :param host: a host that the operator chose over the connection's own.
    """
    return _PARTS[part](connection, host)


def server_of(conn_type: str, host: str | None, port: int | None) -> str | None:
    """``host:port``, with the port that a connection of this type has without one."""
    if not host:
        return None
    port = port or _PORTS.get(conn_type)
    return f"{host}:{port}" if port else str(host)


def _server(connection: Any, host: str | None) -> str | None:
    return server_of(str(connection.conn_type), host or connection.host, connection.port)


def _url(connection: Any, host: str | None) -> str | None:
    host = host or connection.host
    if not host:
        return None
    url = host if "://" in host else f"{connection.schema or 'http'}://{host}"
    port = f":{connection.port}" if connection.port else ""
    return f"{url.rstrip('/')}{port}"


def _account(connection: Any, host: str | None) -> str | None:
    """The storage account: that of the host's name, of the login, or of a connection string."""
    host = host or connection.host or ""
    server = urlsplit(host if "://" in host else f"//{host}").hostname or ""
    if "." in server:
        return server.partition(".")[0]
    match = _ACCOUNT_IN_TEXT.search(str(connection.extra_dejson.get("connection_string") or ""))
    return match[1] if match else connection.login or server or None


def _lake(connection: Any, host: str | None) -> str | None:
    return _extra(connection, "account_name", "extra__azure_data_lake__account_name")


def _region(connection: Any, host: str | None) -> str | None:
    return _extra(connection, "region_name", "region")


def _database(connection: Any, host: str | None) -> str | None:
    return connection.schema or None


def _extra(connection: Any, *keys: str) -> str | None:
    given = connection.extra_dejson
    return next((str(given[key]) for key in keys if given.get(key)), None)


_PARTS: dict[str, Callable[[Any, str | None], str | None]] = {
    "server": _server,
    "url": _url,
    "account": _account,
    "lake": _lake,
    "region": _region,
    "database": _database,
}
