"""Runs what calls native code on other people's text where its crash costs nobody anything: in a forked process."""

from __future__ import annotations

import os
import pickle
import select
import signal
import time
import warnings
from collections.abc import Callable

from airflow_lineage_provider.capture.extractors.extractor import Extraction

SECONDS = 1.5
"""Longest time that the process may take."""
_CRASHED = "shell: the command could not be read, its reader ended early"


def isolated(work: Callable[[Extraction], None], extraction: Extraction) -> None:
    """Have ``work`` fill an extraction in a forked process and take over what it found.

    The grammar is C: a text that crashes it must not take the task with it. The process speaks to nobody but us and
    ends without any of the task's cleaning up.
    """
    reader, writer = os.pipe()
    try:
        with warnings.catch_warnings():
            # Python warns of threads that may hold a lock; the child takes none of theirs and is given up in time.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
    except OSError:
        os.close(reader)
        os.close(writer)
        extraction.left_out("shell: no process could be started to read the command")
        return
    if child == 0:
        _work_and_exit(work, writer)
    os.close(writer)
    answer = None
    try:
        answer = _answer(reader)
    finally:
        os.close(reader)
        if answer is None:
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    found = pickle.loads(answer) if answer else None  # noqa: S301 - of our own child
    if isinstance(found, Extraction):
        extraction.inputs += found.inputs
        extraction.outputs += found.outputs
        extraction.statements += found.statements
        extraction.job_facets |= found.job_facets
        extraction.truncated += found.truncated
    elif isinstance(found, Exception):
        raise found
    else:
        extraction.left_out(_CRASHED)


def _work_and_exit(work: Callable[[Extraction], None], writer: int) -> None:
    try:
        found = Extraction()
        problem = None
        try:
            work(found)
        except Exception as error:
            problem = RuntimeError(f"{type(error).__name__}: {error}")
        answer = pickle.dumps(problem or found)
        while answer:
            answer = answer[os.write(writer, answer) :]
    finally:
        os._exit(0)


def _answer(reader: int) -> bytes | None:
    """Everything until the other end closes; ``None`` if that takes too long."""
    parts: list[bytes] = []
    until = time.monotonic() + SECONDS
    while True:
        ready, _, _ = select.select([reader], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            return None
        part = os.read(reader, 1 << 16)
        if not part:
            return b"".join(parts)
        parts.append(part)
