"""Statements of ``pymysql``: plain Python classes whose methods are wrapped."""

from __future__ import annotations

import threading
from types import ModuleType
from typing import Any

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.patches import Patches
from airflow_lineage_provider.capture.instrumentation.sources.driver_identity import server_identity
from airflow_lineage_provider.capture.instrumentation.sources.driver_session import session_of, text_of
from airflow_lineage_provider.model.connection import ConnectionIdentity

_COUNTED = ("INSERT", "REPLACE", "UPDATE", "DELETE", "LOAD", "WITH", "CALL")
"""Statements of which "no row" says something; MySQL says it of a CREATE as well."""

_inside = threading.local()
"""``executemany`` runs what it makes of its text through ``execute``."""


def install(module: ModuleType, patches: Patches) -> None:
    cursor, connection = module.cursors.Cursor, module.connections.Connection
    patches.wrap(cursor, "execute", _execute)
    patches.wrap(cursor, "executemany", _executemany)
    patches.after(cursor, "callproc", _called)
    patches.after(connection, "select_db", _switched)


def _execute(wrapped: Any, cursor: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if not OBSERVER.active or getattr(_inside, "bulk", False):
        return wrapped(*args, **kwargs)
    try:
        result = wrapped(*args, **kwargs)
    except Exception:
        _tell(cursor, args, kwargs, failed=True)
        raise
    _tell(cursor, args, kwargs)
    return result


def _executemany(wrapped: Any, cursor: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if not OBSERVER.active:
        return wrapped(*args, **kwargs)
    _inside.bulk = True
    try:
        result = wrapped(*args, **kwargs)
    except Exception:
        _tell(cursor, args, kwargs, failed=True)
        raise
    finally:
        _inside.bulk = False
    if result is not None:
        # Without rows it has sent nothing.
        _tell(cursor, args, kwargs)
    return result


def _called(cursor: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
    procedure = args[0] if args else kwargs["procname"]
    places = ", ".join(["%s"] * len(result or ()))
    session_of(cursor.connection, "pymysql", _identity).ran(f"CALL {procedure}({places})")


def _switched(connection: Any, args: tuple[Any, ...], kwargs: dict[str, Any], _result: Any) -> None:
    database = str(args[0] if args else kwargs["db"]).replace("`", "``")
    session_of(connection, "pymysql", _identity).ran(f"USE `{database}`")


def _tell(cursor: Any, args: tuple[Any, ...], kwargs: dict[str, Any], *, failed: bool = False) -> None:
    if not OBSERVER.active:
        return
    try:
        query = args[0] if args else kwargs.get("query")
        if query is None or cursor.connection is None:
            # A call that is none, and a cursor that is closed.
            return
        sql = text_of(query)
        rows = None if failed else cursor.rowcount
        if rows == 0 and not sql.lstrip()[:7].upper().startswith(_COUNTED):
            rows = None
        session_of(cursor.connection, "pymysql", _identity).ran(sql, rows, failed=failed)
    except Exception as error:
        OBSERVER.failed("pymysql", error)


def _identity(connection: Any) -> ConnectionIdentity:
    database = connection.db.decode() if isinstance(connection.db, bytes) else connection.db
    host = None if connection.unix_socket else connection.host
    return server_identity("mysql", host, connection.port, database)
