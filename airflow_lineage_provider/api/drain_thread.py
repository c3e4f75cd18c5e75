"""The thread that drains the mailbox while an API server lives, or while ``airflow lineage drain --loop`` runs."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from airflow_lineage_provider import config
from airflow_lineage_provider.mailbox.drainer import Drainer

log = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0


class DrainThread:
    """Drains every interval and reconciles in between, until it is stopped."""

    def __init__(self, make_drainer: Callable[[], Drainer] = Drainer) -> None:
        self._make_drainer = make_drainer
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.run, name="lineage-drain", daemon=True)
        self.last_drained: float | None = None
        """``time.time()`` of the last pass that worked; ``None`` before the first."""
        self.last_error: str | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Ask the thread to end after the row it is at, and wait for it."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def run(self) -> None:
        """Work until stopped. A pass that fails is logged once and tried again, later and later."""
        pause = interval = config.drain_interval()
        drainer: Drainer | None = None
        reconciled = 0.0
        while not self._stop.is_set():
            try:
                drainer = drainer or self._make_drainer()
                drainer.drain()
                if time.monotonic() - reconciled >= config.reconcile_interval():
                    reconciled = time.monotonic()
                    drainer.reconcile()
            except Exception as error:
                message = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
                if message != self.last_error:
                    log.warning("The lineage mailbox cannot be drained: %s; trying again", message)
                    log.debug("Draining failed", exc_info=True)
                self.last_error = message
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self.last_drained, self.last_error, pause = time.time(), None, interval
            self._stop.wait(pause)
