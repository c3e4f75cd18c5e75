"""Code of operators is asked what it would do, and may ask nobody for the answer: no network, no database, no program."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

_OUT = frozenset(
    {
        "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "sqlite3.connect",
        "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.remove", "os.rename", "os.rmdir",
        "shutil.rmtree", "urllib.Request",
    }
)  # fmt: skip
"""Audit events of Python. Reading files is none of them."""
_is_refused: ContextVar[bool] = ContextVar("calls_out_refused", default=False)


class CallsOut(RuntimeError):
    """Code that was to be asked alone wanted to reach something."""


@contextmanager
def no_calls_out() -> Iterator[None]:
    """Refuse, in this thread, whatever reaches beyond the process."""
    _install()
    token = _is_refused.set(True)
    try:
        yield
    finally:
        _is_refused.reset(token)


@cache
def _install() -> None:
    # Python has no way to take an audit hook back; it does nothing where nobody asked.
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: object) -> None:
    if event in _OUT and _is_refused.get():
        raise CallsOut(event)
