"""What would be named by nobody any more once some rows are gone, without their going."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import FromClause, func, select

from airflow_lineage_provider.store.retention.aged import INTERVAL
from airflow_lineage_provider.store.retention.facet_sets import FACET_OF_SET
from airflow_lineage_provider.store.retention.kind import Kind
from airflow_lineage_provider.store.retention.orphans import DATASET_FACET, JOB_FACET, NAMED_BY
from airflow_lineage_provider.store.retention.sweep import chunks, count_rows
from airflow_lineage_provider.store.retention.transactions import Transactions
from airflow_lineage_provider.store.run_facets import RUN_FACET
from airflow_lineage_provider.store.run_io import RUN_IO

_GOES_WITH: dict[Kind, tuple[tuple[FromClause, str, Kind, str], ...]] = {
    Kind.RUNS: (
        (RUN_FACET, "run_id", Kind.FACETS, "facet_id"),
        (FACET_OF_SET, "run_id", Kind.FACETS, "facet_id"),
        (RUN_IO, "run_id", Kind.COLUMNS, "schema_id"),
    ),
    Kind.JOBS: ((JOB_FACET, "job_id", Kind.FACETS, "facet_id"),),
    Kind.DATASETS: ((DATASET_FACET, "dataset_id", Kind.FACETS, "facet_id"),),
}
"""By what goes: the rows that go with it, by which column, and what they name in which column."""
_INTERVALS_OF = {Kind.SCHEMAS: "id", Kind.DATASETS: "dataset_id"}


class Forecast:
    """Counts the names that go, to be compared with all there are."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._going: dict[Kind, Counter[int]] = {Kind.FACETS: Counter(), Kind.COLUMNS: Counter()}
        self._intervals: dict[int, int] = {}
        """Schema versions that go, which may be old and of an unused dataset, and what they name."""

    def note(self, kind: Kind, ids: Sequence[int]) -> None:
        """Some rows would go."""
        with self._transactions.reading() as session:
            for part in chunks(ids):
                for table, column, named, names in _GOES_WITH.get(kind, ()):
                    name = table.c[names]
                    query = (
                        select(name, func.count())
                        .where(table.c[column].in_(part), name.is_not(None))
                        .group_by(name)
                    )
                    for row in session.execute(query):
                        self._going[named][row[0]] += row[1]
                if kind in _INTERVALS_OF:
                    intervals = select(INTERVAL.c.id, INTERVAL.c.schema_id)
                    of_part = INTERVAL.c[_INTERVALS_OF[kind]].in_(part)
                    self._intervals.update(
                        {row[0]: row[1] for row in session.execute(intervals.where(of_part))}
                    )

    def orphans(self, kind: Kind) -> int:
        """How many rows would be named no more, without those that nobody names already."""
        going = Counter(self._going[kind])
        if kind is Kind.COLUMNS:
            going.update(self._intervals.values())
        staying: Counter[int] = Counter()
        ids = sorted(going)
        for table, column in NAMED_BY[kind]:
            with self._transactions.reading() as session:
                staying.update(count_rows(table, column, ids, session=session))
        return sum(staying[each] == count for each, count in going.items())
