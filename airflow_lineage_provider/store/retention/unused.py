"""Jobs and datasets that nothing speaks of any more; they go only when somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.datasets import ALIAS, DATASET
from airflow_lineage_provider.store.edges import COLUMN_EDGE, EDGE
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.retention.aged import EVENT, INTERVAL
from airflow_lineage_provider.store.retention.kind import Kind
from airflow_lineage_provider.store.retention.orphans import DATASET_FACET, JOB_FACET
from airflow_lineage_provider.store.retention.policy import YOUNGEST_UNUSED, Policy
from airflow_lineage_provider.store.retention.sweep import PAGE, chunks, count_rows, hold, remove_rows
from airflow_lineage_provider.store.retention.transactions import Transactions
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.tables import ContractDataset, Link, core_table

LINK = core_table(Link)
BOUND = core_table(ContractDataset)


@dataclass(frozen=True, slots=True)
class JobSweep:
    """Jobs without runs, edges, links, events that are kept, and children that stay."""

    policy: Policy
    kind: Kind = Kind.JOBS

    def pages(self, transactions: Transactions) -> Iterator[list[int]]:
        # Kept whole: a parent goes with its children, so all have to be known before one goes.
        parents: dict[int, int | None] = {}
        after = 0
        while True:
            query = select(JOB.c.id, JOB.c.parent_id).where(JOB.c.id > after, self._is_unused())
            with transactions.reading() as session:
                rows = session.execute(query.order_by(JOB.c.id).limit(PAGE)).all()
            parents.update({row.id: row.parent_id for row in rows})
            yield []
            if len(rows) < PAGE:
                break
            after = rows[-1].id
        with transactions.reading() as session:
            unused = _childless(parents, session=session)
        yield from (part for part in parts(unused, PAGE))

    def sizes(self, ids: Sequence[int], *, session: Session) -> Mapping[int, int]:
        return count_rows(JOB_FACET, "job_id", ids, session=session)

    def remove(self, ids: Sequence[int], *, session: Session) -> int:
        held = hold(JOB, ids, session=session)
        parents: dict[int, int | None] = {}
        for part in chunks(held):
            query = select(JOB.c.id, JOB.c.parent_id).where(JOB.c.id.in_(part), self._is_unused())
            parents.update({row.id: row.parent_id for row in session.execute(query)})
        unused = _childless(parents, session=session)
        for part in chunks(unused):
            session.execute(JOB.update().where(JOB.c.parent_id.in_(part)).values(parent_id=None))
            session.execute(EVENT.update().where(EVENT.c.job_id.in_(part)).values(job_id=None))
        remove_rows(JOB_FACET, "job_id", unused, session=session)
        return remove_rows(JOB, "id", unused, session=session)

    def _is_unused(self) -> Any:
        events = exists().where(EVENT.c.job_id == JOB.c.id)
        if (gone := self.policy.before(Kind.EVENTS)) is not None:
            events = events.where(EVENT.c.received_at >= gone)
        return and_(
            JOB.c.first_seen < self.policy.now - YOUNGEST_UNUSED,
            *(~exists().where(table.c.job_id == JOB.c.id) for table in (RUN, EDGE, LINK, COLUMN_EDGE)),
            ~events,
        )


@dataclass(frozen=True, slots=True)
class DatasetSweep:
    """Datasets that no job touched, no contract is bound to and no alias leads to."""

    policy: Policy
    kind: Kind = Kind.DATASETS

    def pages(self, transactions: Transactions) -> Iterator[list[int]]:
        after = 0
        while True:
            query = select(DATASET.c.id).where(DATASET.c.id > after, self._is_unused())
            with transactions.reading() as session:
                page = list(session.scalars(query.order_by(DATASET.c.id).limit(PAGE)))
            yield page
            if len(page) < PAGE:
                return
            after = page[-1]

    def sizes(self, ids: Sequence[int], *, session: Session) -> Mapping[int, int]:
        sizes = count_rows(DATASET_FACET, "dataset_id", ids, session=session)
        for dataset_id, count in count_rows(INTERVAL, "dataset_id", ids, session=session).items():
            sizes[dataset_id] = sizes.get(dataset_id, 0) + count
        return sizes

    def remove(self, ids: Sequence[int], *, session: Session) -> int:
        held = hold(DATASET, ids, session=session)
        unused: list[int] = []
        for part in chunks(held):
            unused += session.scalars(select(DATASET.c.id).where(DATASET.c.id.in_(part), self._is_unused()))
        remove_rows(DATASET_FACET, "dataset_id", unused, session=session)
        remove_rows(INTERVAL, "dataset_id", unused, session=session)
        return remove_rows(DATASET, "id", unused, session=session)

    def _is_unused(self) -> Any:
        def is_named(column: Any) -> Any:
            return exists().where(column == DATASET.c.id)

        return and_(
            DATASET.c.first_seen < self.policy.now - YOUNGEST_UNUSED,
            *(~is_named(table.c.dataset_id) for table in (EDGE, RUN_IO, ALIAS)),
            *(
                ~is_named(table.c[f"{end}_dataset_id"])
                for table in (LINK, COLUMN_EDGE)
                for end in ("input", "output")
            ),
            ~exists().where(BOUND.c.digest == DATASET.c.digest),
        )


def unused_sweeps(policy: Policy) -> Iterator[JobSweep | DatasetSweep]:
    if Kind.JOBS in policy.kinds:
        yield JobSweep(policy)
    if Kind.DATASETS in policy.kinds:
        yield DatasetSweep(policy)


def _childless(parents: Mapping[int, int | None], *, session: Session) -> list[int]:
    """Those of some jobs that have no children but such as are among them, children first.

    :param parents: job id to the id of its parent.
    """
    children: dict[int, set[int]] = {job_id: set() for job_id in parents}
    for part in chunks(sorted(parents)):
        for row in session.execute(select(JOB.c.id, JOB.c.parent_id).where(JOB.c.parent_id.in_(part))):
            children[row.parent_id].add(row.id)
    found = [job_id for job_id, those in children.items() if not those]
    for job_id in found:  # grows while it is walked
        parent = parents[job_id]
        if parent is not None and parent in children:
            children[parent].discard(job_id)
            if not children[parent]:
                found.append(parent)
    return found
