"""Jobs of other producers, and which job starts which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.openlineage.event import JobRef, ParentRef
from airflow_lineage_provider.store.datasets import MOST_ROUNDS
from airflow_lineage_provider.store.ingest import JOB
from airflow_lineage_provider.store.upsert import ids_of

_PARENT = JOB.alias("parent")
_KNOWN = (
    select(
        JOB.c.id,
        JOB.c.parent_id,
        select(_PARENT.c.id).where(_PARENT.c.digest == bindparam("parent")).scalar_subquery().label("told"),
    )
    .where(JOB.c.digest == bindparam("job"))
    .with_for_update(key_share=True)
)
_LOCK = select(JOB.c.parent_id).where(JOB.c.id == bindparam("row_id")).with_for_update(key_share=True)


@dataclass(frozen=True, slots=True)
class HeldJob:
    """An event's job, whose row is locked."""

    id: int
    parent_id: int | None
    """As it is stored."""
    told_parent_id: int | None
    """As the event says."""


def held_job(job: JobRef, parent: ParentRef | None, *, now: datetime, session: Session) -> HeldJob:
    """Lock a job's row until the transaction ends; it is made where there is none, and so is its parent's.

    A task of ours that no attempt is known of yet gets a bare row: its first attempt fills it in.
    """
    known = _known(job, parent, session=session)
    if known is not None:
        return known
    # Both in one order: two new jobs may name each other. The parent is not locked, its children are many.
    named = {job} if parent is None else {job, parent.job}
    rows = [
        {"digest": each.digest, "namespace": each.namespace, "name": each.name, "first_seen": now}
        for each in named
    ]
    for _ in range(MOST_ROUNDS):
        ids = ids_of(JOB, "digest", rows, session=session)
        row = session.execute(_LOCK, {"row_id": ids[job.digest]}).first()
        if row is not None:
            return HeldJob(
                ids[job.digest], row.parent_id, ids[parent.job.digest] if parent is not None else None
            )
    raise RuntimeError("a job is removed faster than it can be looked up")


def _known(job: JobRef, parent: ParentRef | None, *, session: Session) -> HeldJob | None:
    """The job where its row says what the event says; a parent that a locked row names stays for as long."""
    sought = {"job": job.digest, "parent": parent.job.digest if parent is not None else None}
    row = session.execute(_KNOWN, sought).first()
    if row is None or (parent is not None and (row.told is None or row.told not in (row.id, row.parent_id))):
        return None
    return HeldJob(row.id, row.parent_id, row.told)


def set_parent(job: HeldJob, *, session: Session) -> None:
    """Give a job the parent that its newest event names."""
    # Some producers name a run of the same job: nothing is above itself.
    wanted = job.told_parent_id if job.told_parent_id != job.id else None
    if wanted != job.parent_id:
        session.execute(JOB.update().where(JOB.c.id == job.id).values(parent_id=wanted))
