"""``python -m tests.benchmarks.judge``: how long a verdict takes, on PostgreSQL and SQLite."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
import warnings


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.judge", description=__doc__)
    parser.add_argument("--databases", nargs="+", default=["postgresql", "sqlite"])
    parser.add_argument("--known", type=int, default=10_000, help="datasets with contracts (10,000)")
    parser.add_argument("--judged", type=int, default=1_000, help="datasets judged at once (1,000)")
    parser.add_argument("--asked", type=int, default=50, help="datasets upstream of one DAG (50)")
    parser.add_argument("--runs", type=int, default=30, help="runs of each job (30)")
    parser.add_argument("--batches", type=int, default=10, help="times that many are judged (10)")
    parser.add_argument("--samples", type=int, default=300, help="times that one DAG is judged (300)")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args()
    if options.samples < 200 or options.batches < 2:
        parser.error("at least 200 samples and 2 batches")
    logging.disable(logging.INFO)  # migrations tell of each of their steps
    warnings.simplefilter("ignore")
    # Before anything imports Airflow.
    os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="lineage-judge-")
    os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
    from tests.benchmarks.judge.measure import measure
    from tests.benchmarks.judge.report import report
    from tests.benchmarks.judge.world import World
    from tests.benchmarks.markers import write_between_markers

    began = time.monotonic()

    def say(what: str) -> None:
        print(f"[{time.monotonic() - began:4.0f} s] {what}", file=sys.stderr, flush=True)

    world = World(options.known, options.runs, options.asked)
    figures = [
        figure
        for database in options.databases
        for figure in measure(
            database, world, judged=options.judged, batches=options.batches, samples=options.samples, say=say
        )
    ]
    text = report(figures, f"python -m tests.benchmarks.judge --samples {options.samples}")
    print(text)
    if options.write:
        write_between_markers("judge", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
