"""How much of what ran is recorded: by DAG, task or operator."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.attempt import Capture
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.run_refs import MOMENT
from airflow_lineage_provider.store.run_window import first_run_id

GroupBy = Literal["dag", "task", "operator"]
Key = tuple[str, str]
"""(DAG or operator, task): ``""`` where there is none."""

_NO_ATTEMPTS = (Capture.NOT_RUN, Capture.EXTERNAL)


@dataclass(frozen=True, slots=True)
class Counts:
    """Runs by what is recorded of them."""

    attempts: int = 0
    """Attempts that a worker took up or that may still be; without those of other producers."""
    recorded: int = 0
    partial: int = 0
    """An announced part of the record never came."""
    missing: int = 0
    pending: int = 0
    not_run: int = 0
    """Attempts that the scheduler ended without a worker."""
    with_errors: int = 0
    with_io: int = 0
    """Attempts with at least one input or output."""
    external: int = 0
    """Runs that other producers told of."""

    @property
    def coverage(self) -> float | None:
        """Share of the settled attempts whose record came, 0 to 1; ``None`` before the first."""
        came = self.recorded + self.partial
        return round(came / (came + self.missing), 4) if came + self.missing else None

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Counts)))


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """Coverage of one group."""

    key: Key
    dag_id: str | None
    task_id: str | None
    operator: str | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """A page of groups, and the sum of all of them."""

    rows: tuple[CoverageRow, ...]
    total: Counts
    next_key: Key | None


def read_coverage(
    by: GroupBy,
    since: datetime,
    until: datetime,
    access: Access,
    *,
    dag_id: str | None = None,
    after: Key | None = None,
    limit: int,
    session: Session,
) -> CoveragePage:
    """Count runs that ended in a window; one walk over the runs of the window, however many groups there are.

    Readers with restricted access count what their DAGs ran; of other producers' runs they see none.
    """
    groups = _groups(by, since, until, access, dag_id, session=session)
    total = sum(groups.values(), Counts())
    keys = sorted(key for key in groups if after is None or key > after)
    rows = tuple(_row(by, key, groups[key]) for key in keys[:limit])
    return CoveragePage(rows, total, keys[limit - 1] if len(keys) > limit else None)


def _row(by: GroupBy, key: Key, counts: Counts) -> CoverageRow:
    first, second = (part or None for part in key)
    if by == "operator":
        return CoverageRow(key, None, None, first, counts)
    return CoverageRow(key, first, second, None, counts)


def _groups(
    by: GroupBy,
    since: datetime,
    until: datetime,
    access: Access,
    dag_id: str | None,
    *,
    session: Session,
) -> dict[Key, Counts]:
    # Operators are counted per DAG, for the DAG says who may see the count.
    group = {
        "dag": (JOB.c.dag_id,),
        "task": (JOB.c.dag_id, JOB.c.task_id),
        "operator": (JOB.c.dag_id, JOB.c.operator),
    }
    is_attempt = RUN.c.capture.not_in([capture.value for capture in _NO_ATTEMPTS])
    has_io = select(RUN_IO.c.run_id).where(RUN_IO.c.run_id == RUN.c.id).exists()
    conditions = (
        is_attempt,
        RUN.c.capture == Capture.RECORDED.value,
        RUN.c.capture == Capture.PARTIAL.value,
        RUN.c.capture == Capture.MISSING.value,
        RUN.c.capture.in_([Capture.PENDING.value, Capture.ANNOUNCED.value]),
        RUN.c.capture == Capture.NOT_RUN.value,
        is_attempt & (RUN.c.errors > 0),
        is_attempt & has_io,
        RUN.c.capture == Capture.EXTERNAL.value,
    )
    query = (
        select(*group[by], *map(_count, conditions))
        .select_from(RUN)
        .join(JOB, JOB.c.id == RUN.c.job_id)
        .where(RUN.c.id >= first_run_id(since, session=session), since <= MOMENT, until > MOMENT)
        .group_by(*group[by])
    )
    if dag_id is not None:
        query = query.where(JOB.c.dag_id == dag_id)
    size = len(group[by])
    found: dict[Key, Counts] = {}
    for row in session.execute(query):
        if not access.may_read(row[0]):
            continue
        name, task = (row[1], "") if by == "operator" else (row[0], row[1] if by == "task" else "")
        key = (name or "", task or "")
        found[key] = found.get(key, Counts()) + Counts(*map(int, row[size:]))
    return found


def _count(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
