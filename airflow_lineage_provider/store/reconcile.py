"""Complete the picture from Airflow's own tables: what was killed, never started, or lost.

A SIGKILLed worker calls no listener, the scheduler ends tasks no worker ever saw, rows may be purged. Every
attempt gets a run row that says what became of its record, so that coverage is a number.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import SUCCESS_STATES, TERMINAL_STATES, Capture
from airflow_lineage_provider.model.direction import IoState
from airflow_lineage_provider.store.attempts import DAG_RUN, Attempt, attempts_of_run
from airflow_lineage_provider.store.ingest import RUN, job_row, run_row
from airflow_lineage_provider.store.open_dag_runs import OPEN, find_new_dag_runs
from airflow_lineage_provider.store.run_io import settle_outputs

_STARTED = frozenset({"running", "deferred", "up_for_reschedule", "restarting", "awaiting_input"})
_DAG_RUN_OVER = frozenset({"success", "failed"})


def open_run_batch(*, limit: int, after: int, session: Session) -> list[tuple[int, str, str]]:
    """(dag run id, dag id, run id) of open runs above an id, in the order of ids."""
    query = (
        select(OPEN.c.dag_run_id, OPEN.c.dag_id, OPEN.c.run_id)
        .where(OPEN.c.dag_run_id > after)
        .order_by(OPEN.c.dag_run_id)
        .limit(limit)
    )
    return [(row.dag_run_id, row.dag_id, row.run_id) for row in session.execute(query)]


def discover(*, now: datetime, session: Session) -> None:
    """Note the DAG runs that have to be looked at."""
    find_new_dag_runs(now=now, session=session)


def reconcile_run(
    dag_run_id: int,
    dag_id: str,
    run_id: str,
    *,
    namespace: str,
    grace: timedelta,
    now: datetime,
    session: Session,
) -> bool:
    """Compare one DAG run's attempts with their run rows.

    :param grace: how long after its end a record may still come.
    :return: whether everything about the run is settled; then it is not looked at again until it is cleared.
    """
    runs = {row.ti_id: row for row in session.execute(select(RUN).where(RUN.c.dag_run_id == dag_run_id))}
    dag_run_state = session.execute(select(DAG_RUN.c.state).where(DAG_RUN.c.id == dag_run_id)).first()
    if dag_run_state is None:
        _give_up(runs.values(), session=session)
        session.execute(delete(OPEN).where(OPEN.c.dag_run_id == dag_run_id))
        return True
    settled = str(dag_run_state.state) in _DAG_RUN_OVER
    for attempt in attempts_of_run(dag_run_id, dag_id, run_id, session=session):
        if not attempt.is_over and attempt.state not in _STARTED:
            continue
        run = runs.get(attempt.ti_id)
        if run is None:
            job_id = job_row(attempt, namespace=namespace, operator=None, now=now, session=session)
            run = run_row(attempt, job_id, namespace=namespace, now=now, session=session)
        settled = _settle(run, attempt, grace=grace, now=now, session=session) and settled
    if settled:
        session.execute(delete(OPEN).where(OPEN.c.dag_run_id == dag_run_id))
    return settled


def _settle(run: Any, attempt: Attempt, *, grace: timedelta, now: datetime, session: Session) -> bool:
    """Bring one run row up to date; ``False`` while something may still come."""
    values: dict[str, Any] = {}
    if run.state != attempt.state:
        values["state"] = attempt.state
    capture = Capture(run.capture)
    if attempt.is_over:
        if attempt.ended_at is not None and run.ended_at != attempt.ended_at:
            values["ended_at"] = attempt.ended_at
        if run.started_at is None and attempt.started_at is not None:
            values["started_at"] = attempt.started_at
        waited = attempt.ended_at is None or now - attempt.ended_at > grace
        if capture is Capture.PENDING and not attempt.ran and not run.segments:
            capture = Capture.NOT_RUN
        elif capture is Capture.PENDING and waited:
            capture = Capture.MISSING
        elif capture is Capture.ANNOUNCED and waited:
            capture = Capture.PARTIAL
        if attempt.state not in SUCCESS_STATES and (run.segments or capture is Capture.RECORDED):
            settle_outputs(run.id, IoState.ATTEMPTED, session=session)
    if capture.value != run.capture:
        values["capture"] = capture.value
    if values:
        # Only if no server ingested a segment meanwhile: what arrives always wins over what we concluded.
        session.execute(
            RUN.update()
            .where(RUN.c.id == run.id, RUN.c.segments == run.segments, RUN.c.capture == run.capture)
            .values(**values)
        )
    return attempt.is_over and capture.settled


def _give_up(runs: Iterable[Any], *, session: Session) -> None:
    """The DAG run was deleted with everything of it that had not arrived: say so for each attempt."""
    lost = {Capture.PENDING.value: Capture.MISSING.value, Capture.ANNOUNCED.value: Capture.PARTIAL.value}
    for run in runs:
        if run.capture in lost:
            state = run.state if run.state in TERMINAL_STATES else "removed"
            session.execute(
                RUN.update().where(RUN.c.id == run.id).values(capture=lost[run.capture], state=state)
            )
