"""``python -m tests.benchmarks.drain_latency``: from the end of a task to its lineage being there to ask for.

A live Airflow on PostgreSQL with one API server runs a burst of mapped tasks that each write a table. The latency of
an attempt is the time from the end that Airflow notes to the ingest of its last segment (observed columns included).
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import create_engine, text

from example_dags.demo.live_airflow import LiveAirflow
from tests.benchmarks.markers import write_between_markers
from tests.benchmarks.overhead.report import table
from tests.live.postgres import postgres_url
from tests.system.conftest import DAGS, Lineage, warehouse_connection

BAR_SECONDS = 2.0

_LATENCY = """
SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY late), percentile_cont(0.95) WITHIN GROUP (ORDER BY late),
       max(late), extract(epoch FROM max(ended_at) - min(ended_at))
FROM (SELECT r.ended_at, extract(epoch FROM r.recorded_at - r.ended_at) AS late FROM lineage_run r
      JOIN lineage_job j ON j.id = r.job_id WHERE j.dag_id = 'many_writes' AND r.run_id = :run_id
      AND r.map_index >= 0 AND r.capture = 'recorded') AS attempts
"""


def measure(count: int, parallelism: int) -> tuple[float, ...]:
    """(attempts, median, p95, longest latency, seconds from the first end to the last)."""
    database_url = postgres_url("drain_latency")
    with (
        tempfile.TemporaryDirectory() as home,
        LiveAirflow(
            Path(home),
            dags_folder=DAGS,
            database_url=database_url,
            parallelism=parallelism,
            triggerer=False,
            env={"AIRFLOW_CONN_WAREHOUSE": warehouse_connection(postgres_url("drain_latency_data"))},
        ) as airflow,
    ):
        lineage = Lineage(airflow, database_url)
        run_id = lineage.run("many_writes", conf={"count": count}, timeout=900)
        lineage.settled("many_writes", run_id)
        engine = create_engine(database_url)
        with engine.begin() as connection:
            row = connection.execute(text(_LATENCY), {"run_id": run_id}).one()
        engine.dispose()
    if row[0] != count:
        raise RuntimeError(f"{row[0]} of {count} attempts are recorded; the figures would not be of all")
    return tuple(float(value) for value in row)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100, help="mapped tasks")
    parser.add_argument("--parallelism", type=int, default=4)
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args(arguments)
    count, middle, p95, longest, seconds = measure(options.count, options.parallelism)
    cells = [f"{count:.0f}", f"{seconds:.0f} s", f"{middle:.2f} s", f"{p95:.2f} s", f"{longest:.2f} s"]
    lines = "\n".join(table(["attempts", "ended within", "median", "p95", "longest"], [cells]))
    report = (
        f"Measured {date.today().isoformat()} with `python -m tests.benchmarks.drain_latency --count {options.count} "
        f"--parallelism {options.parallelism}`. Bar: p95 {BAR_SECONDS:g} s.\n\n{lines}"
    )
    print(report)
    if options.write:
        write_between_markers("drain-latency", report)


if __name__ == "__main__":
    main()
