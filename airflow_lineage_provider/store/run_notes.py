"""The note of a DAG run, which people write too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from airflow.models.dagrun import DagRun, DagRunNote
from sqlalchemy import bindparam, inspect, select, update
from sqlalchemy.orm import Session, object_session

from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import insert_missing

NOTE = core_table(DagRunNote)  # type: ignore[arg-type]
MAX_NOTE = 1000
"""Characters that the column holds."""

Compose = Callable[[str], str | None]
"""From the note that stands there, or an empty text, to the new one; ``None``: it stays."""

_READ = select(NOTE.c.content).where(NOTE.c.dag_run_id == bindparam("of_run"))
_HELD = _READ.with_for_update()
_WRITE = (
    update(NOTE)
    .where(NOTE.c.dag_run_id == bindparam("of_run"))
    .values(content=bindparam("text"), updated_at=bindparam("at"))
)


def write_note(dag_run: DagRun, compose: Compose, *, now: datetime, session: Session) -> None:
    """Write the note of a run anew, whoever else writes it; where there is none, make one.

    :param session: inside a savepoint of the scheduler's transaction.
    """
    pending = _pending(dag_run)
    if pending is not None:
        _set(pending, compose(pending.content or ""))
        return
    first = compose("")
    row = {"dag_run_id": dag_run.id, "user_id": None, "content": first, "created_at": now, "updated_at": now}
    if first is None or not insert_missing(NOTE, [row], session=session):
        change_note(dag_run, compose, now=now, session=session)


def change_note(dag_run: DagRun, compose: Compose, *, now: datetime, session: Session) -> None:
    """Write the note of a run anew; where there is none, none is made."""
    pending = _pending(dag_run)
    if pending is not None:
        _set(pending, compose(pending.content or ""))
        return
    stands = session.execute(_HELD, {"of_run": dag_run.id}).first()
    text = compose(stands.content or "") if stands is not None else None
    if text is None or len(text) > MAX_NOTE:
        return
    session.execute(_WRITE, {"of_run": dag_run.id, "text": text, "at": now})
    _forget_loaded(dag_run)


def _pending(dag_run: DagRun) -> Any:
    """A note that another listener gave the run in this very moment, and that is not written yet."""
    note = dag_run.__dict__.get("dag_run_note")
    if note is None:
        return None
    state = inspect(note)
    return note if not state.persistent or state.modified else None


def _set(note: Any, text: str | None) -> None:
    if text is not None and len(text) <= MAX_NOTE:
        note.content = text


def _forget_loaded(dag_run: DagRun) -> None:
    scheduler, note = object_session(dag_run), dag_run.__dict__.get("dag_run_note")
    if scheduler is not None and note is not None:
        scheduler.expire(note, ("content", "updated_at"))
