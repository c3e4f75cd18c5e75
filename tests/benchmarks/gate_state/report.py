"""Figures of the keeper as a Markdown table."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date

from tests.benchmarks.gate_state.measure import Figure
from tests.benchmarks.overhead.report import table


def report(figures: Iterable[Figure], command: str, *, dags: int, database: str) -> str:
    head = (
        f"Measured {date.today().isoformat()} with `{command}`, {dags:,} DAGs on {database}, load average "
        f"{os.getloadavg()[0]:.1f} at the end. CPU: of our process alone, without the database server."
    )
    rows = [
        [
            figure.title,
            f"{figure.dags:,}" if figure.dags else "",
            f"{figure.seconds:.2f}",
            f"{figure.cpu_seconds:.2f}" if figure.cpu_seconds else "",
            figure.note,
        ]
        for figure in figures
    ]
    return "\n".join([head, "", *table(["what", "DAGs", "seconds", "CPU seconds", ""], rows)])
