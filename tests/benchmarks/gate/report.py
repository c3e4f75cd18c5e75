"""Figures of the gate as Markdown tables."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from statistics import median

from tests.benchmarks.gate.alone import Alone
from tests.benchmarks.gate.loops import Loops
from tests.benchmarks.gate.world import TASKS
from tests.benchmarks.overhead.report import table

BAR_ANY, BAR_PASS = 10.0, 3.0


def report_alone(alone: Sequence[Alone], *, known: int, command: str) -> str:
    """What the gate takes of each run, by itself."""
    lines = [
        _circumstances(command),
        "",
        f"Milliseconds that the gate takes of one run, with answers about {known:,} DAGs kept. CPU: of the process, without the database server.",
        "",
        *table(
            ["database", "the run is", "samples", "CPU p50", "p50", "p99", "longest"],
            [
                [
                    each.database,
                    _TITLES[each.arm],
                    f"{len(each.values):,}",
                    *_two(median(each.cpu), each.p50, each.p99, each.longest),
                ]
                for each in alone
            ],
        ),
        "",
        *(_verdict(each) for each in alone if each.database == "postgresql"),
    ]
    return "\n".join(lines)


def report_loops(loops: Sequence[Loops], *, runs: int, command: str) -> str:
    """What the loops of a scheduler take with it."""
    turns = len(loops[0].seconds)
    blocks = "1 block" if turns == 1 else f"{turns} blocks"
    heading = [
        "",
        "loops",
        "median",
        "p99",
        "that start runs: median",
        "p99",
        "CPU median",
        "all loops of a block, s",
    ]
    lines = [
        _circumstances(command),
        "",
        f"Milliseconds of one loop of `airflow scheduler` on PostgreSQL, {runs} DAG runs of {TASKS} tasks waiting, {blocks} of each arm in turns; those where something is wrong have one turn, in which each run has to end as it should and the scheduler's log has to hold no traceback and no lock error:",
        "",
        *table(
            heading,
            [
                [
                    each.arm,
                    str(len(each.all)),
                    *_one(each.p50, each.p99, each.starting_p50, each.starting_p99, median(each.cpu)),
                    f"{median(each.seconds):.1f}",
                ]
                for each in loops
            ],
        ),
    ]
    return "\n".join(lines)


def _circumstances(command: str) -> str:
    return f"Measured {date.today().isoformat()} with `{command}`, load average {os.getloadavg()[0]:.1f} at the end."


_TITLES = {
    "pass": "well, and goes on",
    "observe": "to be blocked, and only observed",
    "warn": "to be blocked, and gets a note",
    "block": "blocked",
}


def _verdict(alone: Alone) -> str:
    bar = BAR_PASS if alone.arm == "pass" else BAR_ANY
    met = "met" if alone.p99 <= bar else "MISSED"
    return f"- {alone.database}, {alone.arm}: p99 {alone.p99:.2f} ms, bar {bar:.0f}: {met}."


def _two(*values: float) -> list[str]:
    return [f"{value:.2f}" for value in values]


def _one(*values: float) -> list[str]:
    return [f"{value:.0f}" for value in values]
