"""Sets of facets that no run has any more."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.retention.sweep import chunks, hold, remove_rows
from airflow_lineage_provider.store.run_facets import FACET_SET, MEMBER

FACET_OF_SET = (
    select(RUN.c.id.label("run_id"), MEMBER.c.facet_id)
    .join(MEMBER, MEMBER.c.set_id == RUN.c.facet_set_id)
    .subquery("facet_of_set")
)
"""What runs have through a set, as if each had a link."""


def remove_unused_sets(set_ids: Collection[int], *, session: Session) -> None:
    """Delete those of some sets that no run has; what somebody is about to name stays."""
    unused = ~exists().where(RUN.c.facet_set_id == FACET_SET.c.id)
    held = hold(FACET_SET, sorted(set_ids), unused, session=session)
    # Asked once more after they are locked: a run may have named one meanwhile, and none can any more.
    for part in chunks(held):
        still = session.scalars(select(FACET_SET.c.id).where(FACET_SET.c.id.in_(part), unused)).all()
        remove_rows(MEMBER, "set_id", still, session=session)
        remove_rows(FACET_SET, "id", still, session=session)


def sets_of_runs(run_ids: Collection[int], *, session: Session) -> set[int]:
    """Sets that some runs have."""
    found: set[int] = set()
    for part in chunks(sorted(run_ids)):
        query = select(RUN.c.facet_set_id).where(RUN.c.id.in_(part), RUN.c.facet_set_id.is_not(None))
        found.update(session.scalars(query))
    return found


def sets_with(facet_ids: Collection[int], *, session: Session) -> set[int]:
    """Sets that some facets are in."""
    found: set[int] = set()
    for part in chunks(sorted(facet_ids)):
        found.update(session.scalars(select(MEMBER.c.set_id).where(MEMBER.c.facet_id.in_(part))))
    return found
