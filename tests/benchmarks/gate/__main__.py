"""``python -m tests.benchmarks.gate``: what the dag-run gate costs the scheduler."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
import warnings


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.gate", description=__doc__)
    parser.add_argument("--databases", nargs="+", default=["postgresql", "sqlite"])
    parser.add_argument("--known", type=int, default=10_000, help="DAGs with an answer (10,000)")
    parser.add_argument("--samples", type=int, default=2_000, help="runs that meet the gate alone (2,000)")
    parser.add_argument("--runs", type=int, default=500, help="DAG runs through the scheduler (500)")
    parser.add_argument(
        "--blocks",
        type=int,
        default=3,
        help="times each arm of the scheduler has its turn (3); 0: only the gate by itself is measured and written",
    )
    parser.add_argument("--write", action="store_true", help="write the tables into docs/performance.md")
    options = parser.parse_args()
    if options.samples < 200 or options.samples >= options.known:
        parser.error("at least 200 samples, and fewer than DAGs")
    logging.disable(logging.INFO)  # migrations tell of each of their steps
    warnings.simplefilter("ignore")
    # Before anything imports Airflow.
    os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="lineage-gate-")
    os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
    os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "WARNING"
    from tests.benchmarks.gate.alone import measure_alone
    from tests.benchmarks.gate.loops import measure_loops
    from tests.benchmarks.gate.report import report_alone, report_loops
    from tests.benchmarks.markers import write_between_markers

    began = time.monotonic()

    def say(what: str) -> None:
        print(f"[{time.monotonic() - began:4.0f} s] {what}", file=sys.stderr, flush=True)

    alone = [
        figure
        for database in options.databases
        for figure in measure_alone(database, known=options.known, samples=options.samples, say=say)
    ]
    loops = (
        measure_loops(runs=options.runs, known=options.known, blocks=options.blocks, say=say)
        if options.blocks
        else []
    )
    command = f"python -m tests.benchmarks.gate --samples {options.samples} --blocks {options.blocks}"
    texts = {"gate": report_alone(alone, known=options.known, command=command)}
    if loops:
        texts["gate_loops"] = report_loops(loops, runs=options.runs, command=command)
    for name, text in texts.items():
        print(text)
        if options.write:
            write_between_markers(name, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
