"""Runs of other producers: whatever order their events come in, the same run stands there in the end."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import Capture
from airflow_lineage_provider.model.canonical import content_hash
from airflow_lineage_provider.model.direction import IoState
from airflow_lineage_provider.model.openlineage.event import JobRef, LineageEvent, Phase
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.run_io import settle_outputs
from airflow_lineage_provider.store.segments import STARTED
from airflow_lineage_provider.store.upsert import insert_missing

RUNNING = "running"
SUCCESS = "success"
_STATES = {Phase.COMPLETE: SUCCESS, Phase.ABORT: "aborted", Phase.FAIL: "failed"}
_RANKS = {RUNNING: 0, SUCCESS: 1, "aborted": 2, "failed": 3}
"""Which of two ends at the same moment counts."""


def run_digest(job: JobRef, run_id: UUID) -> str:
    """Identity of a run of another producer: run ids alone are not unique among them."""
    return content_hash([job.digest, str(run_id)])


def held_run(job: JobRef, job_id: int, run_id: UUID, *, at: datetime, now: datetime, session: Session) -> Any:
    """Row of a run, locked until the transaction ends, made where there is none."""
    digest = run_digest(job, run_id)
    query = select(RUN).where(RUN.c.external_digest == digest).with_for_update()
    row = session.execute(query).first()
    if row is not None:
        return row
    new = {
        "job_id": job_id,
        "external_digest": digest,
        "openlineage_run_id": run_id,
        "state": RUNNING,
        "capture": Capture.EXTERNAL.value,
        "segments": 0,
        "awaited": 0,
        "started_at": at,
        "recorded_at": now,
        "errors": 0,
    }
    insert_missing(RUN, [new], session=session)
    return session.execute(query).one()


def settle_run(
    run: Any, event: LineageEvent, *, at: datetime, has_parent: bool, now: datetime, session: Session
) -> str:
    """Merge what an event says of its run's beginning and end; returns the run's state.

    The first START is the beginning, else the first that was heard of the run. Nothing reopens a run that has
    ended, and the latest end counts. Its outputs are settled with it.

    :param has_parent: the event's parent is the newest word on it.
    """
    values: dict[str, Any] = {"recorded_at": now}
    is_start = event.phase is Phase.START
    if is_start and not run.segments & STARTED:
        values |= {"segments": run.segments | STARTED, "started_at": at}
    elif (is_start or not run.segments & STARTED) and (run.started_at is None or at < run.started_at):
        values["started_at"] = at
    state = str(run.state)
    if event.phase in _STATES:
        end = _STATES[event.phase]
        if run.ended_at is None or (at, _RANKS[end]) > (run.ended_at, _RANKS[state]):
            values |= {"state": end, "ended_at": at}
            if SUCCESS in (state, end) and state != end:
                outputs = IoState.UPDATED if end == SUCCESS else IoState.ATTEMPTED
                settle_outputs(run.id, outputs, session=session)
            state = end
    if has_parent and event.parent is not None:
        values["parent_run_id"] = event.parent.run_id
    session.execute(RUN.update().where(RUN.c.id == run.id).values(**values))
    return state
