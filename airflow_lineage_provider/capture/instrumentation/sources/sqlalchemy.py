"""Statements of SQLAlchemy engines, sync and async, on whatever driver.

Where the driver below is observed itself, it has reported the statement by the time the engine tells of it.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.patches import Patches
from airflow_lineage_provider.capture.instrumentation.sources.driver_session import (
    DriverSession,
    session_below,
)
from airflow_lineage_provider.capture.instrumentation.sources.engine_identity import identity_of_url
from airflow_lineage_provider.model.connection import ConnectionIdentity

_NOT_BELOW = frozenset({"aiosqlite", "duckdb_engine"})
"""Drivers of which we observe what is below them, whose cursors do not lead there."""
_BELOW = frozenset({"pysqlite", "psycopg2", "psycopg", "pymysql"})
"""Drivers whose cursors may be asked for their connection: those of others warn of being asked, or ask a server."""


def install(module: ModuleType, patches: Patches) -> None:
    event = import_module("sqlalchemy.event")
    sessions: WeakKeyDictionary[Any, DriverSession] = WeakKeyDictionary()

    def session_of_engine(engine: Any) -> DriverSession:
        session = sessions.get(engine)
        if session is None:
            session = sessions[engine] = _session(engine)
        return session

    def tell(engine: Any, dialect: Any, cursor: Any, statement: Any, failed: bool) -> None:
        if dialect.driver in _BELOW:
            below = session_below(getattr(cursor, "_cursor", None) or cursor)
            if below is not None and below.is_current:
                return
        session = session_of_engine(engine)
        if dialect.driver not in _NOT_BELOW:
            session.ran(statement, None if failed else _rows(dialect, cursor), failed=failed)
        elif not session.has_run(statement):
            session.ran(statement, failed=failed)

    def after_cursor_execute(
        connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
    ) -> None:
        if not OBSERVER.active:
            return
        try:
            tell(connection.engine, connection.dialect, cursor, statement, False)
        except Exception as error:
            OBSERVER.failed("sqlalchemy", error)

    def handle_error(error: Any) -> None:
        if not OBSERVER.active:
            return
        try:
            if error.statement is not None and error.engine is not None:
                cursor = getattr(error.execution_context, "cursor", None)
                tell(error.engine, error.dialect, cursor, error.statement, True)
        except Exception as failure:
            OBSERVER.failed("sqlalchemy", failure)

    for name, listener in (("after_cursor_execute", after_cursor_execute), ("handle_error", handle_error)):
        event.listen(module.Engine, name, listener)
        patches.on_undo(
            lambda name=name, listener=listener: event.remove(module.Engine, name, listener)  # type: ignore[misc]
        )


def _session(engine: Any) -> DriverSession:
    # What outlives the engine must not hold it.
    url, is_own = engine.url, _is_airflows(engine)

    def identify() -> ConnectionIdentity | None:
        return None if is_own else identity_of_url(url)

    return DriverSession("sqlalchemy", identify)


def _is_airflows(engine: Any) -> bool:
    settings = sys.modules.get("airflow.settings")
    own = getattr(settings, "async_engine", None)
    return engine is not None and engine in (
        getattr(settings, "engine", None),
        getattr(own, "sync_engine", None),
    )


def _rows(dialect: Any, cursor: Any) -> int | None:
    try:
        rows = cursor.rowcount
        # SQLite counts what it returns to a RETURNING as it is fetched: nothing so far.
        is_uncounted = rows == 0 and dialect.name == "sqlite" and cursor.description is not None
    except Exception:
        # Not every driver can count, and some say so in this way.
        return None
    return rows if isinstance(rows, int) and not is_uncounted else None
