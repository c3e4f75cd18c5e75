"""Figures of the judge as a Markdown table."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date

from tests.benchmarks.judge.measure import Figure
from tests.benchmarks.overhead.report import table

BAR_MANY, BAR_ONE = 1_000.0, 100.0


def report(figures: Iterable[Figure], command: str) -> str:
    known = list(figures)
    head = (
        f"Measured {date.today().isoformat()} with `{command}`, load average {os.getloadavg()[0]:.1f} at the end. "
        "Milliseconds from the question to the verdict, which is not stored: scope, asker, facts and all rules. First: "
        "nothing is remembered of any contract; what was read then is kept out of the garbage collector's sight, as the API server does. CPU: of our process alone, without the database server."
    )
    rows = [
        [
            figure.database,
            f"{figure.judged:,} {figure.title}"
            if figure.judged > 100
            else f"{figure.title}, {figure.judged} datasets",
            f"{figure.known:,}",
            f"{len(figure.whole.values) - 1}",
            f"{figure.whole.first:.0f}",
            f"{figure.gather.p50:.0f}",
            f"{figure.judge.p50:.0f}",
            f"{figure.cpu.p50:.0f}",
            f"{figure.whole.p50:.0f}",
            f"{figure.whole.p99:.0f}",
        ]
        for figure in known
    ]
    heading = [
        "database",
        "judged",
        "known",
        "samples",
        "first",
        "facts p50",
        "rules p50",
        "CPU p50",
        "p50",
        "p99",
    ]
    return "\n".join([head, "", *table(heading, rows), "", *(_verdict(figure) for figure in known)])


def _verdict(figure: Figure) -> str:
    if figure.judged > 100:
        took, bar, what = figure.whole.longest, BAR_MANY, "longest"
    else:
        took, bar, what = figure.whole.p99, BAR_ONE, "p99"
    met = "met" if took <= bar else "MISSED"
    return f"- {figure.database}, {figure.judged:,} datasets: {what} {took:.0f} ms, bar {bar:,.0f}: {met}."
