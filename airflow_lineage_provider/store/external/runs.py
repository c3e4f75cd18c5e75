"""Runs of other producers: whatever order their events come in, the same run stands there in the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import Capture
from airflow_lineage_provider.model.canonical import content_hash
from airflow_lineage_provider.model.direction import IoState
from airflow_lineage_provider.model.openlineage.event import JobRef, LineageEvent, Phase
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.segments import STARTED
from airflow_lineage_provider.store.upsert import insert_new

RUNNING = "running"
SUCCESS = "success"
_STATES = {Phase.COMPLETE: SUCCESS, Phase.ABORT: "aborted", Phase.FAIL: "failed"}
_RANKS = {RUNNING: 0, SUCCESS: 1, "aborted": 2, "failed": 3}
"""Which of two ends at the same moment counts."""


_COLUMNS = (
    "id",
    "job_id",
    "parent_run_id",
    "state",
    "segments",
    "started_at",
    "ended_at",
    "recorded_at",
)
_LOCK = (
    select(*(RUN.c[name] for name in _COLUMNS))
    .where(RUN.c.external_digest == bindparam("digest"))
    .with_for_update()
)


@dataclass(frozen=True, slots=True)
class HeldRun:
    """A run whose row is locked."""

    row: Any
    is_new: bool
    """It was made just now: nothing hangs on it yet."""

    @property
    def id(self) -> int:
        return int(self.row.id)


def run_digest(job: JobRef, run_id: UUID) -> UUID:
    """Identity of a run of another producer: run ids alone are not unique among them."""
    return UUID(content_hash([job.digest, str(run_id)])[:32])


def held_run(
    event: LineageEvent,
    digest: UUID,
    job_id: int,
    *,
    is_known: bool,
    at: datetime,
    now: datetime,
    session: Session,
) -> HeldRun:
    """An event's run, locked until the transaction ends, made where there is none as the event tells it.

    :param digest: see :func:`run_digest`.
    :param is_known: whether it was there a moment ago.
    """
    if is_known and (row := session.execute(_LOCK, {"digest": digest}).first()) is not None:
        return HeldRun(row, is_new=False)
    end = _STATES.get(event.phase) if event.phase is not None else None
    new = {
        "job_id": job_id,
        "external_digest": digest,
        "parent_run_id": event.parent.run_id if event.parent is not None else None,
        "openlineage_run_id": event.run_id,
        "state": end or RUNNING,
        "capture": Capture.EXTERNAL.value,
        "segments": STARTED if event.phase is Phase.START else 0,
        "awaited": 0,
        "started_at": at,
        "ended_at": at if end else None,
        "recorded_at": now,
        "errors": 0,
    }
    made = insert_new(RUN, [new], _COLUMNS, session=session)
    if made:
        return HeldRun(made[0], is_new=True)
    # Somebody else's, or the database does not tell what it inserted.
    return HeldRun(session.execute(_LOCK, {"digest": digest}).one(), is_new=False)


def settle_run(
    held: HeldRun, event: LineageEvent, *, at: datetime, has_parent: bool, now: datetime, session: Session
) -> tuple[str, IoState | None]:
    """Merge what an event says of its run's beginning and end.

    The first START is the beginning, else the first that was heard of the run. Nothing reopens a run that has
    ended, and the latest end counts.

    :param has_parent: the event's parent is the newest word on it.
    :return: the run's state, and what became of its outputs where this event says it.
    """
    run = held.row
    values: dict[str, Any] = {"recorded_at": now}
    is_start = event.phase is Phase.START
    if is_start and not run.segments & STARTED:
        values |= {"segments": run.segments | STARTED, "started_at": at}
    elif (is_start or not run.segments & STARTED) and (run.started_at is None or at < run.started_at):
        values["started_at"] = at
    state = str(run.state)
    settled: IoState | None = None
    if event.phase in _STATES:
        end = _STATES[event.phase]
        if run.ended_at is None or (at, _RANKS[end]) > (run.ended_at, _RANKS[state]):
            values |= {"state": end, "ended_at": at}
            if SUCCESS in (state, end) and state != end:
                settled = IoState.UPDATED if end == SUCCESS else IoState.ATTEMPTED
            state = end
    if has_parent and event.parent is not None:
        values["parent_run_id"] = event.parent.run_id
    if any(getattr(run, name) != value for name, value in values.items()):
        session.execute(RUN.update().where(RUN.c.id == run.id).values(**values))
    return state, settled
