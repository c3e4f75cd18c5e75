"""Complete the picture from Airflow's own tables: what was killed, never started, or lost.

A SIGKILLed worker calls no listener, the scheduler ends tasks no worker ever saw, rows may be purged. Every
attempt gets a run row that says what became of its record, so that coverage is a number. The database
compares, and what differs is changed many attempts at a time, for a DAG run may have very many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.model.attempt import SUCCESS_STATES, TERMINAL_STATES, Capture
from airflow_lineage_provider.model.dataset_id import identity_digest
from airflow_lineage_provider.model.direction import Direction, IoState
from airflow_lineage_provider.model.openlineage_ids import job_name, task_run_id
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.attempts import (
    DAG_RUN,
    HISTORY,
    TI,
    Attempt,
    attempt_columns,
    attempt_of,
)
from airflow_lineage_provider.store.claimed_jobs import take_over
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.open_dag_runs import IS_SAME_RUN, OPEN, OVER, OpenRun
from airflow_lineage_provider.store.outgoing.enqueue import enqueue_attempts, is_forwarding
from airflow_lineage_provider.store.retention.runs import CLEANED
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.upsert import CHUNK, ids_of, insert_missing
from airflow_lineage_provider.store.watermarks import WATERMARK

_STARTED = ("running", "deferred", "up_for_reschedule", "restarting", "awaiting_input")
_MAY_STILL_RUN = (*_STARTED, "queued")
_UNSETTLED = tuple(capture.value for capture in Capture if not capture.settled)
_LOST = {Capture.PENDING: Capture.MISSING, Capture.ANNOUNCED: Capture.PARTIAL}
_TABLES = {False: (TI, TI.c.id), True: (HISTORY, HISTORY.c.task_instance_id)}
"""By whether attempts are archived: Airflow's table of them, and its column of their ids."""


