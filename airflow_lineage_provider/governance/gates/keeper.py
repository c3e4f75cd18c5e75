"""Keeps what the gates read current: one answer for each DAG, judged again when something may have changed."""

from __future__ import annotations

import logging
import time
import zlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, zip_longest

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.governance.gates.court import Court
from airflow_lineage_provider.governance.gates.dag_answer import DagAnswer, answer_of
from airflow_lineage_provider.governance.gates.dag_facts import facts_of_dags
from airflow_lineage_provider.governance.gates.feed import Feed
from airflow_lineage_provider.governance.gates.keeping import Keeping
from airflow_lineage_provider.governance.gates.memory import Memory
from airflow_lineage_provider.model.error_line import error_line
from airflow_lineage_provider.store.gate_states import (
    dags_with_gates,
    delete_gates,
    ending_gates,
    renew_gates,
)
from airflow_lineage_provider.store.lease import LeaseLost
from airflow_lineage_provider.store.own_transactions import OwnTransactions

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(hours=1)
"""What nothing is heard of is judged about so often all the same: not all that happens can be heard."""
RETRY = timedelta(minutes=1)
"""When a DAG that could not be judged is tried again; what stands about it counts until it expires."""
RENEW_EVERY = timedelta(seconds=5)
FORGET_EVERY = timedelta(seconds=10)
SECONDS = 2.0
"""For judging in one step, but for the DAG it is at."""
AT_ONCE = 500
"""DAGs whose facts are gathered together, where judging is fast."""
_TARGET = 1.0
"""Seconds for those."""

Confirm = Callable[[Session], None]


