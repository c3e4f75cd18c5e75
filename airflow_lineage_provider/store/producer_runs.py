"""How the last runs of jobs went."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import Capture
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.attempts import TI
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.row_ids import chunks, in_ids
from airflow_lineage_provider.store.run_refs import MOMENT
from airflow_lineage_provider.store.upsert import CHUNK, some

RUNNING = "running"
UNDER_WAY = frozenset(
    {
        "queued", "scheduled", "running", "restarting", "deferred", "up_for_retry", "up_for_reschedule",
    }
)  # fmt: skip
"""Airflow's states of an attempt that will end by itself."""
_WORST_FIRST = ("failed", "upstream_failed", RUNNING, "aborted", "success", "skipped", "removed")


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run of a job; of a mapped task, all of its instances in one DAG run."""

    state: str | None
    at: datetime | None
    run: str | None
    """Airflow's run id, else the OpenLineage run id."""


def last_runs(job_ids: Collection[int], *, session: Session) -> dict[int, LastRun]:
    """Last run by job; jobs that nobody ever saw run are left out.

    A task that is under way is ``running`` whatever is recorded of it: its record comes when it has ended.
    """
    wanted = sorted(job_ids)
    newest: dict[int, Any] = {}
    for part in chunks(wanted):
        for row in session.execute(_NEWEST, {"ids": part}).all():
            newest[row.job_id] = row
    found = {job_id: _last([row]) for job_id, row in newest.items()}
    mapped = {job_id: row.dag_run_id for job_id, row in newest.items() if row.map_index >= 0}
    for job_id, rows in _siblings(mapped, session=session).items():
        found[job_id] = _last(rows)
    found |= _under_way(wanted, session=session)
    return found


def _last(rows: Iterable[Any]) -> LastRun:
    """One state for all instances of a task: the worst, and as long as one runs they run unless one has failed."""
    known = list(rows)
    states = {RUNNING if row.state in UNDER_WAY else row.state for row in known} - {None}
    state = min(
        states, key=lambda state: _WORST_FIRST.index(state) if state in _WORST_FIRST else 0, default=None
    )
    last = max(known, key=lambda row: (row.at, row.id))
    run = last.run_id or (str(last.openlineage_run_id) if last.openlineage_run_id else None)
    return LastRun(state, last.at, run)


def _siblings(dag_runs: dict[int, int | None], *, session: Session) -> dict[int, list[Any]]:
    """The newest attempt of each instance of mapped tasks, in one DAG run each."""
    wanted = sorted(job_id for job_id, dag_run_id in dag_runs.items() if dag_run_id is not None)
    instances: dict[tuple[int, int], Any] = {}
    for jobs in parts(wanted, CHUNK):
        asked = {"ids": jobs, "dag_runs": list({dag_runs[job_id] for job_id in jobs})}
        for row in session.execute(_SIBLINGS, asked):
            if dag_runs[row.job_id] == row.dag_run_id:
                known = instances.setdefault((row.job_id, row.map_index), row)
                instances[row.job_id, row.map_index] = max(known, row, key=lambda each: each.id)
    found: dict[int, list[Any]] = {}
    for (job_id, _), row in instances.items():
        found.setdefault(job_id, []).append(row)
    return found


def _under_way(job_ids: list[int], *, session: Session) -> dict[int, LastRun]:
    found: dict[int, LastRun] = {}
    for part in chunks(job_ids):
        for row in session.execute(_UNDER_WAY, {"ids": part}):
            found[row.id] = LastRun(RUNNING, row.start_date, row.run_id)
    return found


_COLUMNS = (
    RUN.c.id,
    RUN.c.job_id,
    RUN.c.run_id,
    RUN.c.dag_run_id,
    RUN.c.map_index,
    RUN.c.openlineage_run_id,
    func.coalesce(TI.c.state, RUN.c.state).label("state"),
    MOMENT.label("at"),
)
_OTHER = RUN.alias("other")
_LATEST = (
    select(_OTHER.c.id)
    .where(
        _OTHER.c.job_id == JOB.c.id,
        or_(JOB.c.dag_id.is_(None), _OTHER.c.capture != Capture.EXTERNAL.value),
    )
    .order_by(_OTHER.c.id.desc())
    .limit(1)
    .correlate(JOB)
    .scalar_subquery()
)
_NEWEST = (
    select(*_COLUMNS)
    .select_from(JOB.join(RUN, RUN.c.id == _LATEST).outerjoin(TI, TI.c.id == RUN.c.ti_id))
    .where(in_ids(JOB.c.id))
)
_SIBLINGS = (
    select(*_COLUMNS)
    .select_from(RUN.outerjoin(TI, TI.c.id == RUN.c.ti_id))
    .where(
        RUN.c.dag_run_id.in_(some("dag_runs")),
        in_ids(RUN.c.job_id),
        RUN.c.capture != Capture.EXTERNAL.value,
    )
)
_UNDER_WAY = (
    select(JOB.c.id, TI.c.run_id, TI.c.start_date)
    .join(JOB, (JOB.c.dag_id == TI.c.dag_id) & (JOB.c.task_id == TI.c.task_id))
    .where(in_ids(JOB.c.id), TI.c.state.in_(tuple(sorted(UNDER_WAY))))
    .order_by(TI.c.start_date, TI.c.run_id)
)
