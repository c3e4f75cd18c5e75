"""The server's side of the mailbox: ingest what arrived, answer what was asked, reconcile what never came.

Each row is read, ingested and deleted in one transaction of its own: exactly once, with any number of API
servers, and a bad row stops nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.governance.answer import Asker, answer
from airflow_lineage_provider.mailbox.key import ANSWER, PREFIX, QUESTION, InvalidKey, MailboxKey
from airflow_lineage_provider.model.record import SegmentKind
from airflow_lineage_provider.model.record_reader import InvalidRecord, decode_payload, read_segment
from airflow_lineage_provider.store.attempts import UnknownAttempt, find_attempt
from airflow_lineage_provider.store.dead_letters import bury, exhume, note_retry, remove_letters
from airflow_lineage_provider.store.ingest import ingest_segment, prepare_segment
from airflow_lineage_provider.store.mailbox_rows import (
    MailboxRow,
    delete_row,
    newest_row_id,
    put_answer,
    sweep_answers,
    take_row,
    waiting_row_ids,
)
from airflow_lineage_provider.store.open_dag_runs import find_new_dag_runs
from airflow_lineage_provider.store.reconcile import OpenRun, open_runs, reconcile_run, runs_to_settle
from airflow_lineage_provider.store.watermarks import take_turn, take_write_lock

log = logging.getLogger(__name__)

BATCH = 500
SAFETY_WINDOW = 2000
"""Primary keys are handed out before they are committed: this far below the newest we look again."""
FULL_SWEEP_EVERY = 60.0
ANSWERS_KEPT = timedelta(hours=1)
_SEGMENTS = frozenset(kind.value for kind in SegmentKind)
_RUNS_PER_BATCH = 200


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


class Drainer:
    """Drains with its own sessions.

    :param session_factory: makes a session outside anybody's scope; Airflow's scoped one may be in use by
        whoever calls us.
    """

    def __init__(self, session_factory: Callable[[], Session] | None = None) -> None:
        self._session_factory = session_factory or _own_session
        self._watermark = 0
        self._last_sweep = float("-inf")
        self._namespace = config.namespace()
        self._limit = max(4 * config.capture_size_limit(), 4 << 20)

    def drain(self) -> Drained:
        """Work off what waits; returns when nothing is left that can be done now."""
        done = Drained()
        floor = self._floor()
        questions: dict[int, None] = {}
        after = floor
        while True:
            with self._session() as session:
                rows = waiting_row_ids(PREFIX, above=after, skip=f"/{ANSWER}-", limit=BATCH, session=session)
            for row_id, key in rows:
                if f"/{QUESTION}-" in key:
                    questions[row_id] = None
                else:
                    self._work(row_id, done)
            if len(rows) < BATCH:
                break
            after = rows[-1][0]
        # Records before questions: what was seen in this pass counts for the answer.
        for row_id in questions:
            self._work(row_id, done)
        return done

    def reconcile(self, *, force: bool = False) -> bool:
        """Compare open DAG runs with what arrived; one server at a time does.

        :param force: do it now, whoever did it last.
        :return: whether it was done here.
        """
        now = datetime.now(UTC)
        every = timedelta(seconds=config.reconcile_interval())
        with self._session() as session, session.begin():
            take_write_lock(session=session)
            if not take_turn("reconcile", every, now=now, session=session) and not force:
                return False
            find_new_dag_runs(now=now, session=session)
        after = -1
        while True:
            with self._session() as session:
                batch = open_runs(limit=_RUNS_PER_BATCH, after=after, session=session)
            for run in runs_to_settle(batch):
                self._reconcile_run(run)
            if len(batch) < _RUNS_PER_BATCH:
                return True
            after = batch[-1].dag_run_id

    def retry_dead_letter(self, letter_id: int) -> str | None:
        """Try to ingest a dead letter again.

        :return: ``None`` when it worked, else why it did not.
        """
        with self._session() as session, session.begin():
            take_write_lock(session=session)
            row = exhume(letter_id, session=session)
            if row is None:
                return f"there is no dead letter {letter_id}"
            try:
                with session.begin_nested():
                    self._ingest(row, MailboxKey.parse(row.key), session)
            except Exception as error:
                reason = _reason(error)
                note_retry(letter_id, reason, session=session)
                return reason
            remove_letters([letter_id], session=session)
            return None

    def _reconcile_run(self, run: OpenRun) -> None:
        try:
            with self._session() as session, session.begin():
                take_write_lock(session=session)
                reconcile_run(
                    run,
                    namespace=self._namespace,
                    grace=timedelta(seconds=config.arrival_grace()),
                    now=datetime.now(UTC),
                    session=session,
                )
        except DBAPIError as error:
            log.warning("Run %s of %s could not be reconciled now: %s", run.run_id, run.dag_id, error.orig)

    def _floor(self) -> int:
        """Primary key above which to look: everything on the first pass and once a minute, else the new."""
        with self._session() as session:
            newest = newest_row_id(session=session)
        now = time.monotonic()
        if now - self._last_sweep >= FULL_SWEEP_EVERY:
            self._last_sweep = now
            self._watermark = newest
            with self._session() as session, session.begin():
                sweep_answers(PREFIX, before=datetime.now(UTC) - ANSWERS_KEPT, session=session)
            return 0
        floor = max(0, self._watermark - SAFETY_WINDOW)
        self._watermark = max(self._watermark, newest)
        return floor

    def _work(self, row_id: int, done: Drained) -> None:
        try:
            with self._session() as session, session.begin():
                take_write_lock(session=session)
                row = take_row(row_id, limit=self._limit, session=session)
                if row is None:
                    return
                self._handle(row, done, session)
        except (OperationalError, InterfaceError) as error:
            # A deadlock, a locked file, a lost connection: the row is still there for the next pass.
            log.info("Mailbox row %s is left for the next pass: %s", row_id, error.orig)
        except Exception:
            log.exception("Mailbox row %s could not be handled; it is left where it is", row_id)

    def _handle(self, row: MailboxRow, done: Drained, session: Session) -> None:
        now = datetime.now(UTC)
        try:
            with session.begin_nested():
                key = MailboxKey.parse(row.key)
                if key.kind == QUESTION:
                    if not self._answer(row, key, now, session):
                        done.waiting += 1
                        return
                    done.answered += 1
                else:
                    self._ingest(row, key, session)
                    done.ingested += 1
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            if not isinstance(error, InvalidRecord | InvalidKey | UnknownAttempt):
                log.exception("Mailbox row %s cannot be ingested", row.id)
            bury(row, _reason(error), now=now, session=session)
            done.buried += 1
        delete_row(row.id, session=session)

    def _ingest(self, row: MailboxRow, key: MailboxKey, session: Session) -> None:
        if key.kind not in _SEGMENTS:
            raise InvalidKey(f"{key.kind!r} is no kind of mailbox row")
        if row.size > self._limit:
            raise InvalidRecord(f"payload of {row.size} characters is larger than {self._limit} bytes")
        record = read_segment(decode_payload(row.value, self._limit))
        if record.kind.value != key.kind:
            raise InvalidRecord(f"record.kind is {record.kind.value}, its key says {key.kind}")
        attempt = find_attempt(
            ti_id=record.ti_id,
            try_number=key.try_number,
            dag_run_id=row.dag_run_id,
            dag_id=row.dag_id,
            run_id=row.run_id,
            task_id=row.task_id,
            map_index=row.map_index,
            session=session,
        )
        prepared = prepare_segment(record, session=session)
        ingest_segment(prepared, attempt, namespace=self._namespace, now=datetime.now(UTC), session=session)

    def _answer(self, row: MailboxRow, key: MailboxKey, now: datetime, session: Session) -> bool:
        if row.size > self._limit:
            raise InvalidRecord(f"question of {row.size} characters is larger than {self._limit} bytes")
        question = decode_payload(row.value, self._limit)
        if not isinstance(question, dict):
            raise InvalidRecord("question must be an object")
        asker = Asker(
            dag_run_id=row.dag_run_id,
            dag_id=row.dag_id,
            run_id=row.run_id,
            task_id=row.task_id,
            map_index=row.map_index,
            try_number=key.try_number,
        )
        give_up = now - row.updated_at > timedelta(seconds=config.upstream_wait())
        answered = answer(asker, question, give_up=give_up, session=session)
        if answered is None:
            return False
        put_answer(row, str(MailboxKey(key.try_number, ANSWER, key.id)), answered, now=now, session=session)
        return True

    @contextmanager
    def _session(self) -> Iterator[Session]:
        session = self._session_factory()
        try:
            yield session
        finally:
            session.close()


def _own_session() -> Session:
    from airflow import settings

    engine: Any = settings.get_engine()
    return Session(bind=engine, expire_on_commit=False)


def _reason(error: Exception) -> str:
    if isinstance(error, InvalidRecord | InvalidKey | UnknownAttempt):
        return str(error)
    if isinstance(error, DBAPIError):
        # The statement and its parameters stay out: they hold the payload.
        return f"ingest failed: {type(error.orig).__name__}: {str(error.orig).splitlines()[0]}"
    return f"ingest failed: {type(error).__name__}: {error}"
