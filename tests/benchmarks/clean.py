"""``python -m tests.benchmarks.clean``: what ingest notices of a clean, on PostgreSQL.

Old runs stand in the tables, with inputs, outputs and a facet of their own each. Threads ingest records one after
another, first alone, then while a clean deletes the old runs, then alone again; the middle is compared with the rest.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import quantiles
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.own_transactions import OwnTransactions
from airflow_lineage_provider.store.retention.cleaner import Cleaner
from airflow_lineage_provider.store.retention.kind import Kind
from airflow_lineage_provider.store.retention.policy import Policy
from airflow_lineage_provider.store.retention.report import Report
from tests.benchmarks.markers import write_between_markers
from tests.benchmarks.overhead.report import table
from tests.databases import make_database
from tests.live.postgres import postgres_url
from tests.store.stories import Story, core, entry

BAR = 2.0
"""Times that ingest may take while a clean runs."""
JOBS = 100
OLD = timedelta(days=500)

_SEED = """
INSERT INTO lineage_job (digest, namespace, name, dag_id, task_id, first_seen) SELECT 'j' || g,
    'default', 'old.t' || g, 'old', 't' || g, :at FROM generate_series(1, :jobs) g;
INSERT INTO lineage_dataset (digest, namespace, name, first_seen) SELECT 'd' || g, 's3://lake', 'old/' ||
    g, :at FROM generate_series(1, :jobs) g;
INSERT INTO lineage_facet (content_hash, body) SELECT 'f' || g, decode(md5(g::text) || md5((g *
    7)::text), 'hex') FROM generate_series(1, :runs) g;
INSERT INTO lineage_run (job_id, ti_id, dag_run_id, run_id, state, capture, segments, awaited,
    started_at, ended_at, recorded_at) SELECT j.id, gen_random_uuid(), 900000 + g, 'old' || g, 'success',
    'recorded', 1, 0, CAST(:at AS timestamptz) + g * interval '1 second', CAST(:at AS timestamptz) + g *
    interval '1 second', CAST(:at AS timestamptz) + g * interval '1 second' FROM generate_series(1,
    :runs) g JOIN lineage_job j ON j.digest = 'j' || (1 + g % :jobs);
INSERT INTO lineage_run_io (run_id, dataset_id, direction, evidence, state) SELECT r.id, d.id, CASE WHEN
    k = 0 THEN 1 ELSE 0 END, 4, 1 FROM lineage_run r JOIN lineage_job j ON j.id =
    r.job_id CROSS JOIN generate_series(0, 2) k JOIN lineage_dataset d ON d.digest = 'd' || (1 +
    (substr(j.digest, 2)::int + k) % :jobs) WHERE j.dag_id = 'old';
INSERT INTO lineage_run_facet (run_id, name, facet_id) SELECT r.id, 'context', f.id FROM lineage_run r
    JOIN lineage_facet f ON f.content_hash = 'f' || substr(r.run_id, 4) WHERE r.run_id LIKE 'old%';
INSERT INTO lineage_edge (job_id, dataset_id, direction, evidence, first_seen, last_seen, last_run_id,
    runs) SELECT r.job_id, i.dataset_id, CASE i.direction WHEN 1 THEN 'output' ELSE 'input' END, 4,
    min(r.started_at), max(r.started_at), max(r.id), count(*) FROM lineage_run_io i JOIN lineage_run r ON
    r.id = i.run_id GROUP BY 1, 2, 3;
