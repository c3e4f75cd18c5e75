"""Reconciling as a job: whose turn it is, and small transactions over however many attempts there are."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from airflow_lineage_provider import config
from airflow_lineage_provider.mailbox.failure import first_line
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.attempts import Attempt
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.open_dag_runs import OpenRun, find_new_dag_runs, read_open_runs
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from airflow_lineage_provider.store.reconcile import (
    close_runs,
    forget_run,
    give_up,
    lost_runs,
    read_differing,
    settle,
    settled_runs,
)
from airflow_lineage_provider.store.watermarks import take_turn

log = logging.getLogger(__name__)

RUNS_PER_BATCH = 200
PAGE = 5000
CHUNK = 500
"""Attempts per transaction: a pass holds no lock for long, and SQLite has only one for everything."""


class Reconciler:
    """Compares open DAG runs with what arrived."""

    def __init__(self, sessions: OwnTransactions, namespace: str) -> None:
        self._sessions = sessions
        self._namespace = namespace

    def reconcile(self, *, force: bool = False) -> bool:
        """Look at every open run; one server at a time does.

        :param force: do it now, whoever did it last.
        :return: whether it was done here.
        """
        now = datetime.now(UTC)
        every = timedelta(seconds=config.reconcile_interval())
        with self._sessions.writing() as session:
            if not take_turn("reconcile", every, now=now, session=session) and not force:
                return False
            find_new_dag_runs(now=now, session=session)
        self._work(None, None)
        return True

    def reconcile_dag(self, dag_id: str, run_id: str | None = None) -> None:
        """Look at the open runs of a DAG, or at one of them, now."""
        with self._sessions.writing() as session:
            find_new_dag_runs(now=datetime.now(UTC), session=session)
        self._work(dag_id, run_id)

    def _work(self, dag_id: str | None, run_id: str | None) -> None:
        after = -1
        while True:
            with self._sessions.reading() as session:
                runs = read_open_runs(dag_id, run_id, limit=RUNS_PER_BATCH, after=after, session=session)
            if runs:
                for attempts in self._differing([run.dag_run_id for run in runs]):
                    self._settle(attempts)
                self._close(runs)
            if len(runs) < RUNS_PER_BATCH:
                return
            after = runs[-1].dag_run_id

    def _differing(self, dag_run_ids: Sequence[int]) -> Iterator[list[Attempt]]:
        grace = timedelta(seconds=config.arrival_grace())
        for archived in (True, False):
            after: UUID | None = None
            while True:
                with self._sessions.reading() as session:
                    found, after = read_differing(
                        dag_run_ids,
                        archived=archived,
                        after=after,
                        limit=PAGE,
                        grace=grace,
                        now=datetime.now(UTC),
                        session=session,
                    )
                yield from (part for part in parts(found, CHUNK))
                if after is None:
                    break

    def _settle(self, attempts: Sequence[Attempt]) -> None:
        try:
            with self._sessions.writing() as session:
                settle(
                    attempts,
                    namespace=self._namespace,
                    grace=timedelta(seconds=config.arrival_grace()),
                    now=datetime.now(UTC),
                    session=session,
                )
        except DBAPIError as error:
            if len(attempts) > 1 and not isinstance(error, OperationalError | InterfaceError):
                # One attempt that the database refuses must not keep the others.
                middle = len(attempts) // 2
                self._settle(attempts[:middle])
                self._settle(attempts[middle:])
                return
            first = attempts[0]
            log.warning(
                "%d attempts, first %s.%s of run %s, could not be reconciled now: %s",
                len(attempts),
                first.dag_id,
                first.task_id,
                first.run_id,
                first_line(error),
            )

    def _close(self, runs: Sequence[OpenRun]) -> None:
        gone = [run for run in runs if run.state is None]
        over = [run.dag_run_id for run in runs if run.is_over]
        with self._sessions.reading() as session:
            lost = lost_runs(over, session=session) if over else []
            settled = settled_runs(over, session=session) if over else []
        if not (gone or lost or settled):
            return
        try:
            with self._sessions.writing() as session:
                for run in gone:
                    of_run = (RUN.c.dag_run_id == run.dag_run_id) & (RUN.c.run_id == run.run_id)
                    give_up(of_run, session=session)
                    forget_run(run, session=session)
                for part in parts(lost, CHUNK):
                    give_up(RUN.c.id.in_(part), session=session)
                if over:
                    close_runs(over, session=session)
        except DBAPIError as error:
            log.warning("DAG runs that are over could not be closed now: %s", first_line(error))
