"""The threads that work while an API server lives, or while ``airflow lineage drain --loop`` runs."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from airflow_lineage_provider import config
from airflow_lineage_provider.mailbox.drainer import Drainer

log = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0
_LONGEST_GOODBYE = 10.0


class DrainThread:
    """Drains every interval until it is stopped, and reconciles beside it: no task waits for that."""

    def __init__(self, make_drainer: Callable[[], Drainer] = Drainer) -> None:
        self._make_drainer = make_drainer
        self._stop = threading.Event()
        self._drained = threading.Event()
        self._thread = threading.Thread(target=self.run, name="lineage-drain", daemon=True)
        self._errors: dict[str, str] = {}
        """What each kind of work failed with, as long as it does."""
        self.last_drained: float | None = None
        """``time.time()`` of the last pass that worked; ``None`` before the first."""

    @property
    def last_error(self) -> str | None:
        return next(iter(self._errors.copy().values()), None)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = _LONGEST_GOODBYE) -> None:
        """Ask the threads to end after the transaction they are in, and wait for them."""
        self._stop.set()
        self._drained.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def run(self) -> None:
        """Work until stopped. A pass that fails is logged once and tried again, later and later."""
        pause = interval = config.drain_interval()
        drainer: Drainer | None = None
        reconciling: threading.Thread | None = None
        while not self._stop.is_set():
            try:
                drainer = drainer or self._make_drainer()
                drainer.drain()
            except Exception as error:
                self._failed("drained", error)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self._errors.pop("drained", None)
                self.last_drained, pause = time.time(), interval
                self._drained.set()
                if reconciling is None:
                    reconciling = threading.Thread(
                        target=self._reconcile, args=(drainer,), name="lineage-reconcile", daemon=True
                    )
                    reconciling.start()
            self._stop.wait(pause)
        if reconciling is not None:
            reconciling.join(_LONGEST_GOODBYE)

    def _reconcile(self, drainer: Drainer) -> None:
        pause = config.reconcile_interval()
        while True:
            # What waits in the mailbox is no missing record: a pass over it comes first.
            self._drained.wait()
            if self._stop.is_set():
                return
            self._drained.clear()
            try:
                drainer.reconcile()
                drainer.report()
            except Exception as error:
                self._failed("reconciled", error)
            else:
                self._errors.pop("reconciled", None)
            self._stop.wait(pause)

    def _failed(self, what: str, error: Exception) -> None:
        message = f"{type(error).__name__}: {next(iter(str(error).splitlines()), '')}"
        if message != self._errors.get(what):
            log.warning("The lineage mailbox cannot be %s: %s; trying again", what, message)
            log.debug("The lineage mailbox cannot be %s", what, exc_info=error)
        self._errors[what] = message
