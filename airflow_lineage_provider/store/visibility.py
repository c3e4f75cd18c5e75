"""Which jobs and datasets somebody may see: what the DAGs they may read touch."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.edges import EDGE
from airflow_lineage_provider.store.ingest import JOB

MOST_PARENTS = 32
"""How far up a chain of parents is followed: producers nest two or three deep, and may say anything."""
_CHUNK = 800
"""Ids per query: below the 999 bound parameters of old SQLites."""


def visible_jobs(job_ids: Iterable[int], access: Access, *, session: Session) -> set[int]:
    """Those of the jobs that may be seen.

    A task is seen with its DAG. A job of another producer is seen with the task whose run started it,
    however many jobs stand between.
    """
    wanted = set(job_ids)
    if access.is_unrestricted or not wanted:
        return wanted
    if not access.dag_ids:
        return set()
    rows = _with_parents(wanted, session=session)
    return {job_id for job_id in wanted if _is_visible(job_id, rows, access)}


def visible_datasets(dataset_ids: Iterable[int], access: Access, *, session: Session) -> set[int]:
    """Those of the datasets that a visible job reads or writes."""
    wanted = set(dataset_ids)
    if access.is_unrestricted or not wanted:
        return wanted
    if not access.dag_ids:
        return set()
    visible: set[int] = set()
    for part in parts(sorted(wanted), _CHUNK):
        # DAGs and not jobs: a dataset that everybody reads has many edges and few DAGs.
        query = (
            select(EDGE.c.dataset_id, JOB.c.dag_id)
            .join(JOB, JOB.c.id == EDGE.c.job_id)
            .where(EDGE.c.dataset_id.in_(part), JOB.c.dag_id.is_not(None))
            .distinct()
        )
        visible.update(dataset_id for dataset_id, dag_id in session.execute(query) if access.may_read(dag_id))
    return visible | _seen_with_children(wanted - visible, access, session=session)


def _seen_with_children(dataset_ids: Collection[int], access: Access, *, session: Session) -> set[int]:
    """Datasets that only jobs of other producers touch, which tasks of readable DAGs have started."""
    edges: set[tuple[int, int]] = set()
    for part in parts(sorted(dataset_ids), _CHUNK):
        query = (
            select(EDGE.c.dataset_id, EDGE.c.job_id)
            .join(JOB, JOB.c.id == EDGE.c.job_id)
            .where(EDGE.c.dataset_id.in_(part), JOB.c.dag_id.is_(None), JOB.c.parent_id.is_not(None))
        )
        edges.update((dataset_id, job_id) for dataset_id, job_id in session.execute(query))
    jobs = visible_jobs({job_id for _, job_id in edges}, access, session=session)
    return {dataset_id for dataset_id, job_id in edges if job_id in jobs}


def _with_parents(job_ids: Collection[int], *, session: Session) -> dict[int, tuple[str | None, int | None]]:
    """Jobs and the jobs above them: id to (DAG, parent)."""
    rows: dict[int, tuple[str | None, int | None]] = {}
    level = set(job_ids)
    for _ in range(MOST_PARENTS):
        for part in parts(sorted(level), _CHUNK):
            query = select(JOB.c.id, JOB.c.dag_id, JOB.c.parent_id).where(JOB.c.id.in_(part))
            rows.update({row[0]: (row[1], row[2]) for row in session.execute(query)})
        # A task has no need of its parents: its DAG says all.
        above = {
            parent
            for dag_id, parent in (rows[job_id] for job_id in level if job_id in rows)
            if dag_id is None and parent is not None and parent not in rows
        }
        if not above:
            break
        level = above
    return rows


def _is_visible(job_id: int, rows: dict[int, tuple[str | None, int | None]], access: Access) -> bool:
    passed: set[int] = set()
    at: int | None = job_id
    while at is not None and at in rows and at not in passed and len(passed) < MOST_PARENTS:
        passed.add(at)
        dag_id, parent = rows[at]
        if dag_id is not None:
            return access.may_read(dag_id)
        at = parent
    return False
