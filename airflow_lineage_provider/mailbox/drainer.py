"""The server's side of the mailbox: ingest what arrived, answer what was asked, reconcile what never came.

Each row is read without a lock, then ingested and deleted in one transaction of its own: exactly once, with
any number of API servers, and a bad row stops nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.governance.answer import Asker, answer, broken_answer
from airflow_lineage_provider.mailbox import tries as tried
from airflow_lineage_provider.mailbox.failure import EXPECTED, first_line, is_passing, log_failure, reason_of
from airflow_lineage_provider.mailbox.key import ANSWER, PREFIX, QUESTION, InvalidKey, MailboxKey
from airflow_lineage_provider.mailbox.parcel import Parcel, open_parcel
from airflow_lineage_provider.mailbox.reconciler import Reconciler
from airflow_lineage_provider.mailbox.tries import Tries
from airflow_lineage_provider.store import metrics
from airflow_lineage_provider.store.attempts import find_attempt
from airflow_lineage_provider.store.dead_letters import bury, exhume, note_retry, remove_letters
from airflow_lineage_provider.store.ingest import ingest_segment
from airflow_lineage_provider.store.mailbox_rows import (
    MailboxRow,
    delete_row,
    hold_row,
    ids_are_reused,
    newest_row_id,
    put_answer,
    read_row,
    sweep_answers,
    waiting_among,
    waiting_row_ids,
)
from airflow_lineage_provider.store.own_transactions import OwnTransactions

log = logging.getLogger(__name__)

BATCH = 500
SAFETY_WINDOW = 2000
"""Primary keys are handed out before they are committed: this far below the newest we look again."""
MOST_PASSES = 100
"""Passes that a row may be left in for the same kind of reason before it is tried like one that failed."""
FULL_SWEEP_EVERY = 60.0
ANSWERS_KEPT = timedelta(hours=1)
_NOT_OURS = f"/{ANSWER}-"


@dataclass(slots=True)
class Drained:
    """What one pass did."""

    ingested: int = 0
    buried: int = 0
    answered: int = 0
    waiting: int = 0
    """Questions that wait for an upstream record."""

    def __bool__(self) -> bool:
        return bool(self.ingested or self.buried or self.answered)


class _Left(Enum):
    """Why a row is still there after a pass."""

    WAITING = "a question waits for upstream records"
    BUSY = "somebody else had it, or the database was not to be had"
    FAILED = "it failed in a way that nobody foresaw"


class Drainer:
    """Drains with its own sessions.

    :param session_factory: makes a session outside anybody's scope; Airflow's scoped one may be in use by
        whoever calls us.
    """

    def __init__(self, session_factory: Callable[[], Session] | None = None) -> None:
        self._sessions = OwnTransactions(session_factory)
        self._watermark = 0
        self._last_sweep = float("-inf")
        self._is_first_pass = True
        self._left: dict[int, _Left] = {}
        self._passes: dict[int, int] = {}
        """Rows that are looked at again in each pass, however far the watermark goes on."""
        self._namespace = config.namespace()
        self._limit = max(4 * config.capture_size_limit(), 4 << 20)
        self._tries = Tries(self._sessions)
        self._gauges = metrics.Gauges()
        self._reconciler = Reconciler(self._sessions, self._namespace)

    def drain(self) -> Drained:
        """Work off what waits; returns when nothing is left that can be done now."""
        done = Drained()
        questions: dict[int, str] = {}
        unseen = set(self._left)
        for row_id, key in self._waiting():
            unseen.discard(row_id)
            if f"/{QUESTION}-" in key:
                questions[row_id] = key
            else:
                self._work(row_id, key, done)
        # Records before questions: what was seen in this pass counts for the answer.
        for row_id, key in questions.items():
            self._work(row_id, key, done)
        for row_id in unseen:
            self._left.pop(row_id, None)
            self._passes.pop(row_id, None)
        if done:
            with self._sessions.reading() as session:
                self._watermark = min(self._watermark, newest_row_id(session=session))
        self._is_first_pass = False
        return done

    def reconcile(self, *, force: bool = False) -> bool:
        """Compare open DAG runs with what arrived; one server at a time does.

        :param force: do it now, whoever did it last.
        :return: whether it was done here.
        """
        return self._reconciler.reconcile(force=force)

    def report(self) -> None:
        """Send what can only be counted, where anybody listens: coverage and dead letters."""
        if metrics.is_on():
            with self._sessions.reading() as session:
                self._gauges.send(session)

    def reconcile_dag(self, dag_id: str, run_id: str | None = None) -> None:
        """Compare the open runs of a DAG, or one of them, with what arrived."""
        self._reconciler.reconcile_dag(dag_id, run_id)

    def retry_dead_letter(self, letter_id: int) -> str | None:
        """Try to ingest a dead letter again.

        :return: ``None`` when it worked, else why it did not.
        """
        with self._sessions.reading() as session:
            row = exhume(letter_id, session=session)
        if row is None:
            return f"there is no dead letter {letter_id}"
        parcel, problem = self._open(row)
        with self._sessions.writing() as session:
            if exhume(letter_id, session=session) is None:
                return f"there is no dead letter {letter_id}"
            if parcel is not None:
                try:
                    with session.begin_nested():
                        self._ingest(row, parcel, session)
                except Exception as error:
                    problem = error
            if problem is not None:
                reason = reason_of(problem)
                note_retry(letter_id, reason, session=session)
                return reason
            remove_letters([letter_id], session=session)
            return None

    def _waiting(self) -> Iterator[tuple[int, str]]:
        """(id, key) of the rows to look at in this pass: those left by earlier ones, and those above the floor."""
        floor = self._floor()
        below = sorted(row_id for row_id in self._left if row_id <= floor)
        if below:
            with self._sessions.reading() as session:
                left = waiting_among(PREFIX, below, skip=_NOT_OURS, session=session)
            yield from left
        after = floor
        while True:
            with self._sessions.reading() as session:
                rows = waiting_row_ids(PREFIX, above=after, skip=_NOT_OURS, limit=BATCH, session=session)
            yield from rows
            if len(rows) < BATCH:
                return
            after = rows[-1][0]

    def _floor(self) -> int:
        """Primary key above which to look: everything on the first pass and once a minute, else the new."""
        with self._sessions.reading() as session:
            newest = newest_row_id(session=session)
            starts_over = newest < self._watermark and ids_are_reused(session=session)
        now = time.monotonic()
        if now - self._last_sweep >= FULL_SWEEP_EVERY:
            self._last_sweep = now
            self._watermark = newest
            with self._sessions.writing() as session:
                sweep_answers(PREFIX, before=datetime.now(UTC) - ANSWERS_KEPT, session=session)
                self._tries.sweep(session=session)
            return 0
        if starts_over:
            # The rows that the watermark stood on are gone, and new ones may have got their ids.
            self._watermark = newest
            return 0
        floor = max(0, self._watermark - SAFETY_WINDOW)
        self._watermark = max(self._watermark, newest)
        return floor

    def _work(self, row_id: int, key: str, done: Drained) -> None:
        before = self._left.pop(row_id, None)
        left: _Left | None = None
        try:
            left = self._attend(row_id, key, before, done)
        except (OperationalError, InterfaceError) as error:
            # A deadlock, a locked file, a lost connection: the row is still there for the next pass.
            log.info("Mailbox row %s is left for the next pass: %s", row_id, first_line(error))
            self._passes[row_id] = self._passes.get(row_id, 0) + 1
            # What others get through while this one never does is not the database's state but the row's.
            left = _Left.FAILED if self._passes[row_id] > MOST_PASSES else before or _Left.BUSY
        except Exception as error:
            log_failure(log, "Mailbox row %s could not be handled; it is left where it is: %s", row_id, error)
            left = _Left.FAILED
        if left is not None:
            self._left[row_id] = left
        else:
            self._passes.pop(row_id, None)

    def _attend(self, row_id: int, key: str, before: _Left | None, done: Drained) -> _Left | None:
        """Do what a row asks for. Returns why it is left; ``None`` where it is gone."""
        with self._sessions.reading() as session:
            row = read_row(row_id, limit=self._limit, session=session)
        if row is None or row.key != key:
            return None
        if not self._is_suspect(row, before):
            return self._handle(row, done, is_counted=False)
        number = self._tries.begin(row, has_failed=before is _Left.FAILED)
        if number is None:
            return _Left.BUSY
        if number > tried.MOST:
            # Where burying it failed as well, its payload is the reason.
            row = replace(row, value="") if number > tried.MOST + 1 else row
            return self._give_up(row, done)
        try:
            left = self._handle(row, done, is_counted=True)
        except (OperationalError, InterfaceError):
            if self._passes.get(row_id, 0) <= MOST_PASSES:
                self._tries.take_back(row)
            raise
        if left is not None:
            self._tries.take_back(row)
        return left

    def _is_suspect(self, row: MailboxRow, before: _Left | None) -> bool:
        if before is _Left.WAITING:
            return False
        return (
            before is _Left.FAILED
            or row.size > tried.LARGE
            or (self._is_first_pass and datetime.now(UTC) - row.updated_at > tried.OLD)
        )

    def _handle(self, row: MailboxRow, done: Drained, *, is_counted: bool) -> _Left | None:
        parcel, problem = self._open(row)
        now = datetime.now(UTC)
        with self._sessions.writing() as session:
            if not hold_row(row, session=session):
                return _Left.BUSY
            if parcel is not None:
                try:
                    with session.begin_nested():
                        if parcel.question is None:
                            self._ingest(row, parcel, session)
                        elif not self._answer(row, parcel, now, session):
                            done.waiting += 1
                            return _Left.WAITING
                except (OperationalError, InterfaceError) as error:
                    if is_passing(error):
                        raise
                    problem = error
                except Exception as error:
                    problem = error
            if problem is not None:
                if not isinstance(problem, EXPECTED):
                    log_failure(log, "Mailbox row %s cannot be ingested: %s", row.id, problem)
                bury(row, reason_of(problem), now=now, session=session)
                if parcel is not None and parcel.question is not None:
                    # Its task waits: it should not take a judge that broke for a server that is not there.
                    told = broken_answer(parcel.question, reason_of(problem))
                    put_answer(row, _answer_key(parcel), told, now=now, session=session)
            delete_row(row.id, session=session)
            if is_counted:
                self._tries.forget(row, session=session)
        if problem is not None:
            done.buried += 1
            metrics.note_ingest_error("mailbox")
        elif parcel is not None and parcel.question is not None:
            done.answered += 1
        else:
            done.ingested += 1
            metrics.note_ingested("mailbox", now - row.updated_at)
        return None

    def _give_up(self, row: MailboxRow, done: Drained) -> _Left | None:
        with self._sessions.writing() as session:
            if not hold_row(row, session=session):
                return _Left.BUSY
            reason = f"ingest did not finish in {tried.MOST} tries"
            bury(row, reason, now=datetime.now(UTC), session=session)
            delete_row(row.id, session=session)
            self._tries.forget(row, session=session)
        done.buried += 1
        metrics.note_ingest_error("mailbox")
        return None

    def _open(self, row: MailboxRow) -> tuple[Parcel | None, Exception | None]:
        try:
            with self._sessions.reading() as session:
                return open_parcel(row, self._limit, session=session), None
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            return None, error

    def _ingest(self, row: MailboxRow, parcel: Parcel, session: Session) -> None:
        segment = parcel.segment
        if segment is None:
            raise InvalidKey(f"{parcel.key.kind!r} is no kind of record")
        attempt = find_attempt(
            ti_id=segment.record.ti_id,
            try_number=parcel.key.try_number,
            dag_run_id=row.dag_run_id,
            dag_id=row.dag_id,
            run_id=row.run_id,
            task_id=row.task_id,
            map_index=row.map_index,
            session=session,
        )
        ingest_segment(segment, attempt, namespace=self._namespace, now=datetime.now(UTC), session=session)

    def _answer(self, row: MailboxRow, parcel: Parcel, now: datetime, session: Session) -> bool:
        asker = Asker(
            dag_run_id=row.dag_run_id,
            dag_id=row.dag_id,
            run_id=row.run_id,
            task_id=row.task_id,
            map_index=row.map_index,
            try_number=parcel.key.try_number,
        )
        give_up = now - row.updated_at > timedelta(seconds=config.upstream_wait())
        answered = answer(asker, parcel.question or {}, give_up=give_up, session=session)
        if answered is None:
            return False
        put_answer(row, _answer_key(parcel), answered, now=now, session=session)
        return True


def _answer_key(parcel: Parcel) -> str:
    return str(MailboxKey(parcel.key.try_number, ANSWER, parcel.key.id))
