"""Python's collector of cycles, out of the way while an answer is made."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_PAUSED = threading.Lock()


@contextmanager
def paused_collector() -> Iterator[None]:
    """Make no collection inside the block.

    An answer is tens of thousands of small objects without a cycle among them. Each few hundred of them start a
    collection, and now and then one of everything an API server has in memory, which takes longer than the answer.
    What can pile up is bounded by the cap on nodes. Only one block at a time does it, so that a server that is
    asked without end still collects.
    """
    if not gc.isenabled() or not _PAUSED.acquire(blocking=False):
        yield
        return
    try:
        gc.disable()
        yield
    finally:
        gc.enable()
        _PAUSED.release()
