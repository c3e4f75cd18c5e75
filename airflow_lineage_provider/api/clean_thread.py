"""The thread that cleans while an API server lives: every ``clean_interval``, on one server at a time."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from functools import partial

from airflow_lineage_provider import config
from airflow_lineage_provider.api.server_thread import ServerThread
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from airflow_lineage_provider.store.retention.cleaner import Cleaner
from airflow_lineage_provider.store.retention.policy import Policy
from airflow_lineage_provider.store.retention.report import Report
from airflow_lineage_provider.store.watermarks import take_turn

log = logging.getLogger(__name__)

TURN = "retention.turn"
LOOKS_EVERY = 300.0
"""Seconds between looks at whose turn it is."""


class CleanThread(ServerThread):
    """Cleans whenever ``clean_interval`` went by since any server did; never where the option is 0."""

    name = "lineage-clean"

    def __init__(self, sessions: OwnTransactions | None = None, looks_every: float = LOOKS_EVERY) -> None:
        super().__init__()
        self._sessions = sessions or OwnTransactions()
        self._looks_every = looks_every
        self.last_report: Report | None = None

    def is_wanted(self) -> bool:
        return config.clean_interval() is not None

    def run(self) -> None:
        """Look until stopped. A clean that fails is tried again when it is due the next time."""
        every = config.clean_interval()
        while every is not None and not self._stop.wait(self._looks_every):
            self._failures.attempt("Cleaning lineage", partial(self._look, every))

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
