"""The thread that governs while an API server lives: every ``govern_interval``, on one server at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy.exc import OperationalError

from airflow_lineage_provider import config
from airflow_lineage_provider.api.govern_round import ROUND, Desk, Step
from airflow_lineage_provider.store.lease import Lease, LeaseLost
from airflow_lineage_provider.store.watermarks import take_turn

log = logging.getLogger(__name__)

TURN = "govern.turn"
LEASE = Lease("govern.lease", timedelta(minutes=10))
LOOKS_EVERY = 10.0
"""Seconds between looks at whose turn it is."""


class GovernThread:
    """Does a round whenever ``govern_interval`` went by since any server did; never where the option is 0."""

    def __init__(
        self, desk: Desk | None = None, steps: Sequence[Step] = ROUND, looks_every: float = LOOKS_EVERY
    ) -> None:
        self._desk = desk or Desk()
        self._steps = steps
        self._looks_every = looks_every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.run, name="lineage-govern", daemon=True)
        self.rounds = 0
        """That this server did."""
        self.errors: dict[str, str] = {}
        """Of each step that failed the last time: what is wrong."""

    def start(self) -> None:
        """Start, where there is anything to do."""
        if config.govern_interval() is not None:
            self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Ask the thread to end after the step it is in, and wait for it."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def last_error(self) -> str | None:
        return next((f"{step}: {error}" for step, error in self.errors.items()), None)

    def run(self) -> None:
        """Look until stopped."""
        every = config.govern_interval()
        while every is not None and not self._stop.wait(min(self._looks_every, every)):
            self._try("Governing", partial(self._look, timedelta(seconds=every)))

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
            for step in self._steps:
                if self._stop.is_set():
                    break
                with self._desk.transactions.writing() as session:
                    LEASE.renew(lease, now=datetime.now(UTC), session=session)
                self._try(step.name, partial(step.work, self._desk))
            self.rounds += 1
            with self._desk.transactions.writing() as session:
                LEASE.give_back(lease, session=session)
        except LeaseLost:
            log.info("Another server governs now")

    def _try(self, name: str, work: Callable[[], object]) -> None:
        """What fails is said once, and again when something else is wrong with it."""
        try:
            work()
        except Exception as error:
            text = f"{type(error).__name__}: {next(iter(str(error).splitlines()), '')}"
            is_new = self.errors.get(name) != text
            # A busy database is nothing to act on.
            level = logging.WARNING if is_new and not isinstance(error, OperationalError) else logging.DEBUG
            log.log(level, "%s failed: %s", name, text, exc_info=level == logging.WARNING)
            self.errors[name] = text
        else:
            if self.errors.pop(name, None) is not None:
                log.info("%s works again", name)
