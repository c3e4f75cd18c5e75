"""Cleaning as a job: small transactions, pauses, one cleaner at a time, and a report at the end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError, OperationalError

from airflow_lineage_provider.store.audit import append
from airflow_lineage_provider.store.retention.aged import aged_sweeps
from airflow_lineage_provider.store.retention.forecast import Forecast
from airflow_lineage_provider.store.retention.kind import ORPHANS, Kind
from airflow_lineage_provider.store.retention.lease import LeaseLost, renew_lease, return_lease, take_lease
from airflow_lineage_provider.store.retention.orphans import orphan_sweeps
from airflow_lineage_provider.store.retention.policy import Policy
from airflow_lineage_provider.store.retention.report import Report, Swept
from airflow_lineage_provider.store.retention.runs import RunSweep
from airflow_lineage_provider.store.retention.sweep import Sweep, parcels
from airflow_lineage_provider.store.retention.transactions import Transactions
from airflow_lineage_provider.store.retention.unused import unused_sweeps

log = logging.getLogger(__name__)

TRIES = 3
FULL = 100
"""Ids that are collected before they are deleted: each of many jobs may have few old runs."""
SIGN_OF_LIFE = 30.0
"""Seconds between signs of life while nothing is found to delete."""
SHORTEST_PAUSE = 0.05
"""Seconds in which others get at a SQLite file, which has one lock for everything."""


class Cleaner:
    """Cleans once.

    :param is_stopped: asked between transactions; what is committed by then stays deleted.
    :param actor: who the audit says it was.
    """

    def __init__(
        self,
        policy: Policy,
        transactions: Transactions,
        *,
        is_stopped: Callable[[], bool] = lambda: False,
        pause: Callable[[float], object] = time.sleep,
        actor: str | None = None,
    ) -> None:
        self._policy = policy
        self._transactions = transactions
        self._is_stopped = is_stopped
        self._pause = pause
        self._actor = actor
        self._lease = 0
        self._alive_at = 0.0

    def count(self) -> Report:
        """Count what :meth:`clean` would delete; nothing is written and nothing locked."""
        forecast = Forecast(self._transactions)
        swept = []
        for sweep in self._sweeps():
            start = time.monotonic()
            count = Swept(sweep.kind, self._policy.before(sweep.kind))
            for page in sweep.pages(self._transactions):
                count.rows += len(page)
                forecast.note(sweep.kind, page)
            if sweep.kind in ORPHANS:
                count.rows += forecast.orphans(sweep.kind)
            count.seconds = time.monotonic() - start
            swept.append(count)
        return Report(tuple(swept))

    def clean(self) -> Report | None:
        """Delete what may go. Returns ``None`` where somebody else is at it."""
        with self._transactions.writing() as session:
            lease = take_lease(now=datetime.now(UTC), session=session)
            is_file = session.get_bind().dialect.name == "sqlite"
        if lease is None:
            return None
        self._lease, self._alive_at = lease, time.monotonic()
        swept: list[Swept] = []
        try:
            for sweep in self._sweeps():
                swept.append(Swept(sweep.kind, self._policy.before(sweep.kind)))
                if not self._sweep(sweep, swept[-1], SHORTEST_PAUSE if is_file else 0.0):
                    return Report(tuple(swept), is_complete=False)
        finally:
            self._tell(swept)
            self._return_lease()
        return Report(tuple(swept))

    def _sweeps(self) -> Iterator[Sweep]:
        yield from aged_sweeps(self._policy)
        yield from unused_sweeps(self._policy)
        if (before := self._policy.before(Kind.RUNS)) is not None:
            yield RunSweep(self._policy, before)
        yield from orphan_sweeps(self._policy)

    def _sweep(self, sweep: Sweep, swept: Swept, shortest_pause: float) -> bool:
        """Delete rows of one kind. Returns whether it came to its end."""
        start = time.monotonic()
        waiting: list[int] = []
        try:
            for page in sweep.pages(self._transactions):
                if self._is_stopped():
                    return False
                self._give_sign_of_life()
                waiting += page
                if len(waiting) >= FULL:
                    if not self._work_off(sweep, waiting, swept, shortest_pause):
                        return False
                    waiting = []
            return self._work_off(sweep, waiting, swept, shortest_pause)
        except LeaseLost:
            log.warning("Cleaning stops: another cleaner took over")
            return False
        finally:
            swept.seconds += time.monotonic() - start

    def _work_off(self, sweep: Sweep, ids: Sequence[int], swept: Swept, shortest_pause: float) -> bool:
        with self._transactions.reading() as session:
            sizes = sweep.sizes(ids, session=session)
        for parcel in parcels(ids, sizes):
            if self._is_stopped():
                return False
            begun = time.monotonic()
            gone = self._remove(sweep, parcel)
            swept.rows += gone
            swept.left += len(parcel) - gone
            # At rest as long as at work: others have at least half of the database.
            self._pause(max(shortest_pause, time.monotonic() - begun))
        return True

    def _remove(self, sweep: Sweep, ids: Sequence[int]) -> int:
        for tried in range(TRIES):
            try:
                with self._transactions.writing() as session:
                    renew_lease(self._lease, now=datetime.now(UTC), session=session)
                    gone = sweep.remove(ids, session=session)
            except (OperationalError, IntegrityError) as error:
                # A deadlock, a locked file, or somebody named a row in the same moment: they come first.
                log.debug("%d %s stay for now", len(ids), sweep.kind, exc_info=error)
                self._pause(SHORTEST_PAUSE * 2**tried)
            else:
                self._alive_at = time.monotonic()
                return gone
        return 0

    def _give_sign_of_life(self) -> None:
        if time.monotonic() - self._alive_at < SIGN_OF_LIFE:
            return
        with self._transactions.writing() as session:
            renew_lease(self._lease, now=datetime.now(UTC), session=session)
        self._alive_at = time.monotonic()

    def _tell(self, swept: Sequence[Swept]) -> None:
        """Say in the audit what is gone, also where the clean came to no end."""
        gone = {each.kind.value: each.rows for each in swept if each.rows}
        if not gone:
            return
        said = {"what": "retention", "rows": gone, "kept_from": _kept_from(swept)}
        try:
            with self._transactions.writing() as session:
                append(
                    "purge",
                    said,
                    actor=self._actor,
                    subject="retention",
                    now=datetime.now(UTC),
                    session=session,
                )
        except OperationalError as error:
            log.warning("The audit does not tell what was cleaned: %s", said, exc_info=error)

    def _return_lease(self) -> None:
        try:
            with self._transactions.writing() as session:
                return_lease(self._lease, session=session)
        except (LeaseLost, OperationalError) as error:
            log.debug("The lease runs out by itself", exc_info=error)


def _kept_from(swept: Sequence[Swept]) -> dict[str, str]:
    """Moment before which each kind was deleted."""
    return {each.kind.value: each.before.isoformat() for each in swept if each.rows and each.before}
