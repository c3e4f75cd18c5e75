"""``python -m tests.benchmarks.graph``: how long the graph around a dataset takes, on PostgreSQL.

Every answer of the store is compared with that of one recursive statement over the same edges. Caches are warm.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
import warnings

from tests.benchmarks.graph.measure import Figures, measure_history, measure_world
from tests.benchmarks.graph.report import BAR_WORLD, report
from tests.benchmarks.graph.world import World
from tests.benchmarks.markers import write_between_markers

JOBS, COMPONENTS, DEPTHS = [1_000, 10_000, 100_000], [50, 5_000], [2, 10, 20]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.graph", description=__doc__)
    parser.add_argument("--jobs", type=int, nargs="+", default=JOBS)
    parser.add_argument(
        "--components", type=int, nargs="+", default=COMPONENTS, help="jobs that are connected"
    )
    parser.add_argument("--depths", type=int, nargs="+", default=DEPTHS, help="edges from the root")
    parser.add_argument("--samples", type=int, default=20, help="answers per question (20)")
    parser.add_argument("--history", type=int, default=1_000_000, help="runs; 0: no such measurement")
    parser.add_argument("--http", action="store_true", help="ask over HTTP too")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/performance.md")
    options = parser.parse_args()
    if options.samples < 2:
        parser.error("at least 2 samples")
    logging.disable(logging.INFO)  # migrations tell of each of their steps
    warnings.simplefilter("ignore")
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - began:4.0f} s] {text}", file=sys.stderr, flush=True)

    # A component has no more jobs than there are.
    worlds = dict.fromkeys(
        World(jobs, min(jobs, size)) for jobs in options.jobs for size in options.components
    )
    figures = Figures()
    for world in worlds:
        figures.answers += measure_world(world, options.depths, options.samples, http=options.http, say=say)
    if options.history:
        jobs, component, depth = BAR_WORLD
        figures.history = measure_history(
            World(jobs, component), depth, options.samples, options.history, say
        )
    text = report(figures, _command(options))
    print(text)
    if options.write:
        write_between_markers("graph", text)
    return 0


def _command(options: argparse.Namespace) -> str:
    words = ["python -m tests.benchmarks.graph", f"--samples {options.samples} --history {options.history}"]
    for name, most in (("jobs", JOBS), ("components", COMPONENTS), ("depths", DEPTHS)):
        if (asked := getattr(options, name)) != most:
            words.append(f"--{name} {' '.join(map(str, asked))}")
    return " ".join([*words, *(["--http"] if options.http else [])])


if __name__ == "__main__":
    sys.exit(main())
