"""``python -m tests.benchmarks.ingest``: how fast events are taken in, and what a run weighs, on PostgreSQL."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import warnings
from collections.abc import Sequence
from datetime import date

from tests.benchmarks.ingest.rate import Rate, rates
from tests.benchmarks.ingest.size import Weight, attempt_weight, event_weights
from tests.benchmarks.markers import write_between_markers
from tests.benchmarks.overhead.report import table

BAR_BYTES = 700
"""Of an attempt of a task that ran before."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ingest", description=__doc__)
    parser.add_argument("--events", type=int, default=1_000, help="events per number of clients (1,000)")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 4, 8])
    parser.add_argument("--runs", type=int, default=2_000, help="repeated runs that are weighed (2,000)")
    parser.add_argument("--only", choices=["rate", "size"], help="one half of it")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/performance.md")
    options = parser.parse_args()
    logging.disable(logging.INFO)  # migrations tell of each of their steps
    warnings.simplefilter("ignore")
    command = f"python -m tests.benchmarks.ingest --events {options.events} --runs {options.runs}"
    parts = []
    if options.only != "size":
        parts += [*_rates(rates(options.events, options.clients)), ""]
    if options.only != "rate":
        parts += _weights([attempt_weight(options.runs), *event_weights(options.runs)])
    load = os.getloadavg()[0]
    text = "\n".join(
        [f"Measured {date.today().isoformat()} with `{command}`, load average {load:.1f}.", "", *parts]
    )
    print(text)
    if options.write:
        if options.only:
            parser.error("--write writes both halves")
        write_between_markers("ingest", text)
    return 0


def _rates(found: Sequence[Rate]) -> list[str]:
    plain = found[0]
    rows = [
        [
            rate.title,
            f"{rate.per_second:,.0f}",
            f"{rate.per_second / plain.per_second:.1%}",
            "" if rate.p95_ms is None else f"{rate.p95_ms:.1f}",
        ]
        for rate in found
    ]
    return table(["how", "events/s", "share of plain inserts", "p95 of an answer, ms"], rows)


def _weights(found: Sequence[Weight]) -> list[str]:
    names = list(dict.fromkeys(name for weight in found for name in weight.tables))
    heading = ["bytes per run, indexes included", *(f"{weight.title} ({weight.runs:,})" for weight in found)]
    rows = [
        [f"`{name}`", *(f"{weight.tables.get(name, 0.0):,.0f}" for weight in found)] for name in sorted(names)
    ]
    own = found[0].total
    rows.append(["**all**", *(f"**{weight.total:,.0f}**" for weight in found)])
    verdict = "met" if own <= BAR_BYTES else "MISSED"
    return [*table(heading, rows), "", f"Bar for an attempt: {BAR_BYTES} bytes: {verdict} ({own:,.0f})."]


if __name__ == "__main__":
    sys.exit(main())
