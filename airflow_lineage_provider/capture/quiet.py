"""How capture keeps out of the way of the task's clock."""

from __future__ import annotations

import contextvars
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from airflow_lineage_provider.mailbox import supervisor

_WAY_OUT = 0.05
"""Seconds that the task's clock gets at least when it goes on."""


def within(work: Callable[[], None], seconds: float) -> bool:
    """Run ``work`` for at most ``seconds``; ``False`` if it is still at it."""
    if supervisor.is_in_process():
        # dag.test() hands replies round in one queue: a thread left behind would take another's.
        work()
        return True
    # Operators may ask for the current context, which is a context variable.
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(work,), name="lineage-late-segment", daemon=True)
    thread.start()
    thread.join(seconds)
    return not thread.is_alive()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold back the task's own timeout while we work.

    ``execution_timeout`` rings by SIGALRM. Were it to ring in the middle of a message to the supervisor, the
    conversation would be out of step; were it to ring after the task's own work ended, a success would become a
    failure because of us. So the clock stands still: the time that was left is left afterwards. Blocking the signal
    would not do: the kernel gives it to another thread then, and Python runs the handler all the same.
    """
    is_ours = threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer")
    left, interval = signal.setitimer(signal.ITIMER_REAL, 0) if is_ours else (0.0, 0.0)
    try:
        yield
    finally:
        if left:
            # The way out of our frames is not the task's time either.
            signal.setitimer(signal.ITIMER_REAL, max(left, _WAY_OUT), interval)
