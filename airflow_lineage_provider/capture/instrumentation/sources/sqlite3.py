"""Statements of ``sqlite3``.

Its types are written in C and cannot be changed: connections are made of a subclass that looks like what was
asked for. Where that is a class of the task's own, ours stands behind it, so that its methods stay in front.
"""

from __future__ import annotations

import sqlite3
import sys
from types import ModuleType
from typing import Any

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.patches import Patches
from airflow_lineage_provider.capture.instrumentation.sources.callers_place import IS_NEEDED, in_callers_place
from airflow_lineage_provider.capture.instrumentation.sources.driver_identity import file_identity, file_of
from airflow_lineage_provider.capture.instrumentation.sources.driver_session import ATTRIBUTE, DriverSession
from airflow_lineage_provider.capture.instrumentation.sources.observed_class import ObservedClasses

_FACTORY, _URI = 5, 7
"""Positions among the arguments of ``connect``."""

_execute = sqlite3.Cursor.execute
_executemany = sqlite3.Cursor.executemany
_executescript = sqlite3.Cursor.executescript
_cursor = sqlite3.Connection.cursor
# As the library has them: a class of the task's own may have put something else in front.
_connection_of = sqlite3.Cursor.connection.__get__  # type: ignore[attr-defined]
_rowcount_of = sqlite3.Cursor.rowcount.__get__  # type: ignore[attr-defined]
_description_of = sqlite3.Cursor.description.__get__  # type: ignore[attr-defined]
_NO_PARAMETERS = ()


class ObservedCursor(sqlite3.Cursor):
    """Reports what it executes."""

    __slots__ = ()

    def execute(self, sql: Any, parameters: Any = (), /) -> Any:
        try:
            if IS_NEEDED and parameters is not _NO_PARAMETERS:
                result = in_callers_place(_execute, (self, sql, parameters), {})
            else:
                result = _execute(self, sql, parameters)
        except Exception:
            _failed(self, sql)
            raise
        if OBSERVER.active:
            _ran(self, sql)
        return result

    def executemany(self, sql: Any, parameters: Any, /) -> Any:
        try:
            if IS_NEEDED:
                result = in_callers_place(_executemany, (self, sql, parameters), {})
            else:
                result = _executemany(self, sql, parameters)
        except Exception:
            _failed(self, sql)
            raise
        if OBSERVER.active:
            _ran(self, sql)
        return result

    def executescript(self, script: Any, /) -> Any:
        try:
            result = _executescript(self, script)
        except Exception:
            _failed(self, script)
            raise
        if OBSERVER.active:
            try:
                _connection_of(self)._lineage.ran(script)
            except Exception as error:
                OBSERVER.failed("sqlite3", error)
        return result


class ObservedConnection(sqlite3.Connection):
    """Makes observed cursors and knows where it leads."""

    # No __slots__: beside those of a class of the task's own they would be one layout too many.
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Relative to the folder that the task is in now.
        object.__setattr__(self, ATTRIBUTE, _session(args, kwargs))
        if IS_NEEDED:
            in_callers_place(super().__init__, args, kwargs)
        else:
            super().__init__(*args, **kwargs)

    def cursor(self, factory: Any = ObservedCursor) -> Any:
        return _cursor(self, factory if factory is ObservedCursor else _CLASSES.in_place_of(factory))

    # Those of the library make a plain cursor and ask neither this class nor one of the task's own.
    def execute(self, sql: Any, parameters: Any = (), /) -> Any:
        return _cursor(self, ObservedCursor).execute(sql, parameters)

    def executemany(self, sql: Any, parameters: Any, /) -> Any:
        return _cursor(self, ObservedCursor).executemany(sql, parameters)

    def executescript(self, script: Any, /) -> Any:
        return _cursor(self, ObservedCursor).executescript(script)


_CLASSES = ObservedClasses(
    "sqlite3", {sqlite3.Connection: ObservedConnection, sqlite3.Cursor: ObservedCursor}
)


def install(module: ModuleType, patches: Patches) -> None:
    def connect(wrapped: Any, _instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if not OBSERVER.active:
            return wrapped(*args, **kwargs)
        if len(args) > _FACTORY:
            args = (*args[:_FACTORY], _CLASSES.in_place_of(args[_FACTORY]), *args[_FACTORY + 1 :])
        else:
            kwargs = {**kwargs, "factory": _CLASSES.in_place_of(kwargs.get("factory", sqlite3.Connection))}
        return in_callers_place(wrapped, args, kwargs) if IS_NEEDED else wrapped(*args, **kwargs)

    patches.wrap(module, "connect", connect)
    if (dbapi := sys.modules.get(f"{module.__name__}.dbapi2")) is not None:
        patches.wrap(dbapi, "connect", connect)


def _ran(cursor: sqlite3.Cursor, sql: Any) -> None:
    try:
        rows = _rowcount_of(cursor)
        if rows == 0 and _description_of(cursor) is not None:
            # What it returns to a RETURNING is counted as it is fetched.
            rows = None
        _connection_of(cursor)._lineage.ran(sql, rows)
    except Exception as error:
        OBSERVER.failed("sqlite3", error)


def _failed(cursor: sqlite3.Cursor, sql: Any) -> None:
    if not OBSERVER.active or not isinstance(sql, str):
        return
    try:
        _connection_of(cursor)._lineage.ran(sql, failed=True)
    except sqlite3.Error:
        # A cursor whose __init__ never ran has no connection.
        pass
    except Exception as error:
        OBSERVER.failed("sqlite3", error)


def _session(args: tuple[Any, ...], kwargs: dict[str, Any]) -> DriverSession:
    path = None
    try:
        name = args[0] if args else kwargs["database"]
        is_uri = args[_URI] if len(args) > _URI else kwargs.get("uri", False)
        path = file_of(name, is_uri=bool(is_uri))
    except Exception as error:
        OBSERVER.failed("sqlite3", error)
    return DriverSession("sqlite3", lambda: file_identity("sqlite", path))
