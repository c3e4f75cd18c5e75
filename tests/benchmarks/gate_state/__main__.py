"""``python -m tests.benchmarks.gate_state``: what it costs to keep the gate states of many DAGs current."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
import warnings


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.gate_state", description=__doc__)
    parser.add_argument("--database", default="postgresql", choices=("postgresql", "sqlite"))
    parser.add_argument("--url", help="a database that was filled before, instead of a new one")
    parser.add_argument("--dags", type=int, default=10_000, help="DAGs that read (10,000)")
    parser.add_argument("--reads", type=int, default=3, help="datasets that each of them reads (3)")
    parser.add_argument("--known", type=int, default=10_000, help="datasets with contracts (10,000)")
    parser.add_argument("--runs", type=int, default=12, help="runs of each job (12)")
    parser.add_argument("--batch", type=int, default=1_000, help="DAGs judged at once (1,000)")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args()
    logging.disable(logging.INFO)  # migrations tell of each of their steps
    warnings.simplefilter("ignore")
    # Before anything imports Airflow.
    os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="lineage-gates-")
    os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
    from sqlalchemy import create_engine

    from tests.benchmarks.gate_state.measure import measure
    from tests.benchmarks.gate_state.report import report
    from tests.benchmarks.gate_state.world import Readers, fill
    from tests.benchmarks.judge.measure import _engine
    from tests.benchmarks.judge.world import World
    from tests.benchmarks.markers import write_between_markers

    began = time.monotonic()

    def say(what: str) -> None:
        print(f"[{time.monotonic() - began:4.0f} s] {what}", file=sys.stderr, flush=True)

    readers = Readers(options.dags, options.reads, World(options.known, options.runs, 50))
    if options.url:
        engine = create_engine(options.url)
    else:
        engine = _engine(options.database)
        fill(engine, readers)
        say(f"{options.dags:,} DAGs are filled in")
    figures = measure(engine, readers, batch=options.batch, say=say)
    command = f"python -m tests.benchmarks.gate_state --dags {options.dags}"
    text = report(figures, command, dags=options.dags, database=options.database)
    print(text)
    if options.write:
        write_between_markers("gate_state", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
