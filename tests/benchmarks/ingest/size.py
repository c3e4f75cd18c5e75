"""What a repeated run weighs in PostgreSQL: tables and indexes, packed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from tests.benchmarks.ingest.attempts import TASKS, ingest_runs
from tests.benchmarks.ingest.events import JOBS, run_events
from tests.databases import make_database
from tests.live.postgres import postgres_url

# Rows of these are there while something goes on, and go.
_PASSING = ("lineage_open_dag_run", "lineage_watermark", "lineage_outgoing_event")
_TABLES = (
    r"SELECT tablename FROM pg_tables WHERE tablename LIKE 'lineage\_%' AND schemaname = current_schema()"
)
_ARE_DEAD_ROWS_UNSEEN = """
SELECT txid_snapshot_xmin(txid_current_snapshot()) > :own AND NOT EXISTS (
    SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xmin IS NOT NULL)
"""
COMMIT_EVERY = 50
PATIENCE = 600.0
"""Seconds that somebody else's transaction may take."""


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes that one more run of a known job adds, by table."""

    title: str
    runs: int
    tables: dict[str, float]

    @property
    def total(self) -> float:
        return sum(self.tables.values())


def attempt_weight(runs: int) -> Weight:
    """Two segments, two inputs, one output, twelve columns."""
    engine = make_database(postgres_url("weight_attempts"))
    try:
        first, more = 10, runs // TASKS
        ingest_runs(engine, range(first))
        return _weight(
            "attempt of a task",
            engine,
            more * TASKS,
            lambda: ingest_runs(engine, range(first, first + more)),
        )
    finally:
        engine.dispose()


def event_weights(runs: int) -> list[Weight]:
    """A START and a COMPLETE with the same inputs, output and columns: as they arrive, and what stays of them."""
    engine = make_database(postgres_url("weight_events"))
    try:
        first = 4 * JOBS
        _ingest_events(engine, 0, first)
        kept = _weight(
            "external run, raw events kept", engine, runs, lambda: _ingest_events(engine, first, runs)
        )
        with engine.begin() as connection:
            connection.execute(text("UPDATE lineage_event SET body = NULL"))
        # All events weigh the same now, those from before the first size too.
        event = _sizes(engine)["lineage_event"] / (first + runs)
        return [
            kept,
            Weight("external run, raw events let go", runs, {**kept.tables, "lineage_event": event}),
        ]
    finally:
        engine.dispose()


def _ingest_events(engine: Engine, first: int, runs: int) -> None:
    from airflow_lineage_provider.model.openlineage.reader import read_event
    from airflow_lineage_provider.store.external.ingest import ingest_event

    now = datetime.now(UTC)
    with Session(engine) as session:
        for number, document in enumerate(run_events(runs, first)):
            ingest_event(
                read_event(document, now=now),
                received_from="key:benchmark",
                own_namespace="default",
                now=now,
                session=session,
            )
            if number % COMMIT_EVERY == 0:
                session.commit()
        session.commit()


def _weight(title: str, engine: Engine, runs: int, add: Callable[[], None]) -> Weight:
    before = _sizes(engine)
    add()
    after = _sizes(engine)
    added = {table: (size - before[table]) / runs for table, size in after.items()}
    return Weight(title, runs, {table: size for table, size in added.items() if size})


def _sizes(engine: Engine) -> dict[str, int]:
    """Bytes of every table of ours that stays, with its indexes, packed."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _wait_for_others(connection)
        tables = [name for name in connection.scalars(text(_TABLES)) if name not in _PASSING]
        return {table: _packed_size(connection, table) for table in tables}


def _wait_for_others(connection: Connection) -> None:
    """Wait until nobody may see rows that are dead by now: VACUUM FULL keeps those.

    A transaction that writes counts in any database of the server, for it holds back the snapshot of VACUUM itself.
    """
    own = connection.scalar(text("SELECT txid_current()"))
    end = time.monotonic() + PATIENCE
    while not connection.scalar(text(_ARE_DEAD_ROWS_UNSEEN), {"own": own}):
        if time.monotonic() > end:
            raise RuntimeError(
                f"a transaction on the server is open for {PATIENCE:g} s: dead rows would be weighed"
            )
        time.sleep(0.2)


def _packed_size(connection: Connection, table: str) -> int:
    connection.execute(text(f"VACUUM FULL {table}"))
    return int(connection.scalar(text(f"SELECT pg_total_relation_size('{table}')")) or 0)
