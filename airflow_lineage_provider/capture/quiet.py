"""How capture keeps out of the way of the task's clock."""

from __future__ import annotations

import contextvars
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from airflow_lineage_provider.mailbox import supervisor

log = logging.getLogger(__name__)


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
    conversation would be out of step; were it to ring after the task's own work ended, a success would
    become a failure because of us. What rang meanwhile is about our time and is dropped.
    """
    from airflow.sdk.exceptions import AirflowTaskTimeout

    masked = threading.current_thread() is threading.main_thread() and hasattr(signal, "pthread_sigmask")
    if masked:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    try:
        yield
    finally:
        if masked:
            try:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
                # Python runs the handler of a pending signal at the next opportunity: make it here.
                time.sleep(0)
            except AirflowTaskTimeout:
                log.debug("The task's timeout rang while its lineage was captured")
