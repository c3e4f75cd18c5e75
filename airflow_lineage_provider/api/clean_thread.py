"""The thread that cleans while an API server lives: every ``clean_interval``, on one server at a time."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

from airflow_lineage_provider import config
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from airflow_lineage_provider.store.retention.cleaner import Cleaner
from airflow_lineage_provider.store.retention.policy import Policy
from airflow_lineage_provider.store.retention.report import Report
from airflow_lineage_provider.store.watermarks import take_turn

log = logging.getLogger(__name__)

TURN = "retention.turn"
LOOKS_EVERY = 300.0
"""Seconds between looks at whose turn it is."""


class CleanThread:
    """Cleans whenever ``clean_interval`` went by since any server did; never where the option is 0."""

    def __init__(self, sessions: OwnTransactions | None = None, looks_every: float = LOOKS_EVERY) -> None:
        self._sessions = sessions or OwnTransactions()
        self._looks_every = looks_every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.run, name="lineage-clean", daemon=True)
        self.last_report: Report | None = None
        self.last_error: str | None = None

    def start(self) -> None:
        """Start, where there is anything to do."""
        if config.clean_interval() is not None:
            self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Ask the thread to end after the transaction it is in, and wait for it."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def run(self) -> None:
        """Look until stopped. A clean that fails is logged, and tried again when it is due the next time."""
        every = config.clean_interval()
        while every is not None and not self._stop.wait(self._looks_every):
            try:
                self._look(every)
            except Exception as error:
                self.last_error = f"{type(error).__name__}: {next(iter(str(error).splitlines()), '')}"
                log.warning("Lineage could not be cleaned: %s", self.last_error)
                log.debug("Lineage could not be cleaned", exc_info=error)
            else:
                self.last_error = None

    def _look(self, every: timedelta) -> None:
        with self._sessions.writing() as session:
            if not take_turn(TURN, every, now=datetime.now(UTC), session=session):
                return
        cleaner = Cleaner(
            Policy.configured(),
            self._sessions,
            is_stopped=self._stop.is_set,
            pause=self._stop.wait,
            actor="clean thread",
        )
        report = cleaner.clean()
        if report is None:
            return
        self.last_report = report
        gone = ", ".join(f"{swept.rows} {swept.kind}" for swept in report.swept if swept.rows)
        log.info("Lineage is cleaned: %s deleted", gone or "nothing")
