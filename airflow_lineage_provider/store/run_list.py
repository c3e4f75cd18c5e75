"""Runs in a list, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.run_refs import LARGEST_ID, MOMENT, RunRef, ref_of, run_query, seen
from airflow_lineage_provider.store.run_window import first_run_id
from airflow_lineage_provider.store.upsert import CHUNK

MOST_EXAMINED = 20_000
"""Runs that are looked at for one page; where they do not fill it, the page is short.

It says where to go on only to who may see all of them.
"""


@dataclass(frozen=True, slots=True)
class RunFilter:
    """What runs are asked for; ``None``: any."""

    dag_id: str | None = None
    run_id: str | None = None
    task_id: str | None = None
    state: str | None = None
    job_id: int | None = None
    since: datetime | None = None
    """Runs that ended (or, while they go on, started) then or later."""
    until: datetime | None = None
    """Runs that ended before."""
    map_index: int | None = None
    """-1: of a task that is not mapped."""


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run with how much it touched."""

    run: RunRef
    duration: float | None
    inputs: int
    outputs: int


@dataclass(frozen=True, slots=True)
class RunPage:
    """A page of runs."""

    runs: tuple[ListedRun, ...]
    next_id: int | None
    """The page after this one starts below this row id; ``None``: there is none."""


def list_runs(
    asked: RunFilter, access: Access, *, below: int | None = None, limit: int, session: Session
) -> RunPage:
    """Runs below a row id that fit, newest id first."""
    floor = first_run_id(asked.since, session=session) if asked.since is not None else 0
    found: list[RunRef] = []
    at = below if below is not None else LARGEST_ID
    is_over = False
    left = MOST_EXAMINED
    while not is_over and len(found) <= limit and left > 0:
        lowest, examined, rows = _window(asked, floor, at, min(left, max(5 * limit, 500)), session=session)
        found += seen(rows, access, session=session)
        left -= examined
        is_over = lowest is None
        at = lowest if lowest is not None else at
    # Who may not see all goes on only from what they saw: a page that is short must not tell of hidden runs.
    next_id = at if access.is_unrestricted and not is_over else None
    if len(found) > limit:
        next_id = found[limit - 1].id
    runs = found[:limit]
    counts = _io_counts([run.id for run in runs], session=session)
    return RunPage(
        tuple(
            ListedRun(
                run,
                run.duration,
                counts.get((run.id, Direction.INPUT.value), 0),
                counts.get((run.id, Direction.OUTPUT.value), 0),
            )
            for run in runs
        ),
        next_id,
    )


def _window(
    asked: RunFilter, floor: int, below: int, size: int, *, session: Session
) -> tuple[int | None, int, list[RunRef]]:
    """(lowest id looked at, ``None`` at the end of history; how many were; those of them that fit)."""
    # What has an index narrows the window; the rest is looked for inside of it, so that it never grows.
    window = select(RUN.c.id).where(RUN.c.id < below, RUN.c.id >= floor)
    if asked.run_id is not None:
        window = window.where(RUN.c.run_id == asked.run_id)
    if asked.job_id is not None:
        window = window.where(RUN.c.job_id == asked.job_id)
    if asked.dag_id is not None:
        jobs = select(JOB.c.id).where(JOB.c.dag_id == asked.dag_id)
        if asked.task_id is not None:
            jobs = jobs.where(JOB.c.task_id == asked.task_id)
        window = window.where(RUN.c.job_id.in_(jobs))
    ids = window.order_by(RUN.c.id.desc()).limit(size).subquery()
    lowest, examined = session.execute(select(func.min(ids.c.id), func.count())).one()
    if lowest is None:
        return None, 0, []
    query = run_query().where(RUN.c.id.in_(select(ids.c.id))).order_by(RUN.c.id.desc())
    for condition in _unindexed(asked):
        query = query.where(condition)
    rows = [ref_of(row) for row in session.execute(query)]
    return (lowest if examined == size else None), examined, rows


def _unindexed(asked: RunFilter) -> list[Any]:
    conditions: list[Any] = []
    if asked.task_id is not None and asked.dag_id is None:
        conditions.append(JOB.c.task_id == asked.task_id)
    if asked.map_index is not None:
        conditions.append(RUN.c.map_index == asked.map_index)
    if asked.state is not None:
        conditions.append(RUN.c.state == asked.state)
    if asked.since is not None:
        conditions.append(asked.since <= MOMENT)
    if asked.until is not None:
        conditions.append(asked.until > MOMENT)
    return conditions


def _io_counts(run_ids: Sequence[int], *, session: Session) -> dict[tuple[int, str], int]:
    found: dict[tuple[int, str], int] = {}
    for part in parts(run_ids, CHUNK):
        query = (
            select(RUN_IO.c.run_id, RUN_IO.c.direction, func.count())
            .where(RUN_IO.c.run_id.in_(part))
            .group_by(RUN_IO.c.run_id, RUN_IO.c.direction)
        )
        found.update({(row[0], row[1]): row[2] for row in session.execute(query)})
    return found
