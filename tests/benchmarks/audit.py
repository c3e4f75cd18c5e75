"""``python -m tests.benchmarks.audit``: what appending, sealing and verifying the audit costs."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.audit.checkpoint import Checkpoint, Checkpoints
from airflow_lineage_provider.governance.audit.sealer import seal
from airflow_lineage_provider.governance.audit.verifier import Verifier
from airflow_lineage_provider.store.audit import append
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from airflow_lineage_provider.store.tables import metadata
from tests.benchmarks.markers import write_between_markers
from tests.benchmarks.overhead.report import table
from tests.databases import make_database
from tests.live.postgres import postgres_url

BAR = 5.0
"""Seconds in which 100,000 entries are to be verified."""
PART = 10_000
ROUNDS = 3


def payload(number: int) -> dict[str, object]:
    """A verdict of about 2 KB with one finding, as it is written down."""
    return {
        "dag_id": f"dag_{number % 300}",
        "run_id": f"scheduled__{number}",
        "result": "fail",
        "findings": [
            {
                "rule": "column-missing",
                "level": "block",
                "message": f"Column total_{number} is promised and is not there. " * 6,
                "fix": "Add the column, or apply a new major version of the contract. " * 6,
                "dataset": {"namespace": "postgres://warehouse:5432", "name": f"shop.public.t{number % 900}"},
                "evidence": {"columns": [f"column_{number % 7}_{index}" for index in range(40)]},
            }
        ],
    }


def measure(engine: Engine, entries: int) -> list[float]:
    """Seconds to append one entry, to seal all, to verify all, to verify all again with 100 checkpoints."""
    sessions = OwnTransactions(lambda: Session(engine))
    begun = time.perf_counter()
    for start in range(0, entries, PART):
        with sessions.writing() as session:
            for number in range(start, min(start + PART, entries)):
                append(
                    "verdict",
                    payload(number),
                    actor="sweep",
                    subject=f"dag_{number % 300}",
                    now=datetime.now(UTC),
                    session=session,
                )
    appended = (time.perf_counter() - begun) / entries
    growing, taken = Checkpoints(), list[Checkpoint]()
    sealed = 0.0
    is_done = False
    while not is_done:
        begun = time.perf_counter()
        is_done = seal(sessions, is_stopped=_once()) == 0
        sealed += time.perf_counter() - begun
        with sessions.reading() as session:
            checkpoint = growing.take(datetime.now(UTC), session=session)
        if checkpoint is not None:
            taken.append(checkpoint)
    return [appended, sealed, _verify(sessions, []), _verify(sessions, taken)]


def _once() -> Callable[[], bool]:
    asked: list[bool] = []

    def is_stopped() -> bool:
        asked.append(True)
        return len(asked) > 1

    return is_stopped


def _verify(sessions: OwnTransactions, checkpoints: Sequence[Checkpoint]) -> float:
    """The slowest of some rounds."""
    slowest = 0.0
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        with sessions.reading() as session:
            found = Verifier(session, checkpoints=checkpoints).verify()
        slowest = max(slowest, time.perf_counter() - begun)
        if not found.is_intact:
            raise RuntimeError(found.describe())
    return slowest


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args(arguments)
    rows = []
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        lite = create_engine(f"sqlite:///{Path(folder) / 'audit.db'}")
        metadata.create_all(lite)
        for name, engine in (("PostgreSQL", make_database(postgres_url("audit"))), ("SQLite", lite)):
            appended, sealed, verified, compared = measure(engine, options.entries)
            engine.dispose()
            worst = max(worst, compared)
            rows.append(
                [
                    name,
                    f"{appended * 1000:.2f} ms",
                    f"{sealed:.1f} s",
                    f"{verified:.2f} s",
                    f"{compared:.2f} s",
                ]
            )
    head = ["database", "append one", "seal all", "verify all", "verify with a checkpoint per 1,000"]
    text = (
        f"Measured {date.today().isoformat()} with `python -m tests.benchmarks.audit --entries {options.entries}`, "
        f"the slowest of {ROUNDS}. Bar to verify 100,000: {BAR:g} s: {'met' if worst <= BAR else 'MISSED'}.\n\n"
        + "\n".join(table(head, rows))
    )
    print(text)
    if options.write:
        write_between_markers("audit", text)


if __name__ == "__main__":
    main()