"""
"""Statements that make the old runs."""


@dataclass(frozen=True)
class Ingested:
    """Milliseconds of each record, and those that failed."""

    times: list[float]
    failed: int

    def quantile(self, percent: int) -> float:
        return quantiles(self.times, n=100)[percent - 1]


class Ingest:
    """Threads that ingest until they are stopped."""

    def __init__(self, engine: Engine, threads: int) -> None:
        self._engine = engine
        self._stop = threading.Event()
        self._times: list[float] = []
        self._failed = 0
        self._threads = [threading.Thread(target=self._run, args=(number,)) for number in range(threads)]

    def __enter__(self) -> Ingest:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def result(self) -> Ingested:
        return Ingested(self._times, self._failed)

    def _run(self, number: int) -> None:
        count = 0
        while not self._stop.is_set():
            count += 1
            at = datetime.now(UTC)
            name = f"{number}-{time.monotonic_ns()}"
            with Session(self._engine) as session, session.begin():
                story = Story(session, dag_id=f"new{number}", run_id=name, at=at)
                record = core(
                    story.attempt(started_at=at, ended_at=at),
                    inputs=[entry("raw")],
                    outputs=[entry(f"new/{number}")],
                    run_facets={"note": {"run": count % 50}},
                )
                begun = time.perf_counter()
                try:
                    story.ingest(record, now=at)
                    session.flush()
                except Exception:
                    self._failed += 1
                    raise
            self._times.append((time.perf_counter() - begun) * 1000)


def seed(engine: Engine, runs: int) -> None:
    at = datetime.now(UTC) - OLD
    for statement in filter(str.strip, _SEED.split(";")):
        with engine.begin() as connection:
            connection.execute(
                text(statement),
                {
                    name: value
                    for name, value in {"at": at, "jobs": JOBS, "runs": runs}.items()
                    if f":{name}" in statement
                },
            )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def alone(engine: Engine, threads: int, seconds: float) -> Ingested:
    with Ingest(engine, threads) as ingest:
        time.sleep(seconds)
    return ingest.result()


def measure(runs: int, threads: int, seconds: float) -> tuple[Ingested, Ingested, Report, float]:
    """(alone, while cleaning, what was cleaned, seconds of the clean)."""
    engine = make_database(postgres_url("clean"))
    try:
        seed(engine, runs)
        alone(engine, threads, 3)  # warms caches up
        before = alone(engine, threads, seconds)
        policy = Policy(now=datetime.now(UTC), ages={Kind.RUNS: timedelta(days=365)}, last_runs=10)
        begun = time.monotonic()
        with Ingest(engine, threads) as ingest:
            report = Cleaner(policy, OwnTransactions(lambda: Session(engine))).clean()
        took = time.monotonic() - begun
        after = alone(engine, threads, seconds)
        if report is None:
            raise RuntimeError("somebody else cleans")
        both = Ingested(before.times + after.times, before.failed + after.failed)
        return both, ingest.result(), report, took
    finally:
        engine.dispose()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=100_000, help="old runs")
    parser.add_argument("--threads", type=int, default=2, help="threads that ingest")
    parser.add_argument("--seconds", type=float, default=15.0, help="of ingest alone, before and after")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args(arguments)
    apart, beside, report, took = measure(options.runs, options.threads, options.seconds)
    rows: list[list[str]] = []
    for name, ingested in (("alone", apart), ("while a clean runs", beside)):
        rows.append(
            [
                name,
                str(len(ingested.times)),
                str(ingested.failed),
                f"{ingested.quantile(50):.1f} ms",
                f"{ingested.quantile(95):.1f} ms",
            ]
        )
    gone: dict[str, Any] = {swept.kind.value: swept.rows for swept in report.swept if swept.rows}
    lines = "\n".join(table(["ingest", "records", "failed", "p50", "p95"], rows))
    factor = beside.quantile(95) / apart.quantile(95)
    text_of_page = (
        f"Measured {date.today().isoformat()} with `python -m tests.benchmarks.clean --runs {options.runs} "
        f"--threads {options.threads}`: the clean deleted {gone.get('runs', 0)} runs and {gone.get('facets', 0)} "
        f"facets in {took:.0f} s. Ingest's p95 was {factor:.1f} times that without a clean; bar: {BAR:g}.\n\n{lines}"
    )
    print(text_of_page)
    if options.write:
        write_between_markers("clean", text_of_page)


if __name__ == "__main__":
    main()
