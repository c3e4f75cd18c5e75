"""Rows that go by their age alone: events, verdicts, resolved findings, dead letters, schema versions of the past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.retention.kind import Kind
from airflow_lineage_provider.store.retention.policy import Policy
from airflow_lineage_provider.store.retention.sweep import PAGE, count_rows, hold, remove_rows
from airflow_lineage_provider.store.retention.transactions import Transactions
from airflow_lineage_provider.store.tables import (
    DatasetSchema,
    DeadLetter,
    Event,
    Finding,
    Verdict,
    VerdictFinding,
    core_table,
)

EVENT = core_table(Event)
INTERVAL = core_table(DatasetSchema)


@dataclass(frozen=True, slots=True)
class AgedSweep:
    """Rows of a table whose moment lies before another; a row without a moment stays."""

    kind: Kind
    table: Table
    moment: str
    before: datetime
    is_indexed: bool = False
    """The table has an index over its moments: then it is followed, else the primary key."""
    part: Table | None = None
    part_of: str = ""
    """Column of ``part`` that names the row it goes with."""

    def pages(self, transactions: Transactions) -> Iterator[list[int]]:
        moment, row_id = self.table.c[self.moment], self.table.c.id
        after: Any = None
        order = (moment, row_id) if self.is_indexed else (row_id,)
        while True:
            query = select(row_id, moment).where(moment < self.before).order_by(*order).limit(PAGE)
            if after is not None and self.is_indexed:
                query = query.where(or_(moment > after[1], and_(moment == after[1], row_id > after[0])))
                query = query.where(moment >= after[1])  # what an index can do something with
            elif after is not None:
                query = query.where(row_id > after[0])
            with transactions.reading() as session:
                rows = session.execute(query).all()
            yield [row[0] for row in rows]
            if len(rows) < PAGE:
                return
            after = rows[-1]

    def sizes(self, ids: Sequence[int], *, session: Session) -> Mapping[int, int]:
        return {} if self.part is None else count_rows(self.part, self.part_of, ids, session=session)

    def remove(self, ids: Sequence[int], *, session: Session) -> int:
        held = hold(self.table, ids, self.table.c[self.moment] < self.before, session=session)
        if self.part is not None:
            remove_rows(self.part, self.part_of, held, session=session)
        return remove_rows(self.table, "id", held, session=session)


def aged_sweeps(policy: Policy) -> Iterator[AgedSweep]:
    """What goes by age, of the kinds that are asked for and not kept for ever."""
    said = core_table(VerdictFinding)
    if (before := policy.before(Kind.EVENTS)) is not None:
        yield AgedSweep(Kind.EVENTS, EVENT, "received_at", before, is_indexed=True)
    if (before := policy.before(Kind.VERDICTS)) is not None:
        yield AgedSweep(
            Kind.VERDICTS,
            core_table(Verdict),
            "judged_at",
            before,
            is_indexed=True,
            part=said,
            part_of="verdict_id",
        )
    if (before := policy.before(Kind.FINDINGS)) is not None:
        # A finding that is open was never resolved, so it is never among them.
        yield AgedSweep(
            Kind.FINDINGS,
            core_table(Finding),
            "resolved_at",
            before,
            is_indexed=True,
            part=said,
            part_of="finding_id",
        )
    if (before := policy.before(Kind.DEAD_LETTERS)) is not None:
        yield AgedSweep(Kind.DEAD_LETTERS, core_table(DeadLetter), "received_at", before)
    if (before := policy.before(Kind.SCHEMAS)) is not None:
        # The version that a dataset has now has no end, so it is never among them.
        yield AgedSweep(Kind.SCHEMAS, INTERVAL, "valid_to", before)
