"""What one run of a DAG did otherwise than another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.attempt import SUCCESS_STATES
from airflow_lineage_provider.store.dag_run_attempts import DagRunAttempts, Key, find_dag_run, refs_of
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.run_diff import NEAREST, NumberChange, RunDiff, diff_pairs
from airflow_lineage_provider.store.run_refs import UnknownRun

MOST_TASKS = 200
"""Attempts of a DAG run that are compared."""
MOST_JOBS = 5
"""Tasks whose history says which DAG run came before: one may be new, or have been skipped by its record."""
MOST_CANDIDATES = 20
"""Earlier DAG runs among which one that ended well is looked for."""
_WELL = SUCCESS_STATES | {"skipped"}


@dataclass(frozen=True, slots=True)
class TaskDiff:
    """An attempt that both runs have."""

    task_id: str
    map_index: int
    diff: RunDiff


@dataclass(frozen=True, slots=True)
class DagRunDiff:
    """From the run ``before_run_id`` to the run ``after_run_id``."""

    dag_id: str
    before_run_id: str
    after_run_id: str
    duration: NumberChange
    """Seconds."""
    tasks_added: tuple[str, ...]
    tasks_removed: tuple[str, ...]
    tasks: tuple[TaskDiff, ...]
    is_cut: bool
    """There are more attempts than were compared."""

    @property
    def is_same(self) -> bool:
        """The same tasks did the same with the same; how many mapped ones there were does not count."""
        return not (self.tasks_added or self.tasks_removed) and all(each.diff.is_same for each in self.tasks)


def diff_dag_runs(
    before: DagRunAttempts, after: DagRunAttempts, access: Access, *, session: Session
) -> DagRunDiff:
    """Compare two runs of one DAG, attempt by attempt."""
    both = [key for key in after.ids if key in before.ids]
    ids = [each.ids[key] for key in both[:MOST_TASKS] for each in (before, after)]
    refs = {ref.id: ref for ref in refs_of(ids, session=session)}
    pairs: dict[Key, tuple[int, int]] = {
        key: (before.ids[key], after.ids[key])
        for key in both[:MOST_TASKS]
        if before.ids[key] in refs and after.ids[key] in refs
    }
    diffs = diff_pairs([(refs[was], refs[now]) for was, now in pairs.values()], access, session=session)
    was, now = ({task_id for task_id, _ in each.ids} for each in (before, after))
    return DagRunDiff(
        after.dag_id,
        before.run_id,
        after.run_id,
        NumberChange.of(before.duration, after.duration),
        tuple(sorted(now - was)),
        tuple(sorted(was - now)),
        tuple(TaskDiff(*key, diff) for key, diff in zip(pairs, diffs, strict=True)),
        len(both) > MOST_TASKS,
    )


def earlier_dag_run(
    run: DagRunAttempts, access: Access, *, ended_well: bool = False, session: Session
) -> DagRunAttempts:
    """The newest DAG run before one, by the start of its attempts.

    :param ended_well: only runs of which every attempt succeeded or was skipped.
    :raises UnknownRun: there is none.
    """
    candidates = sorted(_candidates(run, session=session), reverse=True)
    for _, run_id in candidates[:MOST_CANDIDATES]:
        found = find_dag_run(run.dag_id, run_id, access, session=session)
        if not ended_well or found.states <= _WELL:
            return found
    which = "that succeeded " if ended_well else ""
    raise UnknownRun(f"no run {which}is known before run {run.run_id} of DAG {run.dag_id}")


def _candidates(run: DagRunAttempts, *, session: Session) -> set[tuple[datetime, str]]:
    """(start, run id) of the runs next to it in the histories of some of its tasks, which are indexed."""
    # Mapped tasks have many attempts of one DAG run: those that are not come first.
    keys = sorted(run.ids, key=lambda key: (key[1], key[0]))[:MOST_JOBS]
    found: dict[str, datetime] = {}
    for key in keys:
        query = select(RUN.c.id, RUN.c.run_id, RUN.c.started_at, RUN.c.recorded_at).where(
            RUN.c.job_id == run.job_ids[key], RUN.c.map_index == key[1]
        )
        at = run.ids[key]
        own = session.execute(query.where(RUN.c.id == at)).first()
        if own is None:
            continue
        # Records arrive in any order, but not in an order of weeks: what is before is next to it.
        for part in (
            query.where(RUN.c.id < at).order_by(RUN.c.id.desc()).limit(NEAREST),
            query.where(RUN.c.id > at).order_by(RUN.c.id).limit(NEAREST),
        ):
            for row in session.execute(part):
                start = row.started_at or row.recorded_at
                if row.run_id not in (None, run.run_id) and start < (own.started_at or own.recorded_at):
                    found[row.run_id] = max(start, found.get(row.run_id, start))
    return {(start, run_id) for run_id, start in found.items()}
