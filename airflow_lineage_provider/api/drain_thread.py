"""The threads that work while an API server lives, or while ``airflow lineage drain --loop`` runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial

from airflow_lineage_provider import config
from airflow_lineage_provider.api.server_thread import LONGEST_GOODBYE, LONGEST_PAUSE, ServerThread
from airflow_lineage_provider.mailbox.drainer import Drainer

DRAINING, RECONCILING = "Draining the mailbox", "Reconciling lineage with Airflow's attempts"


class DrainThread(ServerThread):
    """Drains every interval until it is stopped, and reconciles beside it: no task waits for that."""

    name = "lineage-drain"

    def __init__(self, make_drainer: Callable[[], Drainer] = Drainer) -> None:
        super().__init__()
        self._make_drainer = make_drainer
        self._drained = threading.Event()
        self.last_drained: float | None = None
        """``time.time()`` of the last pass that worked; ``None`` before the first."""

    def stop(self, timeout: float = LONGEST_GOODBYE) -> None:
        self._stop.set()
        self._drained.set()
        super().stop(timeout)

    def run(self) -> None:
        """Work until stopped. A pass that fails is tried again, later and later."""
        pause = interval = config.drain_interval()
        drainer: Drainer | None = None
        reconciling: threading.Thread | None = None
        while not self._stop.is_set():
            try:
                drainer = drainer or self._make_drainer()
                drainer.drain()
            except Exception as error:
                self._failures.failed(DRAINING, error)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self._failures.works(DRAINING)
                self.last_drained, pause = time.time(), interval
                self._drained.set()
                if reconciling is None:
                    reconciling = threading.Thread(
                        target=self._reconcile, args=(drainer,), name="lineage-reconcile", daemon=True
                    )
                    reconciling.start()
            self._stop.wait(pause)
        if reconciling is not None:
            reconciling.join(LONGEST_GOODBYE)

    def _reconcile(self, drainer: Drainer) -> None:
        pause = config.reconcile_interval()
        while True:
            # What waits in the mailbox is no missing record: a pass over it comes first.
            self._drained.wait()
            if self._stop.is_set():
                return
            self._drained.clear()
            self._failures.attempt(RECONCILING, partial(_reconcile_once, drainer))
            self._stop.wait(pause)


def _reconcile_once(drainer: Drainer) -> None:
    drainer.reconcile()
    drainer.report()
