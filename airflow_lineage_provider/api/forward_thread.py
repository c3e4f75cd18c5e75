"""The thread that sends queued events while an API server lives."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from airflow_lineage_provider import config
from airflow_lineage_provider.api.forwarder import Forwarder

log = logging.getLogger(__name__)

INTERVAL = 1.0
LONGEST_PAUSE = 30.0
_LONGEST_GOODBYE = 10.0


class ForwardThread:
    """Sends every second until it is stopped; ends at once where nothing is to be forwarded.

    No task, drain or request waits for it: it has a thread and sessions of its own.

    :param make_forwarder: makes a forwarder from what says whether to stop.
    """

    def __init__(self, make_forwarder: Callable[[Callable[[], bool]], Forwarder] | None = None) -> None:
        self._make_forwarder = make_forwarder or (lambda is_stopping: Forwarder(is_stopping=is_stopping))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.run, name="lineage-forward", daemon=True)
        self._forwarder: Forwarder | None = None
        self._error: str | None = None
        self.last_sent: float | None = None
        """``time.time()`` of the last pass that sent anything; ``None`` before the first."""

    @property
    def last_error(self) -> str | None:
        """Why nothing, or not everything, can be sent at present."""
        if self._error is not None or self._forwarder is None:
            return self._error
        problems = self._forwarder.problems.items()
        return "; ".join(f"{name}: {problem}" for name, problem in problems) or None

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = _LONGEST_GOODBYE) -> None:
        """Ask the thread to end after the event it is sending, and wait for it."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def run(self) -> None:
        """Work until stopped. A pass that fails is logged once and tried again, later and later."""
        if config.transport() is None:
            return
        pause = INTERVAL
        while not self._stop.is_set():
            try:
                self._forwarder = self._forwarder or self._make_forwarder(self._stop.is_set)
                if self._forwarder.forward().sent:
                    self.last_sent = time.time()
            except Exception as error:
                self._failed(error)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self._error, pause = None, INTERVAL
            self._stop.wait(pause)
        if self._forwarder is not None:
            self._forwarder.close()

    def _failed(self, error: Exception) -> None:
        message = f"{type(error).__name__}: {next(iter(str(error).splitlines()), '')}"
        if message != self._error:
            log.warning(
                "The queue of outgoing lineage events cannot be worked off: %s; trying again", message
            )
            log.debug("The queue of outgoing lineage events cannot be worked off", exc_info=error)
        self._error = message
