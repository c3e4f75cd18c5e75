"""Old runs, but for those that the history of a job needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import SUCCESS_STATES, Capture
from airflow_lineage_provider.store.edges import COLUMN_EDGE, EDGE
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.open_dag_runs import OPEN
from airflow_lineage_provider.store.retention.aged import INTERVAL
from airflow_lineage_provider.store.retention.facet_sets import remove_unused_sets, sets_of_runs
from airflow_lineage_provider.store.retention.kind import Kind
from airflow_lineage_provider.store.retention.policy import Policy
from airflow_lineage_provider.store.retention.sweep import PAGE, chunks, count_rows, hold, remove_rows
from airflow_lineage_provider.store.retention.transactions import Transactions
from airflow_lineage_provider.store.run_facets import RUN_FACET
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.upsert import insert_missing
from airflow_lineage_provider.store.watermarks import WATERMARK

CLEANED = "retention.runs"
"""Watermark that counts the runs that were ever cleaned away; without it all facts there ever were are there."""
JOBS = 200
"""Jobs that are looked at in one query."""
MOMENT = func.coalesce(RUN.c.started_at, RUN.c.recorded_at)
"""What "newest" means: runs may be told of in any order."""

_UNSETTLED = tuple(capture.value for capture in Capture if not capture.settled)


@dataclass(frozen=True, slots=True)
class RunSweep:
    """Runs of which nothing was heard for long."""

    policy: Policy
    before: datetime
    kind: Kind = Kind.RUNS

    def pages(self, transactions: Transactions) -> Iterator[list[int]]:
        with transactions.reading() as session:
            newest = session.scalar(select(func.max(RUN.c.id))) or 0
        after = 0
        while True:
            with transactions.reading() as session:
                jobs, after = self._jobs(after, session=session)
            yield []
            for job_id in jobs:
                yield from self._of_job(job_id, newest, transactions)
            if after == 0:
                return

    def sizes(self, ids: Sequence[int], *, session: Session) -> Mapping[int, int]:
        sizes = count_rows(RUN_IO, "run_id", ids, session=session)
        for run_id, count in count_rows(RUN_FACET, "run_id", ids, session=session).items():
            sizes[run_id] = sizes.get(run_id, 0) + count
        return sizes

    def remove(self, ids: Sequence[int], *, session: Session) -> int:
        # Who writes facts of a run holds its row, so what belongs to those that are locked here is at rest.
        held = hold(RUN, ids, self._is_at_rest(), session=session)
        # A version that ended after versions were cleaned, and long ago all the same, keeps its run for now.
        named = _named_by_versions(held, gone=None, session=session)
        held = [each for each in held if each not in named]
        remove_rows(RUN_IO, "run_id", held, session=session)
        remove_rows(RUN_FACET, "run_id", held, session=session)
        sets = sets_of_runs(held, session=session)
        gone = remove_rows(RUN, "id", held, session=session)
        remove_unused_sets(sets, session=session)
        if gone:
            now = self.policy.now
            insert_missing(WATERMARK, [{"name": CLEANED, "value": 0, "updated_at": now}], session=session)
            counted = {"value": WATERMARK.c.value + gone, "updated_at": now}
            session.execute(WATERMARK.update().where(WATERMARK.c.name == CLEANED).values(counted))
        return gone

    def _jobs(self, after: int, *, session: Session) -> tuple[list[int], int]:
        """Jobs that have more runs than are kept, old ones among them, and where to go on; 0: nowhere."""
        jobs = list(session.scalars(select(JOB.c.id).where(JOB.c.id > after).order_by(JOB.c.id).limit(JOBS)))
        if not jobs:
            return [], 0
        old = func.sum(case((RUN.c.recorded_at < self.before, 1), else_=0))
        query = (
            select(RUN.c.job_id)
            .where(RUN.c.job_id > after, RUN.c.job_id <= jobs[-1])
            .group_by(RUN.c.job_id)
            .having(func.count() > self.policy.last_runs, old > 0)
            .order_by(RUN.c.job_id)
        )
        return list(session.scalars(query)), jobs[-1] if len(jobs) == JOBS else 0

    def _of_job(self, job_id: int, newest: int, transactions: Transactions) -> Iterator[list[int]]:
        with transactions.reading() as session:
            kept, oldest_kept = self._kept(job_id, session=session)
        if oldest_kept is None:
            return
        at, run_id = oldest_kept
        moment = MOMENT
        after = 0
        while True:
            query = (
                select(RUN.c.id)
                .where(
                    RUN.c.job_id == job_id,
                    RUN.c.id > after,
                    # SQLite hands out the id of its newest row again, and edges name runs by their ids.
                    RUN.c.id < newest,
                    self._is_at_rest(),
                    or_(moment < at, and_(moment == at, RUN.c.id < run_id)),
                )
                .order_by(RUN.c.id)
                .limit(PAGE)
            )
            with transactions.reading() as session:
                page = list(session.scalars(query))
                gone = self.policy.before(Kind.SCHEMAS)
                kept |= _named_by_versions(page, gone=gone, session=session)
            yield [each for each in page if each not in kept]
            if len(page) < PAGE:
                return
            after = page[-1]

    def _kept(self, job_id: int, *, session: Session) -> tuple[set[int], Any]:
        """Runs of a job that stay whatever their age, and the oldest of its newest ones as (moment, id)."""
        newest_first = (MOMENT.desc(), RUN.c.id.desc())
        of_job = select(MOMENT, RUN.c.id).where(RUN.c.job_id == job_id).order_by(*newest_first)
        oldest_kept = session.execute(of_job.offset(self.policy.last_runs - 1).limit(1)).first()
        success = session.scalar(
            select(RUN.c.id)
            .where(RUN.c.job_id == job_id, RUN.c.state.in_(tuple(SUCCESS_STATES)))
            .order_by(*newest_first)
            .limit(1)
        )
        kept = {success} if success is not None else set()
        for table in (EDGE, COLUMN_EDGE):
            kept.update(session.scalars(select(table.c.last_run_id).where(table.c.job_id == job_id)))
        return kept, oldest_kept

    def _is_at_rest(self) -> Any:
        return and_(
            RUN.c.recorded_at < self.before,
            RUN.c.capture.not_in(_UNSETTLED),
            or_(RUN.c.dag_run_id.is_(None), ~exists().where(OPEN.c.dag_run_id == RUN.c.dag_run_id)),
        )


def _named_by_versions(run_ids: Sequence[int], *, gone: datetime | None, session: Session) -> set[int]:
    """Those of some runs that were the first with a schema version.

    :param gone: versions that ended before it are gone, or as good as gone.
    """
    found: set[int] = set()
    for part in chunks(run_ids):
        query = select(INTERVAL.c.run_id).where(INTERVAL.c.run_id.in_(part))
        if gone is not None:
            query = query.where(or_(INTERVAL.c.valid_to.is_(None), INTERVAL.c.valid_to >= gone))
        found.update(session.scalars(query))
    return found
