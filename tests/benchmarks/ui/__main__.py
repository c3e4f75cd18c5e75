"""``python -m tests.benchmarks.ui``: how long people wait for a graph, with Chromium on a live Airflow and PostgreSQL."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
import warnings
from datetime import date

from tests.benchmarks.markers import write_between_markers
from tests.benchmarks.overhead.report import table
from tests.benchmarks.ui.measure import STORE, Figures, measure

BARS = {"first": 1_500.0, "expanded": 300.0, "task": 200.0}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ui", description=__doc__)
    parser.add_argument("--samples", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args()
    logging.disable(logging.INFO)  # migrations tell of each of their steps
    warnings.simplefilter("ignore")
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - began:4.0f} s] {text}", file=sys.stderr, flush=True)

    figures = measure(options.samples, say)
    text = report(figures, f"python -m tests.benchmarks.ui --samples {options.samples}")
    print(text)
    if options.write:
        write_between_markers("ui", text)
    return 0 if is_met(figures) else 1


def is_met(figures: Figures) -> bool:
    return (
        figures.typical("warm") <= BARS["first"]
        and figures.typical("expanded") <= BARS["expanded"]
        and figures.worst_task() <= BARS["task"]
    )


def report(figures: Figures, command: str) -> str:
    rows = [
        ["first node, Airflow's UI from the browser's cache", *_pair(figures.warm), f"{BARS['first']:.0f}"],
        ["of it ours, from where Airflow asks for the bundle", *_pair(figures.own), ""],
        ["an empty list of Airflow's own UI, to compare", *_pair(figures.empty), ""],
        ["first node, empty browser cache", *_pair(figures.cold), ""],
        ["first node, from inside the app, depth 5", *_pair(figures.within), ""],
        ["further nodes after a click on expand", *_pair(figures.expanded), f"{BARS['expanded']:.0f}"],
        ["longest task of opening a node, depth 5", *_pair(figures.long_tasks), f"{BARS['task']:.0f}"],
    ]
    head = (
        f"Measured {date.today().isoformat()} with `{command}`, load average {os.getloadavg()[0]:.1f} at the end: "
        f"{STORE.jobs:,} jobs, {STORE.component:,} of them connected; {figures.nodes} nodes are shown at most. "
        "Milliseconds by the page's own clock."
    )
    return "\n".join([head, "", *table(["", "median", "worst", "bar"], rows)])


def _pair(values: list[float]) -> tuple[str, str]:
    ordered = sorted(values)
    return f"{ordered[len(ordered) // 2]:.0f}", f"{ordered[-1]:.0f}"


if __name__ == "__main__":
    sys.exit(main())
