"""Runs by the names that people, Airflow and other producers have for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.upsert import CHUNK
from airflow_lineage_provider.store.visibility import visible_jobs

LARGEST_ID = 2**63 - 1


class UnknownRun(LookupError):
    """No such run was ever recorded, or the reader may not see it."""


@dataclass(frozen=True, slots=True)
class RunRef:
    """A run and its job, as far as a list shows them."""

    id: int
    job_id: int
    job_namespace: str
    job_name: str
    dag_id: str | None
    task_id: str | None
    operator: str | None
    run_id: str | None
    map_index: int
    try_number: int
    openlineage_run_id: str | None
    state: str | None
    capture: str
    started_at: datetime | None
    ended_at: datetime | None
    recorded_at: datetime
    errors: int

    @property
    def at(self) -> datetime:
        """When it counts: its end, or what is known that is next to it."""
        return self.ended_at or self.started_at or self.recorded_at

    @property
    def duration(self) -> float | None:
        """Seconds from start to end; ``None`` while one of them is not known."""
        if self.started_at is None or self.ended_at is None:
            return None
        return max((self.ended_at - self.started_at).total_seconds(), 0.0)


MOMENT = func.coalesce(RUN.c.ended_at, RUN.c.started_at, RUN.c.recorded_at)
"""Same as :attr:`RunRef.at`."""

_COLUMNS = (
    RUN.c.id,
    RUN.c.job_id,
    RUN.c.run_id,
    RUN.c.map_index,
    RUN.c.try_number,
    RUN.c.openlineage_run_id,
    RUN.c.state,
    RUN.c.capture,
    RUN.c.started_at,
    RUN.c.ended_at,
    RUN.c.recorded_at,
    RUN.c.errors,
    JOB.c.namespace.label("job_namespace"),
    JOB.c.name.label("job_name"),
    JOB.c.dag_id,
    JOB.c.task_id,
    JOB.c.operator,
)


def run_query() -> Select[Any]:
    """Rows that :func:`ref_of` reads."""
    return select(*_COLUMNS).join(JOB, JOB.c.id == RUN.c.job_id)


def ref_of(row: Any) -> RunRef:
    return RunRef(
        id=row.id,
        job_id=row.job_id,
        job_namespace=row.job_namespace,
        job_name=row.job_name,
        dag_id=row.dag_id,
        task_id=row.task_id,
        operator=row.operator,
        run_id=row.run_id,
        map_index=row.map_index,
        try_number=row.try_number,
        openlineage_run_id=str(row.openlineage_run_id) if row.openlineage_run_id else None,
        state=row.state,
        capture=row.capture,
        started_at=row.started_at,
        ended_at=row.ended_at,
        recorded_at=row.recorded_at,
        errors=row.errors,
    )


def read_refs(run_ids: Iterable[int], access: Access, *, session: Session) -> dict[int, RunRef]:
    """Runs by row id; those that are gone or may not be seen are left out."""
    wanted = sorted(set(run_ids))
    rows: list[RunRef] = []
    for part in parts(wanted, CHUNK):
        query = run_query().where(RUN.c.id.in_(part))
        rows += map(ref_of, session.execute(query))
    return {row.id: row for row in seen(rows, access, session=session)}


def seen(rows: list[RunRef], access: Access, *, session: Session) -> list[RunRef]:
    """Those of the runs whose job the reader may see."""
    if access.is_unrestricted:
        return rows
    jobs = visible_jobs({row.job_id for row in rows}, access, session=session)
    return [row for row in rows if row.job_id in jobs]


def find_run(text: str, access: Access, *, session: Session) -> RunRef:
    """Run of a row id, or of the UUID under which OpenLineage or Airflow knows it. Raises :class:`UnknownRun`.

    The attempt that Airflow itself knows by the id comes first. Of several runs with one OpenLineage id, an
    attempt of Airflow's comes first, then the newest.
    """
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_ID:
        queries = [run_query().where(RUN.c.id == int(text))]
    else:
        try:
            uuid = UUID(text)
        except ValueError:
            raise UnknownRun(f"{text[:100]!r} is no id of a run: a number, or a UUID") from None
        known = run_query().where(RUN.c.openlineage_run_id == uuid)
        queries = [
            run_query().where(RUN.c.ti_id == uuid),
            known.order_by(RUN.c.ti_id.is_(None), RUN.c.id.desc()).limit(CHUNK),
        ]
    return _first(queries, f"no run {text} is known", access, session=session)


def find_attempt_run(
    dag_id: str,
    run_id: str | None,
    task_id: str | None,
    *,
    map_index: int | None = None,
    try_number: int | None = None,
    access: Access,
    session: Session,
) -> RunRef:
    """Attempt of a task: the newest that fits what is given. Raises :class:`UnknownRun`."""
    query = run_query().where(JOB.c.dag_id == dag_id)
    asked = [f"DAG {dag_id}"]
    for column, value, word in (
        (RUN.c.run_id, run_id, "run"),
        (JOB.c.task_id, task_id, "task"),
        (RUN.c.map_index, map_index, "map index"),
        (RUN.c.try_number, try_number, "try"),
    ):
        if value is not None:
            query = query.where(column == value)
            asked.append(f"{word} {value}")
    query = query.order_by(
        RUN.c.dag_run_id.desc(), RUN.c.try_number.desc(), RUN.c.map_index, RUN.c.id.desc()
    ).limit(1)
    return _first([query], f"no attempt is known of {', '.join(asked)}", access, session=session)


def _first(queries: list[Select[Any]], unknown: str, access: Access, *, session: Session) -> RunRef:
    for query in queries:
        found = seen([ref_of(row) for row in session.execute(query)], access, session=session)
        if found:
            return found[0]
    raise UnknownRun(unknown)
