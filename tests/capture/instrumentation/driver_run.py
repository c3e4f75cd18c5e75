"""Run something under observation and look at the statements that a record would hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.switch import switch_off, switch_on
from airflow_lineage_provider.capture.sources.runtime import add_runtime_statements
from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.naming import namespace_of
from airflow_lineage_provider.model.record import LineageRecord, Outcome, SegmentKind, Statement


@dataclass
class Seen:
    """What the observer holds, in the words of the tests."""

    @property
    def record(self) -> LineageRecord:
        record = LineageRecord(kind=SegmentKind.CORE, outcome=Outcome.SUCCESS, ti_id=str(uuid4()))
        add_runtime_statements(record, OBSERVER)
        return record

    @property
    def statements(self) -> list[Statement]:
        return self.record.statements

    @property
    def texts(self) -> list[str]:
        """Statements that ended without an error, in the order in which they were first seen."""
        return [entry.sql for entry in self.statements if entry.executed]

    @property
    def failed(self) -> list[str]:
        return [entry.sql for entry in self.statements if not entry.executed]

    @property
    def rows(self) -> dict[str, int | None]:
        return {entry.sql: entry.rows for entry in self.statements}

    @property
    def identities(self) -> list[ConnectionIdentity]:
        return OBSERVER.connections

    @property
    def namespaces(self) -> list[str]:
        return [namespace_of(identity) for identity in OBSERVER.connections]


@contextmanager
def observing(*sources: str) -> Iterator[Seen]:
    """Observe what the block does; that no source stumbled is part of the deal."""
    switch_on(frozenset(sources))
    try:
        yield Seen()
    finally:
        switch_off()
    assert OBSERVER.errors == {}
