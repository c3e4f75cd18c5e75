"""What processes that a task forks have to say, on its way to the task's own process."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from typing import Any

MAX_BYTES = 8_000_000
"""Bytes that all forked processes of one attempt may write; what would go beyond is lost."""
_FULL = b"[]\n"
"""What a process writes last that has found no room."""


class Spool:
    """A nameless file that is open before the fork, so that parent and children share it and its end.

    Every report is one write of one line: children that end by ``os._exit`` or by a signal have said all they saw.

    The task owns all descriptors of its process. It may close ours with all others (daemons do), and the number may
    be a file of its own by then: nothing is read, written or closed before it is known to be the file we opened.
    """

    def __init__(self) -> None:
        self._descriptor = -1
        self._identity = (0, 0)
        self._owner = 0
        self._taken = 0
        self._is_closing = False
        self.is_full = False
        """Whether reports were lost, as far as has been read."""

    def open(self) -> None:
        """Make the file, in the process that will read it. Without one, forked processes are not heard."""
        self.close()
        self._owner = os.getpid()
        self._taken = 0
        self._is_closing = self.is_full = False
        try:
            self._descriptor = _nameless_file()
        except OSError:
            return
        found = os.fstat(self._descriptor)
        self._identity = (found.st_dev, found.st_ino)

    @property
    def is_foreign(self) -> bool:
        """Whether this process was forked from the one that reads."""
        return self._descriptor >= 0 and os.getpid() != self._owner

    def write(self, report: list[Any]) -> None:
        """Add a report, in a forked process. What there is no room for is lost."""
        size = self._size()
        if size < 0 or self._is_closing:
            return
        line = json.dumps(report).encode() + b"\n"
        if size + len(line) > MAX_BYTES:
            self._is_closing = True
            line = _FULL
        try:
            os.write(self._descriptor, line)
        except OSError:
            self._is_closing = True

    def read(self) -> Iterator[list[Any]]:
        """Every report since the last reading, in order, in the process that made the spool."""
        size = self._size()
        while self._taken < size:
            chunk = os.pread(self._descriptor, MAX_BYTES, self._taken)
            # The end of the last line may be on its way.
            whole = chunk[: chunk.rfind(b"\n") + 1]
            if not whole:
                return
            self._taken += len(whole)
            for line in whole.splitlines():
                try:
                    report = json.loads(line)
                except ValueError:
                    # A child was killed in the middle of its line.
                    continue
                if not report:
                    self.is_full = True
                elif isinstance(report, list):
                    yield report

    def close(self) -> None:
        if self._size() >= 0:
            os.close(self._descriptor)
        self._descriptor = -1

    def _size(self) -> int:
        """Bytes in the file; -1 if it is not open, or not ours any more."""
        if self._descriptor < 0:
            return -1
        try:
            found = os.fstat(self._descriptor)
        except OSError:
            return -1
        return found.st_size if (found.st_dev, found.st_ino) == self._identity else -1


def _nameless_file() -> int:
    try:
        # No directory, no disk, no name that anybody has to delete.
        descriptor = os.memfd_create("lineage-spool", os.MFD_CLOEXEC)
    except (AttributeError, OSError):
        with tempfile.TemporaryFile(buffering=0) as file:
            descriptor = os.dup(file.fileno())
    # Children write side by side.
    fcntl.fcntl(descriptor, fcntl.F_SETFL, os.O_APPEND)
    return descriptor