def read_differing(
    dag_run_ids: Collection[int],
    *,
    archived: bool,
    after: UUID | None,
    limit: int,
    grace: timedelta,
    now: datetime,
    session: Session,
) -> tuple[list[Attempt], UUID | None]:
    """A page of the attempts of open runs whose run rows have to change, in the order of their ids.

    :param archived: past tries, else live ones.
    :param after: where the page before ended.
    :param grace: how long after its end a record may still come.
    :return: attempts, and where the page ended; ``None`` where it was the last.
    """
    table, ti_id = _TABLES[archived]
    query = (
        select(
            OPEN.c.dag_run_id,
            *attempt_columns(table, ti_id),
            RUN.c.id.label("known"),
            RUN.c.state.label("known_state"),
            RUN.c.capture.label("known_capture"),
            RUN.c.segments.label("known_segments"),
        )
        .join(DAG_RUN, IS_SAME_RUN)
        .join(table, and_(table.c.dag_id == OPEN.c.dag_id, table.c.run_id == OPEN.c.run_id))
        .outerjoin(RUN, RUN.c.ti_id == ti_id)
        .where(OPEN.c.dag_run_id.in_(dag_run_ids), or_(_differs(archived), _is_unsettled(archived)))
        .order_by(ti_id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(ti_id > after)
    rows = session.execute(query).all()
    found = []
    for row in rows:
        attempt = attempt_of(row, row.dag_run_id, archived=archived)
        if (
            row.known is None
            or row.known_state != attempt.state
            # Most of what is not settled is within its grace: that needs no transaction.
            or row.known_capture
            != _concluded(Capture(row.known_capture), row.known_segments, attempt, grace, now).value
        ):
            found.append(attempt)
    return found, rows[-1].ti_id if len(rows) == limit else None


def settle(
    attempts: Sequence[Attempt], *, namespace: str, grace: timedelta, now: datetime, session: Session
) -> None:
    """Bring the run rows of attempts up to date: those that are missing are made, the others changed.

    :param attempts: ordered by id, so that two servers wait for each other and never deadlock.
    """
    runs = _locked_runs([attempt.ti_id for attempt in attempts], session=session)
    _insert(
        [attempt for attempt in attempts if attempt.ti_id not in runs],
        namespace=namespace,
        grace=grace,
        now=now,
        session=session,
    )
    alike: dict[tuple[str | None, str, bool, bool], list[int]] = defaultdict(list)
    failed: list[int] = []
    for attempt in attempts:
        run = runs.get(attempt.ti_id)
        if run is None:
            continue
        capture = _concluded(Capture(run.capture), run.segments, attempt, grace, now)
        alike[attempt.state, capture.value, attempt.is_over, attempt.archived].append(run.id)
        if attempt.is_over and attempt.state not in SUCCESS_STATES and run.segments:
            failed.append(run.id)
    for (state, capture_value, is_over, archived), ids in alike.items():
        values: dict[str, Any] = {"state": state, "capture": capture_value}
        if is_over:
            table, ti_id = _TABLES[archived]
            start, end = (
                select(table.c[name]).where(ti_id == RUN.c.ti_id).correlate(RUN).scalar_subquery()
                for name in ("start_date", "end_date")
            )
            values["started_at"] = func.coalesce(RUN.c.started_at, start)
            values["ended_at"] = func.coalesce(end, RUN.c.ended_at)
        for part in parts(ids, CHUNK):
            session.execute(RUN.update().where(RUN.c.id.in_(part)).values(**values))
    for part in parts(failed, CHUNK):
        session.execute(
            RUN_IO.update()
            .where(
                RUN_IO.c.run_id.in_(part),
                RUN_IO.c.direction == Direction.OUTPUT.value,
                RUN_IO.c.state != IoState.ATTEMPTED.value,
            )
            .values(state=IoState.ATTEMPTED.value)
        )
    enqueue_attempts([attempt.ti_id for attempt in attempts], known=runs, now=now, session=session)


def lost_runs(dag_run_ids: Collection[int], *, session: Session) -> list[int]:
    """Ids of run rows that wait although Airflow knows their attempt no more: nothing can end their waiting."""
    query = select(RUN.c.id).where(
        RUN.c.dag_run_id.in_(dag_run_ids),
        RUN.c.capture.in_(_UNSETTLED),
        RUN.c.ti_id.is_not(None),
        *(~exists().where(ti_id == RUN.c.ti_id) for _, ti_id in _TABLES.values()),
    )
    return list(session.scalars(query))


def give_up(which: Any, *, session: Session) -> None:
    """Attempts are gone with everything of them that had not arrived: say so for each.

    :param which: condition over run rows.
    """
    known = _forwarded_later(which, session=session) if is_forwarding() else {}
    for before, after in _LOST.items():
        waiting = and_(which, RUN.c.capture == before.value)
        session.execute(
            RUN.update()
            .where(waiting, or_(RUN.c.state.is_(None), RUN.c.state.not_in(tuple(TERMINAL_STATES))))
            .values(state="removed")
        )
        session.execute(RUN.update().where(waiting).values(capture=after.value))
    enqueue_attempts(list(known), known=known, now=datetime.now(UTC), session=session)


def settled_runs(dag_run_ids: Collection[int], *, session: Session) -> list[int]:
    """Those of some open runs about which nothing is left to learn."""
    return list(session.scalars(select(OPEN.c.dag_run_id).where(_is_settled(dag_run_ids))))


def close_runs(dag_run_ids: Collection[int], *, session: Session) -> None:
    """Look at runs no more until they are opened again; those that are not settled any more stay open."""
    session.execute(delete(OPEN).where(_is_settled(dag_run_ids)))


def forget_run(run: OpenRun, *, session: Session) -> None:
    """Look no more at a run that Airflow has deleted."""
    session.execute(
        delete(OPEN).where(
            OPEN.c.dag_run_id == run.dag_run_id, OPEN.c.run_id == run.run_id, ~exists().where(IS_SAME_RUN)
        )
    )


def _is_settled(dag_run_ids: Collection[int]) -> Any:
    def of_run(table: Any) -> Any:
        return and_(table.c.dag_id == OPEN.c.dag_id, table.c.run_id == OPEN.c.run_id)

    def differs(archived: bool) -> Any:
        table, ti_id = _TABLES[archived]
        return exists(
            select(table.c.task_id)
            .select_from(table.outerjoin(RUN, RUN.c.ti_id == ti_id))
            .where(of_run(table), _differs(archived))
            .correlate(OPEN)
        )

    return and_(
        OPEN.c.dag_run_id.in_(dag_run_ids),
        exists().where(IS_SAME_RUN, DAG_RUN.c.state.in_(OVER)),
        # A run may be over with a task of it still running: marked by hand, timed out.
        ~exists().where(of_run(TI), TI.c.state.in_(_MAY_STILL_RUN)),
        ~exists().where(RUN.c.dag_run_id == OPEN.c.dag_run_id, RUN.c.capture.in_(_UNSETTLED)),
        ~differs(False),
        ~differs(True),
    )


def _differs(archived: bool) -> Any:
    """Airflow says something of the attempt that its run row does not."""
    table = _TABLES[archived][0]
    state = table.c.state
    unknown: Any = RUN.c.id.is_(None)
    if (kept := config.keep_runs()) is not None:
        # The runs of older ones may be cleaned away: then nothing is missing of them.
        is_kept = or_(table.c.end_date.is_(None), table.c.end_date >= datetime.now(UTC) - kept)
        unknown = and_(unknown, or_(is_kept, ~exists().where(WATERMARK.c.name == CLEANED)))
    is_other = and_(
        RUN.c.id.is_not(None), state.is_not(None), or_(RUN.c.state.is_(None), RUN.c.state != state)
    )
    other = or_(unknown, is_other)
    return other if archived else and_(state.in_((*sorted(TERMINAL_STATES), *_STARTED)), other)


def _is_unsettled(archived: bool) -> Any:
    waits = RUN.c.capture.in_(_UNSETTLED)
    return waits if archived else and_(TI.c.state.in_(tuple(sorted(TERMINAL_STATES))), waits)


def _concluded(capture: Capture, segments: int, attempt: Attempt, grace: timedelta, now: datetime) -> Capture:
    """What to conclude of a record that has not arrived in full; an arrival later on is still taken."""
    if not attempt.is_over:
        return capture
    if capture is Capture.PENDING and not attempt.ran and not segments:
        return Capture.NOT_RUN
    waited = attempt.ended_at is None or now - attempt.ended_at > grace
    return _LOST.get(capture, capture) if waited else capture


def _locked_runs(ti_ids: Sequence[UUID], *, session: Session) -> dict[UUID, Any]:
    columns = (RUN.c.ti_id, RUN.c.id, RUN.c.state, RUN.c.capture, RUN.c.segments)
    found = {}
    for part in parts(ti_ids, CHUNK):
        query = select(*columns).where(RUN.c.ti_id.in_(part)).order_by(RUN.c.ti_id).with_for_update()
        found.update({row.ti_id: row for row in session.execute(query)})
    return found


def _insert(
    attempts: Sequence[Attempt], *, namespace: str, grace: timedelta, now: datetime, session: Session
) -> None:
    jobs = {
        identity_digest(namespace, job_name(attempt.dag_id, attempt.task_id)): attempt for attempt in attempts
    }
    job_ids = ids_of(
        JOB,
        "digest",
        [
            {
                "digest": digest,
                "namespace": namespace,
                "name": job_name(attempt.dag_id, attempt.task_id),
                "dag_id": attempt.dag_id,
                "task_id": attempt.task_id,
                "operator": attempt.operator,
                "first_seen": now,
            }
            for digest, attempt in jobs.items()
        ],
        session=session,
    )
    _name_bare_jobs({job_ids[digest]: attempt for digest, attempt in jobs.items()}, session=session)
    digests = {(attempt.dag_id, attempt.task_id): digest for digest, attempt in jobs.items()}
    dates = _dates({attempt.dag_run_id for attempt in attempts}, session=session)
    rows = [
        {
            "job_id": job_ids[digests[attempt.dag_id, attempt.task_id]],
            "ti_id": attempt.ti_id,
            "dag_run_id": attempt.dag_run_id,
            "run_id": attempt.run_id,
            "map_index": attempt.map_index,
            "try_number": attempt.try_number,
            "openlineage_run_id": _openlineage_run_id(attempt, namespace, dates.get(attempt.dag_run_id)),
            "state": attempt.state,
            "capture": _concluded(Capture.PENDING, 0, attempt, grace, now).value,
            "segments": 0,
            "awaited": 0,
            "started_at": attempt.started_at,
            "ended_at": attempt.ended_at,
            "recorded_at": now,
            "errors": 0,
        }
        for attempt in attempts
    ]
    insert_missing(RUN, rows, session=session)


def _name_bare_jobs(jobs: Mapping[int, Attempt], *, session: Session) -> None:
    """Another producer may have named a task first."""
    for part in parts(sorted(jobs), CHUNK):
        bare = session.scalars(select(JOB.c.id).where(JOB.c.id.in_(part), JOB.c.dag_id.is_(None)))
        for job_id in bare.all():
            names = {"dag_id": jobs[job_id].dag_id, "task_id": jobs[job_id].task_id}
            take_over(job_id, names, session=session)


def _openlineage_run_id(attempt: Attempt, namespace: str, date: datetime | None) -> UUID | None:
    if date is None:
        return None
    return UUID(
        task_run_id(
            namespace=namespace,
            dag_id=attempt.dag_id,
            task_id=attempt.task_id,
            try_number=attempt.try_number,
            map_index=attempt.map_index,
            date=date,
        )
    )


def _dates(dag_run_ids: Collection[int], *, session: Session) -> dict[int, datetime]:
    found = {}
    for part in parts(sorted(dag_run_ids), CHUNK):
        query = select(DAG_RUN.c.id, DAG_RUN.c.logical_date, DAG_RUN.c.run_after)
        for row in session.execute(query.where(DAG_RUN.c.id.in_(part))):
            found[row.id] = row.logical_date or row.run_after
    return found


def _forwarded_later(which: Any, *, session: Session) -> dict[UUID, Any]:
    waiting = (which, RUN.c.capture.in_([before.value for before in _LOST]), RUN.c.ti_id.is_not(None))
    return {
        row.ti_id: row
        for row in session.execute(select(RUN.c.ti_id, RUN.c.state, RUN.c.capture).where(*waiting))
    }
