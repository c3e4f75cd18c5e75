"""Figures as Markdown tables."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from statistics import median

from tests.benchmarks.overhead.arms import ARMS
from tests.benchmarks.overhead.measure import BUSY, KINDS, TASKS, ArmCosts, TaskCost

TITLES = {
    "bash": "`BashOperator`",
    "python": "`PythonOperator`",
    "sql": "`SQLExecuteQueryOperator`",
    "hook": "`@task` with a hook",
    "files": "reads 10,000 files",
    "statements": "runs 1,000 statements on PostgreSQL",
}
BARS = {"bash": 0.05, "python": 0.05, "sql": 0.15, "hook": 0.15}
"""CPU seconds that this provider may add to a task."""
BAR_SLOWER = 0.15
"""By which a task that does many observed things may take longer, from fork to end."""
BASE = "off"
PACKAGES = ("apache-airflow", "airflow-lineage-provider", "apache-airflow-providers-openlineage")


def report(costs: Mapping[str, ArmCosts], *, command: str, loads: Sequence[float]) -> str:
    """Tables and the circumstances they were measured in."""
    runs = min(len(cost.runs) for cost in costs.values())
    circumstances = (
        f"Measured {date.today().isoformat()} with `{command}`: {runs} DAG runs and "
        f"{runs * TASKS} tasks per arm. {_versions()} "
        f"Load average of the machine, the benchmark included: {min(loads):.1f} to {max(loads):.1f}."
    )
    lines = [
        circumstances,
        "",
        *(f"- `{name}`: {ARMS[name].title}" for name in costs),
        "",
        "CPU seconds of the task process and its children, median (minimum):",
        "",
        *_by_kind(costs, lambda task: task.cpu, bars=True),
        "",
        "Seconds from the first `running` hook to the end of the last hook, median (minimum):",
        "",
        *_by_kind(costs, lambda task: task.wall, bars=False),
        "",
        "Tasks that do many observed things. Seconds from the fork to the end of the last hook, median (minimum):",
        "",
        *_busy(costs, lambda task: task.life),
        "",
        "CPU seconds of the same:",
        "",
        *_busy(costs, lambda task: task.cpu),
        "",
        "Whole DAG runs, median (minimum). CPU is that of all of Airflow's processes, tasks included:",
        "",
        *_runs(costs),
    ]
    return "\n".join(lines)


def _by_kind(costs: Mapping[str, ArmCosts], value: Callable[[TaskCost], float], *, bars: bool) -> list[str]:
    others = [name for name in costs if name != BASE] if BASE in costs else []
    heading = ["task", *(f"`{name}`" for name in costs), *(f"`{name}` adds" for name in others)]
    heading += ["bar"] if bars and "ours" in others else []
    rows = []
    for kind in KINDS:
        values = {
            name: [value(task) for task in cost.tasks if task.kind == kind] for name, cost in costs.items()
        }
        row = [TITLES[kind], *(_pair(values[name]) for name in costs)]
        row += [_difference(values[name], values[BASE]) for name in others]
        if bars and "ours" in others:
            added = median(values["ours"]) - median(values[BASE])
            row.append(f"+{BARS[kind]:.2f} {'met' if added <= BARS[kind] else 'missed'}")
        rows.append(row)
    return table(heading, rows)


def _busy(costs: Mapping[str, ArmCosts], value: Callable[[TaskCost], float]) -> list[str]:
    others = [name for name in costs if name != BASE] if BASE in costs else []
    heading = ["task", *(f"`{name}`" for name in costs), *(f"`{name}` slower by" for name in others), "bar"]
    rows = []
    for kind in BUSY:
        values = {
            name: [value(task) for task in cost.tasks if task.kind == kind] for name, cost in costs.items()
        }
        slower = {name: median(values[name]) / median(values[BASE]) - 1 for name in others}
        row = [TITLES[kind], *(_pair(values[name]) for name in costs)]
        row += [f"{slower[name]:+.0%}" for name in others]
        met = "" if "ours" not in slower else " met" if slower["ours"] <= BAR_SLOWER else " missed"
        rows.append([*row, f"{BAR_SLOWER:+.0%}{met}"])
    return table(heading, rows)


def _runs(costs: Mapping[str, ArmCosts]) -> list[str]:
    rows = [
        [
            f"`{name}`",
            _pair([run.wall for run in cost.runs]),
            _pair([run.airflow_cpu for run in cost.runs]),
            _pair([task.rss_mib for task in cost.tasks], digits=0),
        ]
        for name, cost in costs.items()
    ]
    return table(["arm", "seconds", "CPU seconds", "task's peak RSS, MiB"], rows)


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table; numbers stand right."""
    lines = [heading, ["---", *("---:" for _ in heading[1:])], *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _pair(values: Sequence[float], digits: int = 2) -> str:
    return f"{median(values):.{digits}f} ({min(values):.{digits}f})"


def _difference(values: Sequence[float], base: Sequence[float]) -> str:
    return f"{median(values) - median(base):+.2f} ({min(values) - min(base):+.2f})"


def _versions() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"Python {platform.python_version()}, {packages}."
