"""How much work a piece of code is, measured so that other work on the machine makes little difference."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def cpu_below(seconds: float, action: Callable[[], T]) -> T:
    """Return what ``action`` returns; fail where it takes more seconds of CPU time, forked processes included.

    Counted are this thread and the children that ended meanwhile; time in which they wait, for a processor too, does
    not count. A busy machine still makes the same work up to about twice as long: a limit has to leave room for that.
    """
    begun = _spent()
    result = action()
    taken = _spent() - begun
    assert taken < seconds, f"took {taken:.3f} s of CPU time, not less than {seconds} s"
    return result


def _spent() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.thread_time() + children.ru_utime + children.ru_stime
