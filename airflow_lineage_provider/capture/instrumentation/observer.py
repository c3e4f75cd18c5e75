"""Where instrumentation reports what it sees: bounded, cheap, and idle while no attempt is observed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from airflow_lineage_provider.capture.instrumentation.sighting import AFTER, Act, Detail, Trace
from airflow_lineage_provider.capture.instrumentation.spool import Spool
from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.error_text import message_of
from airflow_lineage_provider.model.io_entry import Column

MAX_NAMES = 20_000
"""Distinct names kept per attempt; acts on further ones are counted."""
MAX_STATEMENTS = 2_000
"""Distinct statements kept per attempt; further ones are counted."""
MAX_STATEMENT_CHARACTERS = 4_000_000
"""Characters of all statements kept per attempt."""
MAX_CONNECTIONS = 500
"""Distinct connections kept per attempt; statements on further ones are counted."""
MAX_COLUMNS = 5_000
"""Columns kept of all datasets of an attempt; datasets whose columns are left out are counted."""
MAX_ERRORS = 20
_TOLD_EVERY = 256
"""Executions of one statement after which a forked process tells their rows; fewer may be lost at its end."""

NOWHERE = -1
"""Index of connections for which there was no room."""

Name = str | DatasetId
"""An absolute path or a URI as the task spelled it (resolved when the attempt ends), or a finished identity."""


class Execution:
    """One statement text on one connection, however often it ran."""

    __slots__ = ("executed", "rows", "untold", "untold_rows")

    def __init__(self) -> None:
        self.untold = 0
        self.untold_rows: int | None = None
        self.executed = False
        """Whether it ended without an error at least once."""
        self.rows: int | None = None
        """Rows of all its executions, where the driver told."""


class Observer:
    """What one attempt's process was seen doing.

    Threads of the task report here like the task itself. No lock: each report is a few operations on a dict, and
    what two threads can lose against each other is a repeated report. Forked processes report through a spool
    that the task's own process reads at the end.
    """

    def __init__(self) -> None:
        self.active = False
        """Whether an attempt is observed: what every wrapper asks before anything else."""
        self.traces: dict[Name, int] = {}
        self.details: dict[Name, Detail] = {}
        self.statements: dict[tuple[int, str], Execution] = {}
        self.connections: list[ConnectionIdentity] = []
        self.errors: dict[str, BaseException] = {}
        self.noisy: tuple[str, ...] = ()
        """Beginnings of local paths that are no data."""
        self.lost_names = 0
        self.lost_statements = 0
        self.lost_columns = 0
        self._characters = 0
        self._columns = 0
        self._places: dict[tuple[object, ...], int] = {}
        self._folders: set[str] | None = None
        """Folders of all names, once somebody has asked what is below one."""
        self._spool = Spool()
        self.is_child = False
        """Whether this process was forked from the one that is observed."""
        self._has_children = False
        self._is_listening = False
        self.is_plain = False
        """Whether a first sight of a name comes to nothing but its trace: nobody has forked or asked for folders."""

    def start(self, noisy: tuple[str, ...] = ()) -> None:
        """Forget what was and begin to observe.

        :param noisy: beginnings of local paths that are no data, see ``noise.prefixes``.
        """
        self.noisy = noisy
        self.traces, self.details, self.statements, self.connections, self.errors = {}, {}, {}, [], {}
        self.lost_names = self.lost_statements = self.lost_columns = self._characters = self._columns = 0
        self._places, self._folders = {}, None
        self.is_child = self._has_children = self._is_listening = False
        self.is_plain = True
        self._spool.open()
        self.active = True

    def stop(self) -> None:
        """Observe no more, and take in what forked processes saw."""
        if not self.active:
            return
        self.active = False
        try:
            self._listen()
            if self._spool.is_full:
                self.failed("forks", RuntimeError("forked processes reported more than there was room for"))
        finally:
            self._spool.close()

    def forked(self) -> None:
        """Tell the observer that it lives in a forked process now: to be called there, after the fork."""
        self.is_child = self.active and self._spool.is_foreign
        self._has_children = self.is_plain = False

    def has_forked(self) -> None:
        """Tell the observer that this process has forked another: to be called here, after the fork."""
        self._has_children = self.active and not self.is_child
        self.is_plain = False

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Do something of our own unobserved."""
        before, self.active = self.active, False
        try:
            yield
        finally:
            self.active = before

    def saw(self, act: Act, name: Name, detail: Detail | None = None) -> None:
        """Report an act on a path, a URI or a dataset. A fraction of a microsecond for what was seen before.

        Paths must be absolute: the working directory may be another one when the attempt ends.
        """
        traces = self.traces
        before = traces.get(name, 0)
        if not before and self._has_children:
            # What a child made is no input of its parent's.
            self._listen()
            before = traces.get(name, 0)
        after = AFTER[act][before]
        if after != before:
            if not before and len(traces) >= MAX_NAMES:
                self.lost_names += 1
                return
            traces[name] = after
            if not before and self._folders is not None and isinstance(name, str):
                _add_folders(name, self._folders)
            if after & Trace.OUTPUT and not before & Trace.OUTPUT:
                # What it held when it was read is not what it holds now.
                self.details.pop(name, None)
        if detail is not None:
            known = self.details.get(name)
            if detail.columns and (known is None or known.columns != detail.columns):
                self._columns += len(detail.columns)
                if self._columns > MAX_COLUMNS:
                    self._columns -= len(detail.columns)
                    self.lost_columns += 1
                    detail.columns = None
            if known is None:
                self.details[name] = detail
            else:
                known.merge(detail)
        if self.is_child and (after != before or detail is not None):
            self._spool.write(["saw", int(act), _name_to_wire(name), asdict(detail) if detail else None])

    def renamed(self, source: Name, target: Name, *, is_file: bool = False) -> None:
        """Report that a file or a directory with everything in it has another name now.

        :param is_file: it is known to have nothing in it, which spares the search.
        """
        if self._has_children:
            self._listen()
        moved = [(source, target)]
        if isinstance(source, str) and isinstance(target, str) and not is_file:
            length = len(source.rstrip("/")) + 1
            there = [
                name for name in self._below(source) if not self.traces[name] & (Trace.GONE | Trace.DROPPED)
            ]
            below = [(name, target.rstrip("/") + "/" + name[length:]) for name in there]
            # A directory that a library wrote as one dataset moves with what is in it.
            moved = below + (moved if self.traces.get(source) else []) or moved
        for old, new in moved:
            if not self.traces.get(old, 0) & Trace.OUTPUT:
                self.saw(Act.READ, old)
            detail = self.details.get(old)
            self.saw(Act.DELETE, old)
            self.saw(Act.WRITE, new, detail)

    def removed_tree(self, directory: str) -> None:
        """Report that a directory and all below it is gone. Only what was seen before becomes a trace."""
        if self._has_children:
            self._listen()
        for name in self._below(directory):
            self.saw(Act.DELETE, name)
        if self.traces.get(directory):
            self.saw(Act.DELETE, directory)

    def _below(self, directory: str) -> list[str]:
        if self._folders is None:
            self._folders, self.is_plain = set(), False
            for name in self.traces.copy():
                if isinstance(name, str):
                    _add_folders(name, self._folders)
        if directory.rstrip("/") not in self._folders:
            return []
        prefix = directory.rstrip("/") + "/"
        # A copy: other threads go on reporting.
        return [name for name in self.traces.copy() if isinstance(name, str) and name.startswith(prefix)]

    def connection(self, identity: ConnectionIdentity) -> int:
        """Register where statements will run, once per connection; returns the index to report them with."""
        extra = tuple(sorted(identity.extra.items()))
        key = (identity.conn_type, identity.host, identity.port, identity.database, identity.schema,
               identity.namespace, identity.conn_id, extra)  # fmt: skip
        place = self._places.get(key)
        if place is None:
            if len(self.connections) >= MAX_CONNECTIONS:
                return NOWHERE
            self.connections.append(identity)
            place = self._places[key] = len(self.connections) - 1
        return place

    def ran(self, connection: int, sql: str, *, rows: int | None = None, failed: bool = False) -> None:
        """Report a statement that ended.

        :param connection: what :meth:`connection` returned.
        :param rows: rows it read or wrote, where the driver knows.
        """
        key = (connection, sql)
        execution = self.statements.get(key)
        if execution is None:
            if (
                connection == NOWHERE
                or len(self.statements) >= MAX_STATEMENTS
                or self._characters + len(sql) > MAX_STATEMENT_CHARACTERS
            ):
                self.lost_statements += 1
                return
            self._characters += len(sql)
            execution = self.statements[key] = Execution()
        if not failed:
            execution.executed = True
        if rows is not None and rows >= 0:
            execution.rows = (execution.rows or 0) + rows
        if self.is_child:
            self._tell(connection, sql, execution, rows, failed)

    def _tell(self, connection: int, sql: str, execution: Execution, rows: int | None, failed: bool) -> None:
        if rows is not None and rows >= 0:
            execution.untold_rows = (execution.untold_rows or 0) + rows
        if execution.untold % _TOLD_EVERY == 0 or failed:
            identity = self.connections[connection].to_wire()
            self._spool.write(["ran", identity, sql, execution.untold_rows, failed])
            execution.untold_rows = None
        execution.untold += 1

    def failed(self, source: str, error: BaseException) -> None:
        """Report that a source could not understand what it saw. One error per source and kind is kept."""
        key = f"{source} {type(error).__name__}"
        if key not in self.errors and len(self.errors) < MAX_ERRORS:
            # Not the frames of the task, which would be kept alive with all that is in them.
            error.__context__ = error.__cause__ = None
            self.errors[key] = error.with_traceback(None)
            if self.is_child:
                self._spool.write(["failed", source, type(error).__name__, message_of(error)])

    def _listen(self) -> None:
        """Take in what forked processes have reported since the last time."""
        if self._is_listening:
            return
        self._is_listening = True
        try:
            for report in self._spool.read():
                try:
                    self._take(report)
                except Exception as error:
                    self.failed("forks", error)
        finally:
            self._is_listening = False

    def _take(self, report: list[Any]) -> None:
        kind, *rest = report
        if kind == "saw":
            act, name, detail = rest
            self.saw(Act(act), _name_from_wire(name), _detail(detail))
        elif kind == "ran":
            identity, sql, rows, failed = rest
            connection = self.connection(ConnectionIdentity(**identity))
            self.ran(connection, sql, rows=rows, failed=failed)
        elif kind == "failed":
            source, error, message = rest
            self.errors.setdefault(f"{source} {error}", RuntimeError(f"in a forked process: {message}"))


OBSERVER = Observer()
"""The one of this process: a task process runs one attempt at a time."""


def _add_folders(name: str, folders: set[str]) -> None:
    folder = name.rpartition("/")[0]
    while folder and folder not in folders:
        folders.add(folder)
        folder = folder.rpartition("/")[0]


def _name_to_wire(name: Name) -> Any:
    return name if isinstance(name, str) else [name.namespace, name.name]


def _name_from_wire(wire: Any) -> Name:
    return wire if isinstance(wire, str) else DatasetId(*wire)


def _detail(wire: dict[str, Any] | None) -> Detail | None:
    if wire is None:
        return None
    columns = wire.pop("columns")
    return Detail(**wire, columns=tuple(Column(**column) for column in columns) if columns else None)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=OBSERVER.forked, after_in_parent=OBSERVER.has_forked)
