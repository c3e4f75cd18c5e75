"""Edges once more from the facts of runs: what drifted is named and put right, what cannot be proven is left.

Edges outlive the runs they were made from, and a job's description makes some that never had a run. So an
edge without facts stays, unless the very run it names is there and did not touch the dataset. Counts are
lowered only while no run was ever cleaned away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.edges import COLUMN_EDGE, EDGE, NO_RUN
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.retention.runs import CLEANED
from airflow_lineage_provider.store.retention.sweep import chunks
from airflow_lineage_provider.store.retention.transactions import Transactions
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.upsert import insert_missing, larger, smaller
from airflow_lineage_provider.store.watermarks import read_watermark

JOBS = 50
"""Jobs that are compared in one query."""
TRIES = 5
"""For a job: an ingest may lock the same rows in another order, and the database ends one of the two."""
SHOWN = 100
"""Drifted edges that are named; the rest is counted."""


class Key(NamedTuple):
    """An edge."""

    job_id: int
    dataset_id: int
    direction: str


@dataclass(slots=True)
class Facts:
    """What runs say of an edge."""

    runs: int
    evidence: int
    first_seen: datetime
    last_seen: datetime
    heard: datetime
    """No run touched it first after this moment."""
    started: datetime | None
    """Some run touched it at this moment or later."""

    def add(self, other: Facts) -> None:
        self.runs += other.runs
        self.evidence |= other.evidence
        self.first_seen = min(self.first_seen, other.first_seen)
        self.last_seen = max(self.last_seen, other.last_seen)
        self.heard = min(self.heard, other.heard)
        starts = [each for each in (self.started, other.started) if each is not None]
        self.started = max(starts, default=None)


@dataclass(frozen=True, slots=True)
class Drift:
    """An edge that is not what the facts say."""

    kind: str
    """missing | extra | differing"""
    key: Key
    values: Mapping[str, Any]
    """Columns as they have to be; empty for an extra one."""
    before: Mapping[str, Any] = field(default_factory=dict)
    """Those columns as they are."""


@dataclass(frozen=True, slots=True)
class NamedDrift:
    """A drift as people see it."""

    kind: str
    job: str
    dataset: str
    direction: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(slots=True)
class Reindexed:
    """What was compared and what came of it."""

    jobs: int = 0
    edges: int = 0
    """Edges that there were."""
    missing: int = 0
    extra: int = 0
    differing: int = 0
    not_provable: int = 0
    """Edges without any facts, kept: their runs are cleaned away, or a description of the job made them."""
    dangling_columns: int = 0
    """Column edges that name a run, job or dataset that is not there. They cannot be made from facts."""
    drifts: list[NamedDrift] = field(default_factory=list)
    """The first :data:`SHOWN` of them."""

    @property
    def drifted(self) -> int:
        return self.missing + self.extra + self.differing


def reindex(transactions: Transactions, *, dag_id: str | None = None, is_dry_run: bool = False) -> Reindexed:
    """Compare edges with facts, job by job, and put right what differs.

    Jobs without drift are only read; the edges of others are locked while they are compared once more, so
    that ingest goes on and what it adds meanwhile is added to the new values.
    """
    done = Reindexed()
    after = 0
    while True:
        with transactions.reading() as session:
            jobs = _jobs(after, dag_id, session=session)
            compared = _compare(jobs, session=session)
            done.jobs += len(jobs)
            done.edges += compared.edges
            done.not_provable += compared.not_provable
            done.dangling_columns += _dangling_columns(jobs, session=session)
        # Read without a lock while others write, so each of them is looked at once more.
        drifts = [
            drift
            for job_id in sorted({drift.key.job_id for drift in compared.drifts})
            for drift in _put_right(job_id, transactions, is_dry_run=is_dry_run)
        ]
        for drift in drifts:
            setattr(done, drift.kind, getattr(done, drift.kind) + 1)
        with transactions.reading() as session:
            done.drifts += _named(drifts[: SHOWN - len(done.drifts)], session=session)
        if len(jobs) < JOBS:
            return done
        after = jobs[-1]


@dataclass(frozen=True, slots=True)
class _Compared:
    edges: int
    not_provable: int
    drifts: list[Drift]


def _jobs(after: int, dag_id: str | None, *, session: Session) -> list[int]:
    query = select(JOB.c.id).where(JOB.c.id > after).order_by(JOB.c.id).limit(JOBS)
    if dag_id is not None:
        query = query.where(JOB.c.dag_id == dag_id)
    return list(session.scalars(query))


def _put_right(job_id: int, transactions: Transactions, *, is_dry_run: bool) -> list[Drift]:
    for left in reversed(range(TRIES)):
        try:
            return _try_to_put_right(job_id, transactions, is_dry_run=is_dry_run)
        except OperationalError:
            if not left:
                raise
    return []


def _try_to_put_right(job_id: int, transactions: Transactions, *, is_dry_run: bool) -> list[Drift]:
    """Compare the edges of a job while nobody changes them, and put right what differs."""
    with transactions.writing() as session:
        made: set[Key] = set()
        while True:
            locked = _lock(job_id, session=session)
            drifts = _compare([job_id], session=session).drifts
            free = [drift for drift in drifts if drift.key not in locked]
            missing = [drift for drift in free if drift.kind == "missing"]
            if not free or (is_dry_run and len(missing) == len(free)):
                break
            # What is missing is made empty, so that it can be locked and compared as the others are.
            rows = [{**drift.key._asdict(), **drift.values, "evidence": 0, "runs": 0} for drift in missing]
            insert_missing(EDGE, rows, session=session)
            made.update(drift.key for drift in missing)
        if not is_dry_run:
            for drift in drifts:
                which = and_(*(EDGE.c[column] == value for column, value in drift.key._asdict().items()))
                if drift.kind == "extra":
                    session.execute(EDGE.delete().where(which))
                else:
                    session.execute(EDGE.update().where(which).values(**drift.values))
        return [Drift("missing", drift.key, drift.values) if drift.key in made else drift for drift in drifts]


def _lock(job_id: int, *, session: Session) -> set[Key]:
    """Lock the edges of a job, as an ingest of its runs does, and in the same order."""
    query = select(EDGE.c.job_id, EDGE.c.dataset_id, EDGE.c.direction).where(EDGE.c.job_id == job_id)
    locked = query.order_by(EDGE.c.dataset_id, EDGE.c.direction).with_for_update()
    return {Key(*row) for row in session.execute(locked)}


def _compare(job_ids: Sequence[int], *, session: Session) -> _Compared:
    facts = _facts(job_ids, session=session)
    # Read after the facts: an ingest that committed in between brought both, and only an edge is no drift.
    edges = {
        Key(row.job_id, row.dataset_id, row.direction): row
        for row in session.execute(select(EDGE).where(EDGE.c.job_id.in_(job_ids)))
    }
    named = _edges_named_by_their_run(job_ids, session=session)
    are_complete = read_watermark(CLEANED, session=session) is None
    drifts = []
    for key in sorted(facts.keys() - edges.keys()):
        drifts.append(Drift("missing", key, _values_of(key, facts[key], session=session)))
    for key in sorted(facts.keys() & edges.keys()):
        drift = _differing(key, edges[key], facts[key], key in named, are_complete, session=session)
        if drift is not None:
            drifts.append(drift)
    alone = [edges[key] for key in sorted(edges.keys() - facts.keys())]
    known = _known_runs({row.last_run_id for row in alone}, session=session)
    extra = [row for row in alone if known.get(row.last_run_id) == row.job_id]
    for row in extra:
        drifts.append(Drift("extra", Key(row.job_id, row.dataset_id, row.direction), {}, {"runs": row.runs}))
    return _Compared(len(edges), len(alone) - len(extra), drifts)


def _differing(
    key: Key, edge: Any, facts: Facts, is_named: bool, are_complete: bool, *, session: Session
) -> Drift | None:
    values: dict[str, Any] = {}
    if facts.evidence & ~edge.evidence:
        values["evidence"] = edge.evidence | facts.evidence
    if edge.runs < facts.runs or (are_complete and edge.runs != facts.runs):
        values["runs"] = facts.runs
    if edge.first_seen > facts.heard:
        values["first_seen"] = facts.first_seen
    is_behind = facts.started is not None and edge.last_seen < facts.started
    if is_behind:
        values["last_seen"] = facts.last_seen
    if is_behind or not is_named:
        newest = _newest_run(key, session=session)
        if newest != edge.last_run_id:
            values["last_run_id"] = newest
    if not values:
        return None
    return Drift("differing", key, values, {column: getattr(edge, column) for column in values})


def _values_of(key: Key, facts: Facts, *, session: Session) -> dict[str, Any]:
    return {
        "evidence": facts.evidence,
        "first_seen": facts.first_seen,
        "last_seen": facts.last_seen,
        "last_run_id": _newest_run(key, session=session),
        "runs": facts.runs,
    }


def _moments() -> tuple[Any, Any]:
    """When a run touched what it touched, and when it started, both at most when it was heard of."""
    heard = RUN.c.recorded_at
    started = smaller(RUN.c.started_at, heard)
    ended = smaller(func.coalesce(RUN.c.ended_at, RUN.c.started_at, heard), heard)
    return larger(ended, func.coalesce(started, ended)), started


def _facts(job_ids: Sequence[int], *, session: Session) -> dict[Key, Facts]:
    at, started = _moments()
    of_edge = (RUN.c.job_id, RUN_IO.c.dataset_id, RUN_IO.c.direction, RUN_IO.c.evidence)
    query = (
        select(
            *of_edge,
            func.count().label("runs"),
            func.min(at).label("first_seen"),
            func.max(at).label("last_seen"),
            func.min(RUN.c.recorded_at).label("heard"),
            # When a run of another producer began is what its first START says, and others may come before it.
            func.max(case((RUN.c.ti_id.is_not(None), started))).label("started"),
        )
        .join(RUN, RUN.c.id == RUN_IO.c.run_id)
        .where(RUN.c.job_id.in_(job_ids))
        .group_by(*of_edge)
    )
    found: dict[Key, Facts] = {}
    for row in session.execute(query):
        facts = Facts(row.runs, row.evidence, row.first_seen, row.last_seen, row.heard, row.started)
        key = Key(row.job_id, row.dataset_id, row.direction)
        if key in found:
            found[key].add(facts)
        else:
            found[key] = facts
    return found


def _edges_named_by_their_run(job_ids: Sequence[int], *, session: Session) -> set[Key]:
    """Edges whose last run is there and touched the dataset."""
    query = (
        select(EDGE.c.job_id, EDGE.c.dataset_id, EDGE.c.direction)
        .join(
            RUN_IO,
            and_(
                RUN_IO.c.run_id == EDGE.c.last_run_id,
                RUN_IO.c.dataset_id == EDGE.c.dataset_id,
                _is_same_direction(),
            ),
        )
        .join(RUN, and_(RUN.c.id == EDGE.c.last_run_id, RUN.c.job_id == EDGE.c.job_id))
        .where(EDGE.c.job_id.in_(job_ids))
    )
    return {Key(*row) for row in session.execute(query)}


def _is_same_direction() -> Any:
    """An edge spells the word out, of which inputs and outputs have the place."""
    return or_(
        *(and_(EDGE.c.direction == each.value, RUN_IO.c.direction == each.value) for each in Direction)
    )


def _newest_run(key: Key, *, session: Session) -> int:
    at, _ = _moments()
    query = (
        select(RUN.c.id)
        .join(RUN_IO, RUN_IO.c.run_id == RUN.c.id)
        .where(
            RUN.c.job_id == key.job_id,
            RUN_IO.c.dataset_id == key.dataset_id,
            RUN_IO.c.direction == key.direction,
        )
        .order_by(at.desc(), RUN.c.id.desc())
        .limit(1)
    )
    found = session.scalar(query)
    return NO_RUN if found is None else int(found)


def _known_runs(run_ids: Collection[int], *, session: Session) -> dict[int, int]:
    """Run id to job id, of those runs that are there."""
    found: dict[int, int] = {}
    for part in chunks(sorted(run_ids)):
        query = select(RUN.c.id, RUN.c.job_id).where(RUN.c.id.in_(part))
        found.update({row.id: row.job_id for row in session.execute(query)})
    return found


def _dangling_columns(job_ids: Sequence[int], *, session: Session) -> int:
    def is_gone(table: Any, column: Any) -> Any:
        return ~exists().where(table.c.id == column)

    query = select(func.count()).where(
        COLUMN_EDGE.c.job_id.in_(job_ids),
        or_(
            and_(COLUMN_EDGE.c.last_run_id != NO_RUN, is_gone(RUN, COLUMN_EDGE.c.last_run_id)),
            is_gone(DATASET, COLUMN_EDGE.c.output_dataset_id),
            is_gone(DATASET, COLUMN_EDGE.c.input_dataset_id),
        ),
    )
    return session.scalar(query.select_from(COLUMN_EDGE)) or 0


def _named(drifts: Sequence[Drift], *, session: Session) -> Iterator[NamedDrift]:
    jobs = _names(JOB, {drift.key.job_id for drift in drifts}, session=session)
    datasets = _names(DATASET, {drift.key.dataset_id for drift in drifts}, session=session)
    for drift in drifts:
        yield NamedDrift(
            drift.kind,
            jobs.get(drift.key.job_id, str(drift.key.job_id)),
            datasets.get(drift.key.dataset_id, str(drift.key.dataset_id)),
            drift.key.direction,
            drift.before,
            drift.values,
        )


def _names(table: Any, ids: Collection[int], *, session: Session) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in chunks(sorted(ids)):
        query = select(table.c.id, table.c.namespace, table.c.name).where(table.c.id.in_(part))
        found.update({row.id: f"{row.namespace}:{row.name}" for row in session.execute(query)})
    return found
