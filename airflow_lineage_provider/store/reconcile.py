"""Complete the picture from Airflow's own tables: what was killed, never started, or lost.

A SIGKILLed worker calls no listener, the scheduler ends tasks no worker ever saw, rows may be purged. Every
attempt gets a run row that says what became of its record, so that coverage is a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import SUCCESS_STATES, TERMINAL_STATES, Capture
from airflow_lineage_provider.model.direction import IoState
from airflow_lineage_provider.store.attempts import (
    DAG_RUN,
    HISTORY,
    TI,
    Attempt,
    attempt_columns,
    attempt_of,
)
from airflow_lineage_provider.store.ingest import RUN, job_row, run_row
from airflow_lineage_provider.store.open_dag_runs import OPEN
from airflow_lineage_provider.store.run_io import settle_outputs

_STARTED = ("running", "deferred", "up_for_reschedule", "restarting", "awaiting_input")
_DAG_RUN_OVER = frozenset({"success", "failed"})
_UNSETTLED = tuple(capture.value for capture in Capture if not capture.settled)


@dataclass(slots=True)
class OpenRun:
    """A DAG run that is not settled, with the attempts whose run rows are not what they should be."""

    dag_run_id: int
    dag_id: str
    run_id: str
    state: str | None
    """``None``: the DAG run is gone."""
    differing: list[Attempt] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return self.state in _DAG_RUN_OVER


def open_runs(*, limit: int, after: int, session: Session) -> list[OpenRun]:
    """Open runs above an id, with what differs.

    The database compares; what comes back is only what has to change, however many attempts a run has.
    """
    query = (
        select(OPEN.c.dag_run_id, OPEN.c.dag_id, OPEN.c.run_id, DAG_RUN.c.state)
        .outerjoin(DAG_RUN, DAG_RUN.c.id == OPEN.c.dag_run_id)
        .where(OPEN.c.dag_run_id > after)
        .order_by(OPEN.c.dag_run_id)
        .limit(limit)
    )
    runs = {
        row.dag_run_id: OpenRun(row.dag_run_id, row.dag_id, row.run_id, str(row.state) if row.state else None)
        for row in session.execute(query)
    }
    if runs:
        for attempt in _differing(min(runs), max(runs), session=session):
            runs[attempt.dag_run_id].differing.append(attempt)
    return list(runs.values())


def _differing(first: int, last: int, *, session: Session) -> list[Attempt]:
    found = []
    for table, ti_id, archived in ((HISTORY, HISTORY.c.task_instance_id, True), (TI, TI.c.id, False)):
        over = table.c.state.in_(TERMINAL_STATES)
        differs = or_(RUN.c.id.is_(None), RUN.c.state.is_(None), RUN.c.state != table.c.state)
        unsettled = RUN.c.capture.in_(_UNSETTLED)
        wanted = (
            or_(differs, unsettled)
            if archived
            else or_(and_(over, or_(differs, unsettled)), and_(table.c.state.in_(_STARTED), differs))
        )
        query = (
            select(OPEN.c.dag_run_id, *attempt_columns(table, ti_id))
            .join(table, and_(table.c.dag_id == OPEN.c.dag_id, table.c.run_id == OPEN.c.run_id))
            .outerjoin(RUN, RUN.c.ti_id == ti_id)
            .where(OPEN.c.dag_run_id.between(first, last), wanted)
        )
        found += [attempt_of(row, row.dag_run_id, archived=archived) for row in session.execute(query)]
    return found


def reconcile_run(run: OpenRun, *, namespace: str, grace: timedelta, now: datetime, session: Session) -> bool:
    """Bring one DAG run's rows up to date.

    :param grace: how long after its end a record may still come.
    :return: whether everything about the run is settled; then it is not looked at again until it is cleared.
    """
    settled = run.is_over
    for attempt in run.differing:
        settled = _settle(attempt, namespace=namespace, grace=grace, now=now, session=session) and settled
    if run.state is None:
        _give_up(run.dag_run_id, session=session)
        settled = True
    if settled:
        session.execute(delete(OPEN).where(OPEN.c.dag_run_id == run.dag_run_id))
    return settled


def _settle(attempt: Attempt, *, namespace: str, grace: timedelta, now: datetime, session: Session) -> bool:
    """Bring one run row up to date; ``False`` while something may still come."""
    job_id = job_row(attempt, namespace=namespace, operator=None, now=now, session=session)
    run = run_row(attempt, job_id, namespace=namespace, now=now, session=session)
    values: dict[str, Any] = {}
    if run.state != attempt.state:
        values["state"] = attempt.state
    capture = Capture(run.capture)
    if attempt.is_over:
        if attempt.ended_at is not None and run.ended_at != attempt.ended_at:
            values["ended_at"] = attempt.ended_at
        if run.started_at is None and attempt.started_at is not None:
            values["started_at"] = attempt.started_at
        capture = _concluded(capture, run, attempt, grace, now)
        if attempt.state not in SUCCESS_STATES and run.segments:
            settle_outputs(run.id, IoState.ATTEMPTED, session=session)
    if capture.value != run.capture:
        values["capture"] = capture.value
    if values:
        session.execute(RUN.update().where(RUN.c.id == run.id).values(**values))
    return attempt.is_over and capture.settled


def _concluded(capture: Capture, run: Any, attempt: Attempt, grace: timedelta, now: datetime) -> Capture:
    """What to conclude of a record that has not arrived in full; an arrival later on is still taken."""
    waited = attempt.ended_at is None or now - attempt.ended_at > grace
    if capture is Capture.PENDING and not attempt.ran and not run.segments:
        return Capture.NOT_RUN
    if capture is Capture.PENDING and waited:
        return Capture.MISSING
    if capture is Capture.ANNOUNCED and waited:
        return Capture.PARTIAL
    return capture


def _give_up(dag_run_id: int, *, session: Session) -> None:
    """The DAG run was deleted with everything of it that had not arrived: say so for each attempt."""
    lost = {Capture.PENDING: Capture.MISSING, Capture.ANNOUNCED: Capture.PARTIAL}
    for before, after in lost.items():
        waiting = and_(RUN.c.dag_run_id == dag_run_id, RUN.c.capture == before.value)
        session.execute(
            RUN.update()
            .where(waiting, or_(RUN.c.state.is_(None), RUN.c.state.not_in(tuple(TERMINAL_STATES))))
            .values(state="removed")
        )
        session.execute(RUN.update().where(waiting).values(capture=after.value))


def runs_to_settle(runs: Sequence[OpenRun]) -> list[OpenRun]:
    """Those that need a transaction: something differs, or they can be closed."""
    return [run for run in runs if run.differing or run.is_over or run.state is None]
