"""Run the DAG in blocks, one arm after the other, and collect what the meter wrote."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy.engine import make_url

from example_dags.demo.component import process_family
from example_dags.demo.live_airflow import LiveAirflow
from tests.benchmarks.overhead import meter as meter_plugin
from tests.benchmarks.overhead.arms import Arm
from tests.live.postgres import postgres_url

HERE = Path(__file__).parent
DAG_ID = "overhead_bench"
TASKS = 12
FILES = 10_000
RUN_TIMEOUT = 300.0
SETTLE_TIMEOUT = 20.0
QUIET_TIMEOUT = 600.0

KINDS = ("bash", "python", "sql", "hook")
BUSY = ("files", "statements")
"""Tasks that do a lot of little things, each of which is observed."""


@dataclass(frozen=True, slots=True)
class TaskCost:
    """One task attempt."""

    kind: str
    cpu: float
    wall: float
    life: float
    """Seconds from the fork of its process to the end of the last hook."""
    rss_mib: float


@dataclass(frozen=True, slots=True)
class RunCost:
    """One DAG run: its length, and what Airflow's own processes spent on it, supervisors of tasks included."""

    wall: float
    airflow_cpu: float


@dataclass(slots=True)
class ArmCosts:
    """Everything measured of one arm."""

    tasks: list[TaskCost]
    runs: list[RunCost]


class Bench:
    """One Airflow per arm, each with a home and a metadata database of its own; one of them runs at a time."""

    def __init__(
        self, root: Path, arms: Sequence[Arm], say: Callable[[str], None], quiet_below: float | None = None
    ) -> None:
        self._root = root
        self._arms = arms
        self._say = say
        self._quiet_below = quiet_below
        self._data = postgres_url("bench_data")
        self._metadata = {arm.name: postgres_url(f"bench_{arm.name}") for arm in arms}

    def run(self, blocks: int, runs: int) -> dict[str, ArmCosts]:
        """Return costs by arm name; the first run of every block warms up and is dropped."""
        costs = {arm.name: ArmCosts([], []) for arm in self._arms}
        # Not below the temporary folder: what lies there is looked at twice, for it may be scratch.
        with tempfile.TemporaryDirectory(prefix="bench-data-", dir=Path.cwd()) as folder:
            files = Path(folder)
            for number in range(FILES):
                (files / f"{number}.txt").write_text("x" * 1_000)
            for block in range(1, blocks + 1):
                for arm in self._arms:
                    self._wait_for_quiet()
                    self._say(f"block {block} of {blocks}, {arm.name}: starting Airflow")
                    self._block(arm, runs, files, costs[arm.name])
        return costs

    def _wait_for_quiet(self) -> None:
        """No Airflow of ours runs now: what is busy is somebody else, and would be in the figures."""
        deadline = time.monotonic() + QUIET_TIMEOUT
        while self._quiet_below is not None and load() > self._quiet_below and time.monotonic() < deadline:
            time.sleep(5.0)

    def _block(self, arm: Arm, runs: int, files: Path, costs: ArmCosts) -> None:
        home = self._root / arm.name
        output = home / "meter.jsonl"
        plugins = home / "plugins"
        plugins.mkdir(parents=True, exist_ok=True)
        shutil.copy(meter_plugin.__file__, plugins / "meter.py")
        env = {
            **arm.environment(home),
            meter_plugin.OUTPUT: output,
            "AIRFLOW_CONN_BENCH_DB": self._connection(),
            "OVERHEAD_FILES": files,
            "OVERHEAD_URL": make_url(self._data).set(drivername="postgresql").render_as_string(False),
        }
        with LiveAirflow(
            home,
            dags_folder=HERE / "dags",
            database_url=self._metadata[arm.name],
            env=env,
            triggerer=False,
        ) as airflow:
            airflow.wait_for_dag(DAG_ID)
            for number in range(runs):
                before = _cpu_of(airflow)
                began = time.monotonic()
                run_id = airflow.trigger(DAG_ID)
                state = airflow.wait_for_run(DAG_ID, run_id, RUN_TIMEOUT)
                wall = time.monotonic() - began
                if state != "success":
                    raise RuntimeError(f"the run of arm {arm.name} ended as {state}; logs are in {home}")
                tasks = airflow.wait(
                    lambda run_id=run_id: _tasks_of(output, run_id), SETTLE_TIMEOUT, "the meter has all tasks"
                )
                # What is still on its way is part of the cost: records are drained after the run.
                time.sleep(2.0)
                spent = _cpu_of(airflow) - before
                self._say(
                    f"  run {number}: {wall:.1f} s, {spent:.1f} s CPU{' (dropped)' if not number else ''}"
                )
                if number:
                    costs.tasks += tasks
                    costs.runs.append(RunCost(wall, spent))
            _check(arm, airflow, runs)

    def _connection(self) -> str:
        url = make_url(self._data)
        return json.dumps(
            {
                "conn_type": "postgres",
                "host": url.host or "",
                "port": url.port,
                "login": url.username,
                "password": url.password,
                "schema": url.database,
            }
        )


def _check(arm: Arm, airflow: LiveAirflow, runs: int) -> None:
    """An arm that captures nothing would be fast: each must have done what it stands for."""
    recorded = 0
    if arm.ours:
        status = json.loads(airflow.airflow("lineage", "status", "--output", "json").stdout)
        recorded = status["attempts"]["recorded"]
    events = airflow.home / "openlineage.jsonl"
    sent = len(events.read_text().splitlines()) if events.exists() else 0
    if (recorded >= runs * TASKS) is not arm.ours or (sent >= runs * TASKS) is not arm.official:
        raise RuntimeError(f"arm {arm.name} has {recorded} recorded attempts and {sent} OpenLineage events")


def _tasks_of(output: Path, run_id: str) -> list[TaskCost]:
    """Return the costs of a run's tasks; empty until all have been written."""
    lines = [json.loads(line) for line in output.read_text().splitlines()] if output.exists() else []
    found = [
        TaskCost(line["task_id"].partition("_")[0], line["cpu"], line["wall"], line["life"], line["rss_mib"])
        for line in lines
        if line["run_id"] == run_id
    ]
    return found if len(found) >= TASKS else []


def _cpu_of(airflow: LiveAirflow) -> float:
    """CPU seconds of all components and of whatever they started, dead or alive."""
    total = 0.0
    for component in airflow.components.values():
        if component.pid is None:
            continue
        for process in process_family(component.pid):
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system + times.children_user + times.children_system
    return total


def load() -> float:
    """Load average of the last minute."""
    return os.getloadavg()[0]
