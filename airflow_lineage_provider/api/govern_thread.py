"""The thread that governs while an API server lives: every ``govern_interval``, on one server at a time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from airflow_lineage_provider import config
from airflow_lineage_provider.api.govern_round import ROUND, Desk, Step
from airflow_lineage_provider.api.server_thread import ServerThread
from airflow_lineage_provider.store.lease import Lease, LeaseLost
from airflow_lineage_provider.store.watermarks import take_turn

log = logging.getLogger(__name__)

TURN = "govern.turn"
LEASE = Lease("govern.lease", timedelta(minutes=10))
LOOKS_EVERY = 10.0
"""Seconds between looks at whose turn it is."""


class GovernThread(ServerThread):
    """Does a round whenever ``govern_interval`` went by since any server did; never where the option is 0."""

    name = "lineage-govern"

    def __init__(
        self, desk: Desk | None = None, steps: Sequence[Step] = ROUND, looks_every: float = LOOKS_EVERY
    ) -> None:
        super().__init__()
        self._desk = desk or Desk()
        self._desk.is_stopped = self._stop.is_set
        self._steps = steps
        self._looks_every = looks_every
        self.rounds = 0
        """That this server did."""

    def is_wanted(self) -> bool:
        return config.govern_interval() is not None

    def run(self) -> None:
        """Look until stopped."""
        every = config.govern_interval()
        while every is not None and not self._stop.wait(min(self._looks_every, every)):
            self._failures.attempt("Governing", partial(self._look, timedelta(seconds=every)))

    def _look(self, every: timedelta) -> None:
        now = datetime.now(UTC)
        with self._desk.transactions.writing() as session:
            if not take_turn(TURN, every, now=now, session=session):
                return
            lease = LEASE.take(now=now, session=session)
        # Else the round of before goes on, here or on another server.
        if lease is not None:
            self._do_round(lease)

    def _do_round(self, lease: int) -> None:
        try:
            try:
                self._do_steps(lease)
            finally:
                # Whatever it ended with: else nobody governs until the lease is over.
                with self._desk.transactions.writing() as session:
                    LEASE.give_back(lease, session=session)
        except LeaseLost:
            log.info("Another server governs now")

    def _do_steps(self, lease: int) -> None:
        for step in self._steps:
            if self._stop.is_set():
                break
            with self._desk.transactions.writing() as session:
                LEASE.renew(lease, now=datetime.now(UTC), session=session)
            self._failures.attempt(step.name, partial(step.work, self._desk))
        self.rounds += 1
