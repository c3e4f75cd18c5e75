"""The attempts of one DAG run: of each task and map index the newest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.run_detail import RunDetail, read_details
from airflow_lineage_provider.store.run_refs import RunRef, UnknownRun, ref_of, run_query
from airflow_lineage_provider.store.upsert import CHUNK

MOST_ATTEMPTS = 20_000
"""Attempts of a DAG run that are looked at, the newest."""

Key = tuple[str, int]
"""(task id, map index)"""


@dataclass(frozen=True, slots=True)
class DagRunAttempts:
    """Which attempts a DAG run is made of."""

    dag_id: str
    run_id: str
    ids: dict[Key, int]
    """Row id of the newest attempt, in the order of the keys."""
    job_ids: dict[Key, int]
    states: frozenset[str | None]
    """Of the newest attempts."""
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def duration(self) -> float | None:
        """Seconds from the first start to the last end; ``None`` where one of them is not known."""
        if self.started_at is None or self.ended_at is None:
            return None
        return max((self.ended_at - self.started_at).total_seconds(), 0.0)


@dataclass(frozen=True, slots=True)
class DagRunPage:
    """A page of attempts, in the order of tasks and map indexes."""

    dag_id: str
    run_id: str
    runs: tuple[RunDetail, ...]
    next_key: Key | None


def find_dag_run(dag_id: str, run_id: str, access: Access, *, session: Session) -> DagRunAttempts:
    """The newest attempts of a DAG run. Raises :class:`UnknownRun` where nothing of it may be seen."""
    query = (
        select(
            RUN.c.id,
            RUN.c.job_id,
            JOB.c.task_id,
            RUN.c.map_index,
            RUN.c.try_number,
            RUN.c.state,
            RUN.c.started_at,
            RUN.c.ended_at,
        )
        .join(JOB, JOB.c.id == RUN.c.job_id)
        .where(RUN.c.run_id == run_id, JOB.c.dag_id == dag_id)
        .order_by(RUN.c.id.desc())
        .limit(MOST_ATTEMPTS)
    )
    rows = session.execute(query).all() if access.may_read(dag_id) else []
    if not rows:
        raise UnknownRun(f"nothing is recorded of run {run_id} of DAG {dag_id}")
    newest = {}
    for row in sorted(rows, key=lambda row: (row.task_id or "", row.map_index, row.try_number, row.id)):
        newest[row.task_id or "", row.map_index] = row
    starts = [row.started_at for row in newest.values() if row.started_at is not None]
    ends = [row.ended_at for row in newest.values() if row.ended_at is not None]
    return DagRunAttempts(
        dag_id,
        run_id,
        {key: row.id for key, row in newest.items()},
        {key: row.job_id for key, row in newest.items()},
        frozenset(row.state for row in newest.values()),
        min(starts, default=None),
        max(ends, default=None),
    )


def dag_run_page(
    dag_id: str, run_id: str, access: Access, *, after: Key | None = None, limit: int, session: Session
) -> DagRunPage:
    """What the attempts of a DAG run read and wrote. Raises :class:`UnknownRun`."""
    attempts = find_dag_run(dag_id, run_id, access, session=session)
    keys = [key for key in attempts.ids if after is None or key > after]
    refs = refs_of([attempts.ids[key] for key in keys[:limit]], session=session)
    details = read_details(refs, access, session=session) if refs else []
    return DagRunPage(
        dag_id, run_id, tuple(map(_without_columns, details)), keys[limit - 1] if len(keys) > limit else None
    )


def refs_of(ids: Sequence[int], *, session: Session) -> list[RunRef]:
    """Runs of row ids, in their order; those that are gone meanwhile are left out."""
    found: dict[int, RunRef] = {}
    for part in parts(sorted(ids), CHUNK):
        rows = session.execute(run_query().where(RUN.c.id.in_(part)))
        found.update({row.id: ref_of(row) for row in rows})
    return [found[run_id] for run_id in ids if run_id in found]


def _without_columns(detail: RunDetail) -> RunDetail:
    """Columns of two hundred attempts would be most of the answer; each attempt tells its own."""
    return replace(
        detail,
        inputs=tuple(replace(entry, columns=()) for entry in detail.inputs),
        outputs=tuple(replace(entry, columns=()) for entry in detail.outputs),
    )
