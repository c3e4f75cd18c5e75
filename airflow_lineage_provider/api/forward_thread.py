"""The thread that sends queued events while an API server lives."""

from __future__ import annotations

import time
from collections.abc import Callable

from airflow_lineage_provider import config
from airflow_lineage_provider.api.forwarder import Forwarder
from airflow_lineage_provider.api.server_thread import LONGEST_PAUSE, ServerThread

INTERVAL = 1.0
"""Seconds between passes."""
FORWARDING = "Working off the queue of outgoing lineage events"


class ForwardThread(ServerThread):
    """Sends every second until it is stopped; never starts where nothing is to be forwarded.

    No task, drain or request waits for it: it has a thread and sessions of its own.

    :param make_forwarder: makes a forwarder from what says whether to stop.
    """

    name = "lineage-forward"

    def __init__(self, make_forwarder: Callable[[Callable[[], bool]], Forwarder] | None = None) -> None:
        super().__init__()
        self._make_forwarder = make_forwarder or (lambda is_stopping: Forwarder(is_stopping=is_stopping))
        self._forwarder: Forwarder | None = None
        self.last_sent: float | None = None
        """``time.time()`` of the last pass that sent anything; ``None`` before the first."""

    @property
    def last_error(self) -> str | None:
        """Why nothing, or not everything, can be sent at present."""
        if (error := super().last_error) is not None or self._forwarder is None:
            return error
        problems = self._forwarder.problems.items()
        return "; ".join(f"{name}: {problem}" for name, problem in problems) or None

    def is_wanted(self) -> bool:
        return config.transport() is not None

    def run(self) -> None:
        """Work until stopped. A pass that fails is tried again, later and later."""
        pause = INTERVAL
        while not self._stop.is_set():
            try:
                self._forwarder = self._forwarder or self._make_forwarder(self._stop.is_set)
                if self._forwarder.forward().sent:
                    self.last_sent = time.time()
            except Exception as error:
                self._failures.failed(FORWARDING, error)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self._failures.works(FORWARDING)
                pause = INTERVAL
            self._stop.wait(pause)
        if self._forwarder is not None:
            self._forwarder.close()
