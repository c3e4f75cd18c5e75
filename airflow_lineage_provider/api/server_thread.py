"""The life of a thread that works while an API server lives, or while ``airflow lineage drain --loop`` runs."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from typing import ClassVar

from airflow_lineage_provider.api.failures import Failures

LONGEST_PAUSE = 30.0
"""Seconds between tries where nothing works."""
LONGEST_GOODBYE = 10.0


class ServerThread(ABC):
    """Starts where there is anything to do, ends when it is asked to, and never with an error."""

    name: ClassVar[str]
    """Of the thread."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.run, name=self.name, daemon=True)
        self._failures = Failures(logging.getLogger(type(self).__module__))

    @abstractmethod
    def run(self) -> None:
        """Work until stopped."""

    def is_wanted(self) -> bool:
        """Whether the configuration leaves it anything to do."""
        return True

    def start(self) -> None:
        if self.is_wanted():
            self._thread.start()

    def stop(self, timeout: float = LONGEST_GOODBYE) -> None:
        """Ask the thread to end after what it is doing, a transaction or an event, and wait for it.

        :param timeout: seconds to wait.
        """
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def last_error(self) -> str | None:
        """What fails at present, and why."""
        return self._failures.first
