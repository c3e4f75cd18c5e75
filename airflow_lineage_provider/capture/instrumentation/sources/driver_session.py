"""One database connection of a task: where its statements are reported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.sources.driver_identity import is_metadata
from airflow_lineage_provider.capture.statement_shape import MOST_READ, shape_of
from airflow_lineage_provider.model.connection import ConnectionIdentity

_NOBODYS = -1
_SHAPED_FROM = 500
"""Distinct statements from which on those that differ in their values only are told as one: a loop that writes
values into its texts would leave no room for what comes after it."""
_MOST_ROWS = 2**62
"""Some drivers say "unknown" with the largest number they have."""


class DriverSession:
    """What is remembered beside a connection object, for it may live longer than the attempt.

    :param identify: computes the identity when the first statement ends; ``None`` where the data is nobody
        else's.
    """

    __slots__ = ("_connections", "_identify", "_identity", "_index", "_shapes", "source")

    def __init__(self, source: str, identify: Callable[[], ConnectionIdentity | None]) -> None:
        self.source = source
        self._identify: Callable[[], ConnectionIdentity | None] | None = identify
        self._identity: ConnectionIdentity | None = None
        self._connections: Any = None
        self._index = _NOBODYS
        self._shapes: dict[str, str] = {}

    def ran(self, sql: Any, rows: int | None = None, failed: bool = False, *, context: Any = None) -> None:
        """Report a statement that ended. Never raises.

        :param sql: as the driver was given it: text, bytes or one of the driver's own objects.
        :param rows: as the driver counts them.
        :param context: what the driver's own objects need to become text.
        """
        try:
            index = self._index
            if self._connections is not OBSERVER.connections:
                index = self._enter()
            if index != _NOBODYS:
                if type(sql) is not str:
                    sql = text_of(sql, context)
                if rows is not None and not 0 <= rows < _MOST_ROWS:
                    rows = None
                known_statements = OBSERVER.statements
                known = known_statements.get((index, sql))
                if known is not None and (known.executed or failed):
                    # Nothing new but rows: most statements of a loop end here.
                    if rows is None:
                        return
                    if not OBSERVER.is_child:
                        known.rows = rows + (known.rows or 0)
                        return
                if known is not None or len(known_statements) < _SHAPED_FROM or len(sql) > MOST_READ:
                    OBSERVER.ran(index, sql, rows=rows, failed=failed)
                    return
                shape = shape_of(sql)
                sql = self._shapes.get(shape, sql)
                OBSERVER.ran(index, sql, rows=rows, failed=failed)
                if (index, sql) in known_statements:
                    # Of what the observer had no room for nothing is kept here either.
                    self._shapes.setdefault(shape, sql)
        except Exception as error:
            OBSERVER.failed(self.source, error)

    @property
    def is_current(self) -> bool:
        """Whether a statement was reported here since the observer began."""
        return self._connections is OBSERVER.connections

    def has_run(self, sql: Any) -> bool:
        """Whether a statement is known already, or nobody wants to know it."""
        index = self._index if self.is_current else self._enter()
        return index == _NOBODYS or (index, sql) in OBSERVER.statements

    def _enter(self) -> int:
        """Register with an observer that has begun anew since the last statement."""
        connections = OBSERVER.connections
        self._shapes = {}
        if self._identify is not None:
            # Let go of before it is called: it may hold the connection, which would hold itself through us.
            identify, self._identify = self._identify, None
            self._identity = identify()
        identity = self._identity
        self._index = _NOBODYS if identity is None or is_metadata(identity) else OBSERVER.connection(identity)
        self._connections = connections
        return self._index


def text_of(sql: Any, context: Any = None) -> str:
    """Text of a statement in any of the forms that drivers take."""
    if isinstance(sql, str):
        return str(sql)
    if isinstance(sql, bytes | bytearray | memoryview):
        return bytes(sql).decode("utf-8", "replace")
    if hasattr(sql, "as_string"):
        return str(sql.as_string(context))
    return str(sql)


ATTRIBUTE = "_lineage"
"""Where a connection object carries its session."""


def session_of(
    connection: Any, source: str, identify: Callable[[Any], ConnectionIdentity | None]
) -> DriverSession:
    """Session of a connection object that takes attributes, made at its first statement."""
    session = getattr(connection, ATTRIBUTE, None)
    if not isinstance(session, DriverSession):
        session = DriverSession(source, lambda: identify(connection))
        setattr(connection, ATTRIBUTE, session)
    return session


def session_below(cursor: Any) -> DriverSession | None:
    """Session of the driver's connection behind a cursor that a library of a higher level holds, if it has one."""
    session = getattr(getattr(cursor, "connection", None), ATTRIBUTE, None)
    return session if isinstance(session, DriverSession) else None