def _anybody(session: Session) -> None:
    """Nobody else can be at it."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class StepReport:
    """What one step did."""

    judged: int = 0
    filed: int = 0
    """Of those, answers that say something else than before."""
    renewed: int = 0
    forgotten: int = 0
    failed: int = 0
    waiting: int = 0
    """DAGs that are left to the next step."""

    @property
    def has_changed(self) -> bool:
        """Whether anything was written."""
        return bool(self.judged or self.renewed or self.forgotten)


class Keeper:
    """One keeper at a time: whoever calls it holds a lease.

    :param confirm: called in each writing transaction; what it raises undoes it. For the lease.
    :param is_stopped: asked between two DAGs.
    """

    def __init__(
        self,
        transactions: OwnTransactions | None = None,
        *,
        confirm: Confirm = _anybody,
        is_stopped: Callable[[], bool] = lambda: False,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._transactions = transactions or OwnTransactions()
        self._confirm = confirm
        self._is_stopped = is_stopped
        self._clock = clock
        self._memory = Memory()
        self._feed = Feed(self._memory)
        self._keeping = Keeping(self._transactions, confirm)
        self._changed: dict[str, None] = {}
        """DAGs that something happened to, in the order in which it was heard."""
        self._retry_at: dict[str, datetime] = {}
        self._renewed_at: datetime | None = None
        self._forgot_at: datetime | None = None
        self._at_once = 50
        self._steps = 0
        self.errors: dict[str, str] = {}
        """DAGs that could not be judged the last time, and why."""

    @property
    def known(self) -> int:
        """DAGs whose answers this keeper stands for."""
        return len(self._memory)

    def step(self) -> StepReport:
        """Look what happened, judge for some seconds, and let hold on what cannot have changed."""
        report = StepReport()
        now = self._clock()
        with self._transactions.reading() as session:
            self._changed.update(dict.fromkeys(sorted(self._feed.look(now=now, session=session))))
        self._forget(now, report)
        waiting = self._waiting(now)
        until = time.monotonic() + SECONDS
        while waiting and time.monotonic() < until and not self._is_stopped():
            chunk, waiting = waiting[: self._at_once], waiting[self._at_once :]
            waiting = [*self._judge(chunk, report, until), *waiting]
        report.waiting = len(waiting)
        self._renew(report)
        return report

    def _waiting(self, now: datetime) -> list[str]:
        """DAGs to judge: by turns one that something happened to, and one that nothing is known of or that is due.

        However many there are of the one kind, the other one has its share, and none comes before who waits longer.
        """
        live, memory = self._feed.live, self._memory
        new = sorted(dag_id for dag_id in live if dag_id not in memory)
        kinds = [list(self._changed), [*new, *memory.due(now)]]
        # Else one DAG in each step would always be of the same kind.
        self._steps += 1
        by_turns = chain.from_iterable(
            zip_longest(*(kinds if self._steps % 2 else kinds[::-1]), fillvalue="")
        )
        ordered = dict.fromkeys(by_turns)
        return [dag_id for dag_id in ordered if dag_id in live and self._retry_at.get(dag_id, now) <= now]

    def _judge(self, dag_ids: Sequence[str], report: StepReport, until: float) -> Sequence[str]:
        """Judge some DAGs. Returns those that there was no time for."""
        began, now = time.monotonic(), self._clock()
        try:
            with self._transactions.reading() as session:
                court = Court.of_today(now=now, session=session)
                facts = facts_of_dags(dag_ids, now=now, session=session)
        except Exception as error:
            if len(dag_ids) == 1:
                self._failed(dag_ids[0], error, report)
                return ()
            # One of them may be at fault: each alone, a few at a time.
            self._at_once = 1
            log.debug("Facts of %d DAGs cannot be gathered at once", len(dag_ids), exc_info=error)
            return dag_ids
        answers: list[DagAnswer] = []
        left: Sequence[str] = ()
        for place, dag_id in enumerate(dag_ids):
            if place and (self._is_stopped() or time.monotonic() > max(until, began + _TARGET)):
                left = dag_ids[place:]
                break
            try:
                answers.append(
                    answer_of(dag_id, facts[dag_id], court, now=now, most=now + _look_again(dag_id))
                )
            except Exception as error:
                self._failed(dag_id, error, report)
        self._keep(answers, court, report)
        took = max(time.monotonic() - began, 0.001)
        done = len(dag_ids) - len(left)
        self._at_once = max(1, min(AT_ONCE, 2 * self._at_once, int(done * _TARGET / took)))
        return left

    def _keep(self, answers: Collection[DagAnswer], court: Court, report: StepReport) -> None:
        kept, failed = self._keeping.keep(answers, court, lifetime=config.gate_state_lifetime())
        for answer in kept:
            self._memory.put(answer)
            self._changed.pop(answer.dag_id, None)
            self._retry_at.pop(answer.dag_id, None)
            self.errors.pop(answer.dag_id, None)
        # Servers' clocks differ by some minutes: until then whatever is said here is older than what stands.
        for dag_id, moment in self._keeping.said_at.items():
            self._changed[dag_id] = None
            self._retry_at[dag_id] = moment
        report.judged += len(kept)
        report.filed += self._keeping.take_filed()
        for dag_id, error in failed.items():
            self._failed(dag_id, error, report)

    def _renew(self, report: StepReport) -> None:
        """Let answers hold on that are judged to hold on; the others expire unless they are judged."""
        now = self._clock()
        if self._renewed_at is not None and now - self._renewed_at < RENEW_EVERY:
            return
        lifetime = config.gate_state_lifetime()
        due = set(self._memory.due(now))
        with self._transactions.reading() as session:
            ending = ending_gates(now + lifetime / 2, now=now, session=session)
        renewed = []
        for dag_id, judged_at in ending.items():
            if (
                dag_id not in self._memory
                or dag_id in self._changed
                or dag_id in due
                or dag_id in self._retry_at
            ):
                continue
            if self._keeping.written_at.get(dag_id) == judged_at:
                renewed.append(dag_id)
            else:
                # Somebody asked in between: what stands there is not what this keeper remembers.
                self._changed[dag_id] = None
        if renewed:
            with self._transactions.writing() as session:
                self._confirm(session)
                seen_at = max(ending[dag_id] for dag_id in renewed)
                report.renewed += renew_gates(
                    renewed, seen_at=seen_at, now=now, valid_until=now + lifetime, session=session
                )
            self._keeping.written_at.update(dict.fromkeys(renewed, now))
        self._renewed_at = now

    def _forget(self, now: datetime, report: StepReport) -> None:
        """DAGs that are no more lose their answer: should they come back, they are judged anew."""
        if self._forgot_at is not None and now - self._forgot_at < FORGET_EVERY:
            return
        live = self._feed.live
        with self._transactions.reading() as session:
            gone = dags_with_gates(session=session) - live
        if gone:
            with self._transactions.writing() as session:
                self._confirm(session)
                delete_gates(gone, session=session)
        for dag_id in gone | {each for each in self._memory.dag_ids if each not in live}:
            self._memory.forget(dag_id)
            self._keeping.written_at.pop(dag_id, None)
            for known in (self._retry_at, self.errors):
                known.pop(dag_id, None)
        self._changed = {dag_id: None for dag_id in self._changed if dag_id in live}
        report.forgotten += len(gone)
        self._forgot_at = now

    def _failed(self, dag_id: str, error: Exception, report: StepReport) -> None:
        """What stands about the DAG counts until it expires; it is tried again, and said once what is wrong."""
        if isinstance(error, LeaseLost):
            raise error
        text = error_line(error)
        if self.errors.get(dag_id) != text:
            is_busy = isinstance(error, SQLAlchemyError)
            level = logging.INFO if is_busy else logging.WARNING
            log.log(
                level,
                "The gate state of %s cannot be renewed: %s",
                dag_id,
                text,
                exc_info=None if is_busy else error,
            )
        self.errors[dag_id] = text
        self._retry_at[dag_id] = self._clock() + RETRY
        report.failed += 1


def _look_again(dag_id: str) -> timedelta:
    """A little earlier or later for each DAG, so that not all of them are due at once."""
    return LOOK_AGAIN * (0.75 + zlib.crc32(dag_id.encode()) % 1000 / 2000)
