"""Statements, readers and relations of ``duckdb``."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.patches import Patches
from airflow_lineage_provider.capture.instrumentation.sighting import Act
from airflow_lineage_provider.capture.instrumentation.sources.driver_identity import duckdb_identity, file_of
from airflow_lineage_provider.capture.instrumentation.sources.driver_session import DriverSession
from airflow_lineage_provider.capture.instrumentation.sources.duckdb_columns import columns_of_relation
from airflow_lineage_provider.capture.instrumentation.sources.duckdb_file import files_of
from airflow_lineage_provider.capture.instrumentation.sources.frame_report import report

_Args = tuple[Any, ...]
_Kwargs = dict[str, Any]
_Tell = Callable[[bool, Any], None]
"""Told whether a function raised, and what it returned."""

_RUN = ("execute", "executemany", "sql", "query", "from_query")
_READ = {
    "read_csv": "csv", "from_csv_auto": "csv", "read_parquet": "parquet", "from_parquet": "parquet", "read_json": "json",
}  # fmt: skip
_WRITE = {"to_csv": "csv", "write_csv": "csv", "to_parquet": "parquet", "write_parquet": "parquet"}
_ADDS_COLUMNS = frozenset({"filename", "hive_partitioning", "hive_types", "union_by_name"})
"""Options of readers that make columns which a file does not have."""
_MAKE = {
    "create": ("CREATE TABLE", "AS "), "to_table": ("CREATE TABLE", "AS "), "insert_into": ("INSERT INTO", ""),
    "create_view": ("CREATE VIEW", "AS "), "to_view": ("CREATE VIEW", "AS "),
}  # fmt: skip
_PLACE = "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
_PLAIN_NAME = re.compile(r"\w+(?:\.\w+)*\Z")
_CALLED, _ARGS, _KWARGS = "\0call", "\0args", "\0kwargs"
"""Names that no statement can spell: it may read any variable of whoever calls."""
_CALL = compile("call(*args, **kwargs)", "<duckdb>", "eval").replace(co_names=(_CALLED, _ARGS, _KWARGS))


class _Here(threading.local):
    inside = False
    """Whether a function of DuckDB is at work: what it calls itself is no statement of the task's."""
    last: DriverSession | None = None
    """Where the last statement ran: older relations do not tell their connection."""


_here = _Here()
_paths: WeakKeyDictionary[Any, str | None] = WeakKeyDictionary()
_sessions: WeakKeyDictionary[Any, tuple[str, DriverSession]] = WeakKeyDictionary()


def install(module: ModuleType, patches: Patches) -> None:
    def default_connection() -> Any:
        connection = module.default_connection
        return connection() if callable(connection) else connection

    def session_of(instance: Any, kwargs: _Kwargs) -> DriverSession:
        if instance is None:
            instance = kwargs.get("connection") or default_connection()
        _here.last = _session(instance)
        return _here.last

    def run(wrapped: Any, instance: Any, args: _Args, kwargs: _Kwargs) -> Any:
        def tell(failed: bool, _: Any) -> None:
            query = args[0] if args else kwargs.get("query")
            if query is not None:
                session_of(instance, kwargs).ran(getattr(query, "query", query), failed=failed)

        return _told(wrapped, args, kwargs, tell, _caller())

    def read(name: str) -> Callable[..., Any]:
        def look(wrapped: Any, instance: Any, args: _Args, kwargs: _Kwargs) -> Any:
            def tell(failed: bool, relation: Any) -> None:
                if not failed:
                    session_of(instance, kwargs)
                    source = args[0] if args else next(iter(kwargs.values()), None)
                    columns = None if _ADDS_COLUMNS & kwargs.keys() else columns_of_relation(relation)
                    report(Act.READ, list(files_of(source)), _READ[name], columns=columns)

            return _told(wrapped, args, kwargs, tell)

        return look

    def table(wrapped: Any, instance: Any, args: _Args, kwargs: _Kwargs) -> Any:
        def tell(failed: bool, _: Any) -> None:
            name = args[0] if args else next(iter(kwargs.values()))
            session_of(instance, kwargs).ran(f"SELECT * FROM {_name(name)}", failed=failed)

        return _told(wrapped, args, kwargs, tell)

    def append(wrapped: Any, instance: Any, args: _Args, kwargs: _Kwargs) -> Any:
        def tell(failed: bool, _: Any) -> None:
            name = args[0] if args else kwargs["table_name"]
            rows = args[1] if len(args) > 1 else kwargs.get("df")
            count = None if failed or rows is None else len(rows)
            session_of(instance, kwargs).ran(f"INSERT INTO {_name(name)} VALUES (?)", count, failed=failed)

        return _told(wrapped, args, kwargs, tell)

    for owner in (module, module.DuckDBPyConnection):
        for name in _RUN:
            patches.wrap(owner, name, run)
        for name in _READ:
            patches.wrap(owner, name, read(name))
        for name in ("table", "view"):
            patches.wrap(owner, name, table)
        patches.wrap(owner, "append", append)
    for name in ("cursor", "duplicate"):
        patches.after(module.DuckDBPyConnection, name, _branched)
    patches.after(module, "connect", _connected)
    for name in _WRITE:
        patches.wrap(module.DuckDBPyRelation, name, _write(name))
    for name in _MAKE:
        patches.wrap(module.DuckDBPyRelation, name, _make(name))


