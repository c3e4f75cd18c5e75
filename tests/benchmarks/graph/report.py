"""Figures of the graph as Markdown tables."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from statistics import median

from tests.benchmarks.graph.measure import Answer, Figures, HistoryCost, Times
from tests.benchmarks.overhead.report import table

BAR_STORE, BAR_HTTP, BAR_HISTORY = 100.0, 400.0, 0.10
BAR_WORLD = (10_000, 5_000, 20)
"""(jobs, component, depth) that the bars are of."""
MARQUEZ_SECONDS = 62.7
"""Marquez 0.51's own SQL on PostgreSQL 15, 5,000 connected jobs with 2 inputs each, depth 10: 4,927 jobs.

Measured once on a machine like this one; it is not part of this benchmark.
"""


def report(figures: Figures, command: str) -> str:
    load = os.getloadavg()[0]
    head = (
        f"Measured {date.today().isoformat()} with `{command}`, load average {load:.1f} at the end. Milliseconds, p50 / p95. "
        "One statement: a recursive CTE over the same edges that returns the names of the same nodes and nothing else. "
        "Over HTTP an answer has 10,000 nodes at most."
    )
    parts = [head, "", *_answers(figures.answers)]
    if figures.history:
        parts += ["", *_history(figures.history)]
    if verdicts := _verdicts(figures.answers):
        parts += ["", *verdicts]
    return "\n".join(parts)


def _answers(answers: Iterable[Answer]) -> list[str]:
    rows = [
        [
            f"{answer.world.jobs:,} ({answer.world.component:,})",
            answer.question.title,
            f"{answer.question.depth}",
            f"{answer.nodes:,}",
            f"{answer.edges:,}",
            _pair(answer.store),
            _pair(answer.statement),
            f"{_pair(answer.http)} ({answer.http_nodes:,} nodes)" if answer.http else "",
        ]
        for answer in answers
    ]
    heading = ["jobs (component)", "asked", "depth", "nodes", "edges", "store", "one statement", "HTTP"]
    return table(heading, rows)


def _history(costs: Iterable[HistoryCost]) -> list[str]:
    rows = []
    for cost in costs:
        # Of each turn for itself: what the machine does meanwhile is in both of its times.
        turns = zip(cost.above.values, cost.without.values, strict=True)
        slower = median(above / without for above, without in turns) - 1
        verdict = f"{slower:+.1%} ({_met(slower <= BAR_HISTORY)})"
        rows.append(
            [
                cost.question.title,
                f"{cost.question.depth}",
                f"{cost.runs:,}",
                _pair(cost.without),
                _pair(cost.above),
                verdict,
            ]
        )
    heading = ["asked", "depth", "runs", "without runs", "above them", f"slower, bar {BAR_HISTORY:+.0%}"]
    return table(heading, rows)


def _verdicts(answers: Iterable[Answer]) -> list[str]:
    lines = []
    for answer in answers:
        if (answer.world.jobs, answer.world.component, answer.question.depth) != BAR_WORLD:
            continue
        store = (
            f"store p95 {answer.store.p95:.0f} ms, bar {BAR_STORE:g}: {_met(answer.store.p95 <= BAR_STORE)}"
        )
        http = ""
        if answer.http:
            http = (
                f"; HTTP p95 {answer.http.p95:.0f} ms, bar {BAR_HTTP:g}: {_met(answer.http.p95 <= BAR_HTTP)}"
            )
        times = MARQUEZ_SECONDS * 1000 / answer.store.p50
        lines.append(
            f"- {answer.question.title}, {answer.nodes:,} nodes: {store}{http}; {times:,.0f} times faster than the "
            f"{MARQUEZ_SECONDS} s of Marquez's own SQL at depth 10 of 5,000 connected jobs, measured earlier."
        )
    return lines


def _pair(times: Times) -> str:
    return f"{times.p50:.1f} / {times.p95:.1f}"


def _met(met: bool) -> str:
    return "met" if met else "MISSED"
