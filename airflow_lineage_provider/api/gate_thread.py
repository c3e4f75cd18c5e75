"""The thread that keeps the answers for the gates current while an API server lives, on one server at a time."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.api.long_lived import LongLived
from airflow_lineage_provider.api.server_thread import LONGEST_PAUSE, ServerThread
from airflow_lineage_provider.governance.gates.keeper import Keeper, StepReport
from airflow_lineage_provider.governance.gates.snapshot import take_snapshot, write_snapshot
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.lease import Lease, LeaseLost
from airflow_lineage_provider.store.own_transactions import OwnTransactions

log = logging.getLogger(__name__)

LEASE = Lease("gates.lease", timedelta(seconds=60))
STEP_EVERY = 1.0
"""Seconds between the end of a step and the next one."""
LOOKS_EVERY = 5.0
"""Seconds between looks whether whoever keeps the answers has died."""
CONFIRM_EVERY = 10.0
"""Seconds after which a sign of life is given although there is nothing to write."""
SNAPSHOT_EVERY = 5.0
"""Seconds between files at least, and ``SNAPSHOT_AT_LEAST`` at most."""
SNAPSHOT_AT_LEAST = 60.0


class GateThread(ServerThread):
    """Steps of a keeper, as long as this server holds the lease; nothing where no gate is on, or nobody governs."""

    name = "lineage-gates"

    def __init__(
        self, transactions: OwnTransactions | None = None, *, step_every: float = STEP_EVERY
    ) -> None:
        super().__init__()
        self._transactions = transactions or OwnTransactions()
        self._step_every = step_every
        self._lease: int | None = None
        self._confirmed_at = 0.0
        self._keeper: Keeper | None = None
        self._snapshot_at = 0.0
        self._has_news = True
        self._long_lived = LongLived()
        self.last_step: StepReport | None = None
        """Of this server."""
        self.last_stepped: float | None = None
        """``time.time()`` of the end of it."""

    def is_wanted(self) -> bool:
        """Whether this server governs, and anything reads the answers."""
        return config.govern_interval() is not None and (
            config.dag_run_gate() is not Level.OFF
            or config.parse_gate() is not Level.OFF
            or config.gate_snapshot() is not None
        )

    def start(self) -> None:
        if self.is_wanted():
            # Before the first request, for it takes a moment.
            self._long_lived.settle()
        super().start()

    @property
    def state(self) -> dict[str, object]:
        """For health: keys are only ever added."""
        step, keeper = self.last_step, self._keeper
        return {
            "alive": self.is_alive,
            "is_keeper": self._lease is not None,
            "last_step": datetime.fromtimestamp(self.last_stepped, UTC).isoformat()
            if self.last_stepped
            else None,
            "dags": keeper.known if keeper is not None else 0,
            "waiting": step.waiting if step is not None else 0,
            "failed": len(keeper.errors) if keeper is not None else 0,
        }

    def run(self) -> None:
        """Step until stopped. What fails is tried again, later and later."""
        pause = self._step_every
        while not self._stop.wait(pause):
            try:
                keeper = self._keeper or self._take()
                if keeper is None:
                    pause = max(LOOKS_EVERY, self._step_every)
                    continue
                self._step(keeper)
            except LeaseLost:
                log.info("Another server keeps the gate states now")
                self._lease = self._keeper = None
            except Exception as error:
                self._failures.failed("Keeping gate states", error)
                pause = min(max(pause, self._step_every) * 2, LONGEST_PAUSE)
            else:
                self._failures.works("Keeping gate states")
                pause = self._step_every
        self._give_back()

    def _take(self) -> Keeper | None:
        with self._transactions.writing() as session:
            lease = LEASE.take(now=datetime.now(UTC), session=session)
        if lease is None:
            return None
        # Not before the lease is committed: what fails there is tried again. What another server said meanwhile is
        # not remembered here.
        self._lease, self._confirmed_at = lease, time.monotonic()
        self._keeper = Keeper(self._transactions, confirm=self._confirm, is_stopped=self._stop.is_set)
        return self._keeper

    def _step(self, keeper: Keeper) -> None:
        if time.monotonic() - self._confirmed_at >= CONFIRM_EVERY:
            with self._transactions.writing() as session:
                self._confirm(session)
        self.last_step = keeper.step()
        self.last_stepped = time.time()
        self._has_news = self._has_news or self.last_step.has_changed
        self._long_lived.settle_if_much_was_read()
        self._failures.attempt("Writing the gate snapshot", self._write_snapshot)

    def _confirm(self, session: Session) -> None:
        if self._lease is None:
            raise LeaseLost("nobody holds the lease")
        LEASE.renew(self._lease, now=datetime.now(UTC), session=session)
        self._confirmed_at = time.monotonic()

    def _write_snapshot(self) -> None:
        path = config.gate_snapshot()
        age = time.monotonic() - self._snapshot_at
        if path is None or age < (SNAPSHOT_EVERY if self._has_news else SNAPSHOT_AT_LEAST):
            return
        # Also where it fails: not at every step.
        self._snapshot_at, self._has_news = time.monotonic(), False
        with self._transactions.reading() as session:
            snapshot = take_snapshot(session=session)
        write_snapshot(snapshot, Path(path), now=datetime.now(UTC))

    def _give_back(self) -> None:
        if self._lease is None:
            return
        try:
            with self._transactions.writing() as session:
                LEASE.give_back(self._lease, session=session)
        except Exception as error:
            log.debug("The lease of the gate states cannot be given back", exc_info=error)
        self._lease = None