def _told(wrapped: Any, args: _Args, kwargs: _Kwargs, tell: _Tell, caller: FrameType | None = None) -> Any:
    """Call a function and tell of it; what the function calls itself is told nobody.

    :param caller: whose variables the function may look at.
    """
    if not OBSERVER.active or _here.inside:
        return _call(wrapped, args, kwargs, caller)
    _here.inside = True
    try:
        result = _call(wrapped, args, kwargs, caller)
    except Exception:
        _guarded(tell, True, None)
        raise
    else:
        _guarded(tell, False, result)
        return result
    finally:
        _here.inside = False


def _guarded(tell: _Tell, failed: bool, result: Any) -> None:
    try:
        tell(failed, result)
    except Exception as error:
        OBSERVER.failed("duckdb", error)


def _caller() -> FrameType | None:
    """Frame of the task's code that called our wrapper."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and _is_wrapts(frame.f_globals.get("__name__")):
        frame = frame.f_back
    return frame


def _is_wrapts(module: Any) -> bool:
    return type(module) is str and module.partition(".")[0] == "wrapt"


def _call(wrapped: Any, args: _Args, kwargs: _Kwargs, caller: FrameType | None) -> Any:
    """Call a function as if the caller did it himself.

    ``SELECT * FROM frame`` reads a variable of whoever stands one frame above DuckDB: that must not be us.
    """
    if caller is None:
        return wrapped(*args, **kwargs)
    try:
        names = {} if caller.f_locals is caller.f_globals else dict(caller.f_locals)
    except Exception as error:
        # The body of a class may have a mapping of its own.
        OBSERVER.failed("duckdb", error)
        return wrapped(*args, **kwargs)
    names.update({_CALLED: wrapped, _ARGS: args, _KWARGS: kwargs})
    return eval(_CALL, caller.f_globals, names)  # noqa: S307


def _connected(_instance: Any, args: _Args, kwargs: _Kwargs, connection: Any) -> None:
    name = args[0] if args else kwargs.get("database", ":memory:")
    if name != ":default:":
        _paths[connection] = file_of(name)


def _branched(connection: Any, _args: _Args, _kwargs: _Kwargs, branch: Any) -> None:
    if connection in _paths:
        _paths[branch] = _paths[connection]


def _session(connection: Any) -> DriverSession:
    folder = os.getcwd()
    known = _sessions.get(connection)
    if known is not None and known[0] == folder:
        return known[1]
    identity = duckdb_identity(_path(connection))
    session = DriverSession("duckdb", lambda: identity)
    _sessions[connection] = (folder, session)
    return session


def _path(connection: Any) -> str | None:
    if connection not in _paths:
        # Older than the attempt. The engine is in this process, and a cursor leaves pending results alone.
        try:
            found = connection.cursor().execute(_PLACE).fetchone()
        except Exception:
            return None
        _paths[connection] = found[0] if found else None
    return _paths[connection]


def _write(name: str) -> Callable[..., Any]:
    def look(wrapped: Any, relation: Any, args: _Args, kwargs: _Kwargs) -> Any:
        def tell(failed: bool, _: Any) -> None:
            target = args[0] if args else next(iter(kwargs.values()), None)
            for file in files_of(target):
                if not failed:
                    report(Act.WRITE, [file], _WRITE[name], columns=columns_of_relation(relation))
                text = file.replace("'", "''")
                _ran(relation, "COPY (", f") TO '{text}' (FORMAT {_WRITE[name]})", failed)

        return _told(wrapped, args, kwargs, tell)

    return look


def _make(name: str) -> Callable[..., Any]:
    def look(wrapped: Any, relation: Any, args: _Args, kwargs: _Kwargs) -> Any:
        def tell(failed: bool, _: Any) -> None:
            made = args[0] if args else next(iter(kwargs.values()))
            before, after = _MAKE[name]
            _ran(relation, f"{before} {_name(made)} {after}", "", failed)

        return _told(wrapped, args, kwargs, tell)

    return look


def _ran(relation: Any, before: str, after: str, failed: bool) -> None:
    """Report a statement around a relation's own query."""
    connection = getattr(relation, "_con", None)
    session = _session(connection) if connection is not None else _here.last
    if session is not None:
        session.ran(f"{before}{relation.sql_query()}{after}", failed=failed)


def _name(name: Any) -> str:
    text = str(name)
    return text if _PLAIN_NAME.match(text) else '"' + text.replace('"', '""') + '"'
