"""Statements of ``psycopg2``.

Its types are written in C and cannot be changed: connections and cursors are made of subclasses, which stand behind
a class of the task's own where it asks for one.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import FrameType, FunctionType, ModuleType
from typing import Any

from psycopg2.extensions import connection as Connection, cursor as Cursor

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.patches import Patches
from airflow_lineage_provider.capture.instrumentation.sources.driver_identity import postgres_identity
from airflow_lineage_provider.capture.instrumentation.sources.driver_session import ATTRIBUTE, DriverSession
from airflow_lineage_provider.capture.instrumentation.sources.observed_class import ObservedClasses
from airflow_lineage_provider.model.connection import ConnectionIdentity

_FACTORY = 1
"""Position among the arguments of ``_connect`` and of ``cursor``."""
_FRAMES = 4
"""How far above a cursor's ``execute`` its caller can be: a cursor class of the task's own stands between."""


class ObservedCursor(Cursor):  # type: ignore[misc]
    """Reports what it executes."""

    def execute(self, query: Any, vars: Any = None) -> Any:
        try:
            result = super().execute(query, vars)
        except Exception:
            _tell(self, query, failed=True)
            raise
        _tell(self, query)
        return result

    def executemany(self, query: Any, vars_list: Any) -> Any:
        try:
            result = super().executemany(query, vars_list)
        except Exception:
            _tell(self, query, failed=True)
            raise
        _tell(self, query)
        return result

    def callproc(self, procname: Any, parameters: Any = None) -> Any:
        try:
            result = super().callproc(procname, parameters)
        except Exception:
            _tell(self, lambda: _call(procname, parameters), failed=True)
            raise
        _tell(self, lambda: _call(procname, parameters))
        return result

    def copy_expert(self, sql: Any, file: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            result = super().copy_expert(sql, file, *args, **kwargs)
        except Exception:
            _tell(self, sql, failed=True)
            raise
        _tell(self, sql)
        return result

    def copy_from(self, file: Any, table: Any, *args: Any, **kwargs: Any) -> Any:
        columns = args[3] if len(args) > 3 else kwargs.get("columns")
        try:
            result = super().copy_from(file, table, *args, **kwargs)
        except Exception:
            _tell(self, lambda: _copy(table, columns, "FROM STDIN"), failed=True)
            raise
        _tell(self, lambda: _copy(table, columns, "FROM STDIN"))
        return result

    def copy_to(self, file: Any, table: Any, *args: Any, **kwargs: Any) -> Any:
        columns = args[2] if len(args) > 2 else kwargs.get("columns")
        try:
            result = super().copy_to(file, table, *args, **kwargs)
        except Exception:
            _tell(self, lambda: _copy(table, columns, "TO STDOUT"), failed=True)
            raise
        _tell(self, lambda: _copy(table, columns, "TO STDOUT"))
        return result


class ObservedConnection(Connection):  # type: ignore[misc]
    """Makes observed cursors and knows where it leads."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Now, and not when the first statement ends: a closed connection has forgotten where it led.
        try:
            _session(self)
        except Exception as error:
            OBSERVER.failed("psycopg2", error)

    def cursor(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) > _FACTORY:
            args = (*args[:_FACTORY], self._made_of(args[_FACTORY]), *args[_FACTORY + 1 :])
        else:
            kwargs["cursor_factory"] = self._made_of(kwargs.get("cursor_factory"))
        return super().cursor(*args, **kwargs)

    def _made_of(self, factory: Any) -> Any:
        return _CLASSES.in_place_of(factory if factory is not None else self.cursor_factory or Cursor)


_CLASSES = ObservedClasses("psycopg2", {Connection: ObservedConnection, Cursor: ObservedCursor})


def install(module: ModuleType, patches: Patches) -> None:
    def connect(wrapped: Any, _instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if not OBSERVER.active:
            return wrapped(*args, **kwargs)
        if len(args) > _FACTORY:
            args = (
                *args[:_FACTORY],
                _CLASSES.in_place_of(args[_FACTORY] or Connection),
                *args[_FACTORY + 1 :],
            )
        else:
            factory = kwargs.get("connection_factory")
            kwargs = {**kwargs, "connection_factory": _CLASSES.in_place_of(factory or Connection)}
        return wrapped(*args, **kwargs)

    # What ``connect`` itself calls: a ``from psycopg2 import connect`` of the task's own is older than we are.
    patches.wrap(module, "_connect", connect)


def _session(connection: Any) -> DriverSession:
    session = getattr(connection, ATTRIBUTE, None)
    if not isinstance(session, DriverSession):
        identity = _identity(connection)
        session = DriverSession("psycopg2", lambda: identity)
        setattr(connection, ATTRIBUTE, session)
    return session


def _identity(connection: Any) -> ConnectionIdentity | None:
    try:
        info = connection.info
        return postgres_identity(info.host, info.port, info.dbname, info.options)
    except Exception as error:
        OBSERVER.failed("psycopg2", error)
        return None


def _tell(cursor: Any, sql: Any, *, failed: bool = False) -> None:
    """Report a statement; one of our own making is given as a function that makes it."""
    if not OBSERVER.active:
        return
    try:
        rows = None if failed else cursor.rowcount
        if type(sql) is str:
            _session(cursor.connection).ran(sql, rows, failed)
            return
        if isinstance(sql, FunctionType):
            sql = sql()
        if isinstance(sql, bytes) and (frame := _bulk(sys._getframe(2))) is not None:
            sql = frame.f_locals.get("sql", sql)
            rows = rows if frame.f_code.co_name == "execute_values" else None
        _session(cursor.connection).ran(sql, rows, failed, context=cursor)
    except Exception as error:
        OBSERVER.failed("psycopg2", error)


def _bulk(frame: FrameType | None) -> FrameType | None:
    """The call of ``execute_values`` or ``execute_batch`` that made a page of statements with all their values.

    Its own text is the statement; the pages differ in nothing but a hundred rows each.
    """
    extras = sys.modules.get("psycopg2.extras")
    if extras is None:
        return None
    codes = (extras.execute_values.__code__, extras.execute_batch.__code__)
    for _ in range(_FRAMES):
        if frame is None or frame.f_code in codes:
            return frame
        frame = frame.f_back
    return None


def _call(procedure: Any, parameters: Any) -> str:
    return f"SELECT * FROM {procedure}({', '.join(['%s'] * len(parameters or ()))})"


def _copy(table: Any, columns: Sequence[str] | None, direction: str) -> str:
    """Statement that ``copy_from`` and ``copy_to`` send; they quote the table, dots and all."""
    names = f" ({', '.join(map(_quoted, columns))})" if columns else ""
    return f"COPY {_quoted(table)}{names} {direction}"


def _quoted(name: Any) -> str:
    return '"' + str(name).replace('"', '""') + '"'
