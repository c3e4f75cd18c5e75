"""DAG runs that the dag-run gate blocked, and nobody was told of yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.clock_skew import AHEAD
from airflow_lineage_provider.store.finding_list import LARGEST_ID
from airflow_lineage_provider.store.owners import dag_owners
from airflow_lineage_provider.store.upsert import insert_missing
from airflow_lineage_provider.store.verdicts import VERDICT
from airflow_lineage_provider.store.watermarks import (
    WATERMARK,
    forget_tries,
    read_watermark,
    sweep_tries,
    write_watermark,
)

SETTLED = timedelta(minutes=1)
"""So long a scheduler may take to commit a verdict: ids are given before."""
OLDEST = timedelta(days=1)
"""Of what was blocked before nobody is told any more."""
_ALL = "told-blocked-runs"
_DAG = "told-blocked:"


@dataclass(frozen=True, slots=True)
class BlockedRun:
    """One run, blocked once."""

    verdict_id: int
    run_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class UntoldRuns:
    """Blocked runs of one DAG."""

    dag_id: str
    owner: str | None
    """The first one that the DAG names."""
    runs: tuple[BlockedRun, ...]
    told_id: int
    """Verdict up to which somebody was told, 0 where nobody was."""
    told_at: datetime | None

    @property
    def mark(self) -> str:
        return _mark(self.dag_id)


def untold_runs(*, now: datetime, session: Session) -> list[UntoldRuns]:
    """Runs by DAG, the first one first. What was blocked before anybody asked for the first time is left out."""
    told_all = read_watermark(_ALL, session=session)
    if told_all is None:
        return []
    # One that is younger may have a lower id, for clocks of schedulers differ: it must not be passed over.
    first = _first_coming(told_all, now, session)
    rows = session.execute(
        select(VERDICT.c.id, VERDICT.c.dag_id, VERDICT.c.run_id, VERDICT.c.judged_at)
        .where(
            VERDICT.c.id > told_all,
            VERDICT.c.id < (first if first is not None else LARGEST_ID),
            VERDICT.c.gate == "dag-run",
            VERDICT.c.judged_at.between(now - OLDEST, now - SETTLED),
            VERDICT.c.blocks.is_(True),
        )
        .order_by(VERDICT.c.id)
    ).all()
    of_dag: dict[str, list[BlockedRun]] = {}
    for row in rows:
        of_dag.setdefault(row.dag_id, []).append(BlockedRun(row.id, row.run_id, row.judged_at))
    marks = {
        row.name: row
        for row in session.execute(
            select(WATERMARK).where(WATERMARK.c.name.startswith(_DAG, autoescape=True))
        )
    }
    owners = dag_owners(of_dag, session=session)
    found = []
    for dag_id, runs in of_dag.items():
        mark = marks.get(_mark(dag_id))
        told_id, told_at = (mark.value, mark.updated_at) if mark is not None else (0, None)
        if new := tuple(run for run in runs if run.verdict_id > told_id):
            owner = next(iter(owners.get(dag_id, ())), None)
            found.append(UntoldRuns(dag_id, owner, new, told_id, told_at))
    return found


def claim_runs(found: UntoldRuns, *, now: datetime, session: Session) -> bool:
    """Whether they are ours to tell: nobody else told of them since they were read."""
    first = {"name": found.mark, "value": 0, "updated_at": now}
    insert_missing(WATERMARK, [first], session=session)
    return _change(found, found.told_id, found.runs[-1].verdict_id, now, session)


def give_back_runs(found: UntoldRuns, *, session: Session) -> None:
    """Nobody took the message: it is told again by whoever comes next."""
    if found.told_at is None:
        forget_tries(found.mark, session=session)
    else:
        _change(found, found.runs[-1].verdict_id, found.told_id, found.told_at, session)


def note_told(*, now: datetime, quiet: timedelta, session: Session) -> None:
    """Note up to which verdict nothing is left to tell, so that the next look begins there.

    :param quiet: least time between two messages about one DAG.
    """
    told = read_watermark(_ALL, session=session)
    newest = session.scalar(select(func.max(VERDICT.c.id)).where(VERDICT.c.id > (told or 0))) or told or 0
    left = [run.verdict_id for found in untold_runs(now=now, session=session) for run in found.runs]
    if told is not None and (first := _first_coming(told, now, session)) is not None:
        left.append(first)
    write_watermark(_ALL, min([newest, *(verdict_id - 1 for verdict_id in left)]), now=now, session=session)
    # Their runs are older than what anybody is told of.
    sweep_tries(_DAG, before=now - 2 * OLDEST - quiet, session=session)


def _first_coming(told: int, now: datetime, session: Session) -> int | None:
    """The first verdict that is no news yet; a clock that is wrong by more than ``AHEAD`` holds up nothing."""
    is_coming = VERDICT.c.judged_at.between(now - SETTLED, now + AHEAD)
    first: int | None = session.scalar(select(func.min(VERDICT.c.id)).where(VERDICT.c.id > told, is_coming))
    return first


def _change(found: UntoldRuns, before: int, value: int, at: datetime, session: Session) -> bool:
    changed = session.execute(
        WATERMARK.update()
        .where(WATERMARK.c.name == found.mark, WATERMARK.c.value == before)
        .values(value=value, updated_at=at)
    )
    return bool(getattr(changed, "rowcount", 0))


def _mark(dag_id: str) -> str:
    return _DAG + sha256(dag_id.encode()).hexdigest()[:32]
