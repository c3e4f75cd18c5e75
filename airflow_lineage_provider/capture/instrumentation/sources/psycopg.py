"""Statements of ``psycopg`` (3): plain Python classes, sync and async, whose methods are wrapped."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from types import ModuleType, TracebackType
from typing import Any

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.patches import Patches
from airflow_lineage_provider.capture.instrumentation.sources.driver_identity import postgres_identity
from airflow_lineage_provider.capture.instrumentation.sources.driver_session import session_of
from airflow_lineage_provider.model.connection import ConnectionIdentity

_Args = tuple[Any, ...]
_Kwargs = dict[str, Any]


def install(module: ModuleType, patches: Patches) -> None:
    # Connection.execute and the cursors of other kinds go through these.
    for name in ("Cursor", "ServerCursor"):
        owner = getattr(module, name, None)
        if owner is not None:
            patches.wrap(owner, "execute", _execute)
            patches.wrap(owner, "executemany", _execute)
    for name in ("AsyncCursor", "AsyncServerCursor"):
        owner = getattr(module, name, None)
        if owner is not None:
            patches.wrap(owner, "execute", _execute_async)
            patches.wrap(owner, "executemany", _execute_async)
    patches.wrap(module.Cursor, "stream", _stream)
    patches.wrap(module.Cursor, "copy", _copy)
    patches.wrap(module.AsyncCursor, "stream", _stream_async)
    patches.wrap(module.AsyncCursor, "copy", _copy)


def _execute(wrapped: Any, cursor: Any, args: _Args, kwargs: _Kwargs) -> Any:
    try:
        result = wrapped(*args, **kwargs)
    except Exception:
        _tell(cursor, args, kwargs, failed=True)
        raise
    _tell(cursor, args, kwargs)
    return result


def _execute_async(wrapped: Any, cursor: Any, args: _Args, kwargs: _Kwargs) -> Any:
    running = wrapped(*args, **kwargs)
    return _awaited(running, cursor, args, kwargs) if OBSERVER.active else running


async def _awaited(running: Any, cursor: Any, args: _Args, kwargs: _Kwargs) -> Any:
    try:
        result = await running
    except Exception:
        _tell(cursor, args, kwargs, failed=True)
        raise
    _tell(cursor, args, kwargs)
    return result


def _stream(wrapped: Any, cursor: Any, args: _Args, kwargs: _Kwargs) -> Any:
    rows = wrapped(*args, **kwargs)
    return _streamed(rows, cursor, args, kwargs) if OBSERVER.active else rows


def _streamed(rows: Iterator[Any], cursor: Any, args: _Args, kwargs: _Kwargs) -> Iterator[Any]:
    try:
        yield from rows
    except Exception:
        _tell(cursor, args, kwargs, failed=True)
        raise
    except GeneratorExit:
        # The task has read enough.
        _tell(cursor, args, kwargs)
        raise
    _tell(cursor, args, kwargs)


def _stream_async(wrapped: Any, cursor: Any, args: _Args, kwargs: _Kwargs) -> Any:
    rows = wrapped(*args, **kwargs)
    return _streamed_async(rows, cursor, args, kwargs) if OBSERVER.active else rows


async def _streamed_async(rows: Any, cursor: Any, args: _Args, kwargs: _Kwargs) -> AsyncIterator[Any]:
    try:
        async for row in rows:
            yield row
    except Exception:
        _tell(cursor, args, kwargs, failed=True)
        raise
    except GeneratorExit:
        _tell(cursor, args, kwargs)
        await rows.aclose()
        raise
    _tell(cursor, args, kwargs)


def _copy(wrapped: Any, cursor: Any, args: _Args, kwargs: _Kwargs) -> Any:
    manager = wrapped(*args, **kwargs)
    return _Copied(manager, cursor, args, kwargs) if OBSERVER.active else manager


class _Copied:
    """The context manager of a COPY, which is over when its block is."""

    def __init__(self, manager: Any, cursor: Any, args: _Args, kwargs: _Kwargs) -> None:
        self._manager = manager
        self._told = (cursor, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._manager, name)

    def __enter__(self) -> Any:
        try:
            return self._manager.__enter__()
        except Exception:
            _tell(*self._told, failed=True)
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Any:
        try:
            result = self._manager.__exit__(kind, error, trace)
        except BaseException:
            _tell(*self._told, failed=True)
            raise
        _tell(*self._told, failed=kind is not None)
        return result

    async def __aenter__(self) -> Any:
        try:
            return await self._manager.__aenter__()
        except Exception:
            _tell(*self._told, failed=True)
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Any:
        try:
            result = await self._manager.__aexit__(kind, error, trace)
        except BaseException:
            _tell(*self._told, failed=True)
            raise
        _tell(*self._told, failed=kind is not None)
        return result


def _tell(cursor: Any, args: _Args, kwargs: _Kwargs, *, failed: bool = False) -> None:
    if not OBSERVER.active:
        return
    try:
        query = args[0] if args else kwargs.get("query", kwargs.get("statement"))
        if query is not None:
            session = session_of(cursor.connection, "psycopg", _identity)
            session.ran(query, None if failed else cursor.rowcount, failed=failed, context=cursor)
    except Exception as error:
        OBSERVER.failed("psycopg", error)


def _identity(connection: Any) -> ConnectionIdentity | None:
    if connection.closed:
        # It has forgotten where it led, and nothing will run on it any more.
        return None
    info = connection.info
    return postgres_identity(info.host, info.port, info.dbname, info.options)
