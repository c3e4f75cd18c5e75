"""What is stored once for all who name it, and is named by nobody any more: facets and lists of columns.

Ingest names a facet that is there already. It locks the row first as a foreign key would, and so does
:func:`hold` against it: whoever comes second waits, and finds the row gone and makes it anew, or leaves it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import FromClause, Table, exists, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.facets import FACET
from airflow_lineage_provider.store.retention.aged import INTERVAL
from airflow_lineage_provider.store.retention.facet_sets import FACET_OF_SET, remove_unused_sets, sets_with
from airflow_lineage_provider.store.retention.kind import Kind
from airflow_lineage_provider.store.retention.policy import Policy
from airflow_lineage_provider.store.retention.sweep import hold, remove_rows
from airflow_lineage_provider.store.retention.transactions import Transactions
from airflow_lineage_provider.store.run_facets import MEMBER, RUN_FACET
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.schemas import SCHEMA
from airflow_lineage_provider.store.tables import DatasetFacet, JobFacet, core_table

RANGE = 5000
"""Ids that are looked at in one query."""
JOB_FACET = core_table(JobFacet)
DATASET_FACET = core_table(DatasetFacet)
NAMED_BY: Mapping[Kind, tuple[tuple[FromClause, str], ...]] = {
    Kind.FACETS: (
        (RUN_FACET, "facet_id"),
        (FACET_OF_SET, "facet_id"),
        (JOB_FACET, "facet_id"),
        (DATASET_FACET, "facet_id"),
    ),
    Kind.COLUMNS: ((RUN_IO, "schema_id"), (INTERVAL, "schema_id")),
}
"""Tables and their columns that name rows of each kind."""


@dataclass(frozen=True, slots=True)
class OrphanSweep:
    """Rows that no other table names."""

    kind: Kind
    table: Table

    def pages(self, transactions: Transactions) -> Iterator[list[int]]:
        with transactions.reading() as session:
            last = session.scalar(select(func.max(self.table.c.id))) or 0
        for start in range(0, last, RANGE):
            query = select(self.table.c.id).where(
                self.table.c.id > start, self.table.c.id <= start + RANGE, *self._is_named_by_nobody()
            )
            with transactions.reading() as session:
                found = list(session.scalars(query.order_by(self.table.c.id)))
            yield found

    def sizes(self, ids: Sequence[int], *, session: Session) -> Mapping[int, int]:
        return {}

    def remove(self, ids: Sequence[int], *, session: Session) -> int:
        held = hold(self.table, ids, session=session)
        conditions = self._is_named_by_nobody()
        if self.kind is Kind.FACETS:
            # A set that no run has names its facets for nothing, unless somebody is about to have it.
            remove_unused_sets(sets_with(held, session=session), session=session)
            conditions.append(~exists().where(MEMBER.c.facet_id == FACET.c.id))
        # Asked after they are locked: a link that was made meanwhile is seen, and none can be made any more.
        return remove_rows(self.table, "id", held, *conditions, session=session)

    def _is_named_by_nobody(self) -> list[Any]:
        return [~exists().where(table.c[column] == self.table.c.id) for table, column in NAMED_BY[self.kind]]


def orphan_sweeps(policy: Policy) -> Iterator[OrphanSweep]:
    for kind, table in ((Kind.FACETS, FACET), (Kind.COLUMNS, SCHEMA)):
        if kind in policy.kinds:
            yield OrphanSweep(kind, table)
