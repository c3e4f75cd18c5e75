"""``python -m tests.benchmarks.instrumentation``: what being observed costs an ``open()``, a statement and a task.

Bare and observed run in processes of their own, for an audit hook cannot be removed; both are forked from one, as tasks
are, so that they differ in nothing else, and take turns round by round: the machine's own speed changes within seconds. A task is a ``BaseOperator`` whose ``execute`` is called as
the task runner calls it, with capture around it or without: its seconds hold collecting, masking and encoding of the
record. Beside the time there is what the processor spent on it. The processes keep to one processor.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from tests.benchmarks.markers import write_between_markers
from tests.benchmarks.overhead.report import table

FILES, STATEMENTS, CALLS = 10_000, 1_000, 20_000
ROUNDS = 9
PROCESSORS = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
BAR_SLOWER = 0.15


class Sink:
    """In the place of the supervisor: takes a record as far as its encoding."""

    def __init__(self) -> None:
        self.bytes = 0

    def send(self, message: Any) -> None:
        self.bytes += len(json.dumps(getattr(message, "value", None)))


Spent = tuple[float, float]
"""Seconds that went by, seconds of the processor."""
Pair = tuple[Spent, Spent]
"""What the same took bare and observed, one directly after the other."""


def seconds_of(work: Callable[[], None]) -> Spent:
    began, before = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - before


def as_task(work: Callable[[], None], observed: bool) -> Spent:
    """What a task costs that does ``work``."""
    from airflow.sdk import BaseOperator

    from airflow_lineage_provider.capture.attempt import AttemptCapture

    class Task(BaseOperator):
        def execute(self, context: Any) -> None:
            work()

    task = Task(task_id="bench")
    if observed:
        AttemptCapture(SimpleNamespace(id=uuid4(), task=task, try_number=1, state="running")).wrap()
    return seconds_of(lambda: task.execute({"ti": None}))


def read_files(folder: Path, count: int) -> None:
    for number in range(count):
        with open(folder / f"{number}.txt") as file:
            file.read()


def open_one(path: str, count: int) -> None:
    for _ in range(count):
        open(path).close()


def run_sqlite(database: str, count: int, *, commits: bool = False) -> None:
    connection = sqlite3.connect(database, isolation_level=None if commits else "")
    for number in range(count):
        connection.execute("UPDATE t SET v = v + 1 WHERE id = ?", (number % 500,))
    connection.commit()
    connection.close()


def select_sqlite(database: str, count: int) -> None:
    connection = sqlite3.connect(database)
    cursor = connection.cursor()
    for number in range(count):
        cursor.execute("SELECT v FROM t WHERE id = ?", (number % 500,)).fetchone()
    connection.close()


def run_postgres(url: str, count: int, *, far: bool = True) -> None:
    """Statements to a server that has a processor of its own, as if it was another machine, or shares ours.

    Left to the machine both change places while they run, which makes the same statements three times as long now
    and then: more than anything that is measured here.
    """
    import psycopg2

    connection = psycopg2.connect(url)
    keep_on(PROCESSORS[-1] if far else PROCESSORS[0], connection.info.backend_pid)
    cursor = connection.cursor()
    for number in range(count):
        cursor.execute("SELECT %s", (number,))
    connection.close()


def keep_on(processor: int, pid: int = 0) -> None:
    """Let a process, this one by default, run on one processor only, where the machine lets us say so."""
    if hasattr(os, "sched_setaffinity"):
        with suppress(OSError):
            os.sched_setaffinity(pid, {processor})


def load() -> None:
    """What the scheduler has loaded that tasks are forked from."""
    import psycopg2  # noqa: F401
    from airflow.sdk.execution_time import task_runner

    from airflow_lineage_provider.capture.preload import preload

    preload()
    # As LocalExecutor does before it forks: what is there already is not searched for garbage again and again.
    gc.freeze()
    task_runner.SUPERVISOR_COMMS = Sink()  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to measure."""

    name: str
    run: Callable[[], None]
    is_task: bool = True
    """Whether the whole of it is a task; else it is so many calls while an attempt is observed."""
    calls: int = 1


def cases(folder: Path, url: str) -> list[Case]:
    database = str(folder / "bench.sqlite")
    postgres = f"task that runs {STATEMENTS:,} statements on PostgreSQL"
    return [
        Case(f"task that reads {FILES:,} files", lambda: read_files(folder, FILES)),
        Case(
            f"task that runs {STATEMENTS:,} statements on SQLite, each its own transaction",
            lambda: run_sqlite(database, STATEMENTS, commits=True),
        ),
        Case(
            f"task that runs {STATEMENTS:,} statements on SQLite in one transaction",
            lambda: run_sqlite(database, STATEMENTS),
        ),
        Case(postgres, lambda: run_postgres(url, STATEMENTS)),
        Case(
            f"{postgres}, the server on the same processor", lambda: run_postgres(url, STATEMENTS, far=False)
        ),
        Case("an attempt that does nothing", lambda: None),
        Case("open() of a file", lambda: open_one(str(folder / "0.txt"), CALLS), False, CALLS),
        Case("SELECT of one row, sqlite3", lambda: select_sqlite(database, CALLS), False, CALLS),
        Case("SELECT 1, psycopg2 on this machine", lambda: run_postgres(url, CALLS // 4), False, CALLS // 4),
    ]


def round_of(case: Case, observed: bool) -> Spent:
    """Seconds of one round."""
    if case.is_task:
        return as_task(case.run, observed)
    from airflow_lineage_provider.capture.instrumentation.switch import switch_off, switch_on
    from airflow_lineage_provider.model.runtime_source import DEFAULT

    if not observed:
        return seconds_of(case.run)
    switch_on(DEFAULT)
    try:
        return seconds_of(case.run)
    finally:
        switch_off()


END = "\n"


class Worker:
    """A process, forked from this one, that measures a round when it is told to."""

    def __init__(self, observed: bool, measured: Sequence[Case]) -> None:
        told_here, tell = os.pipe()
        answers, answer_there = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            status = 1
            try:
                os.close(tell)
                keep_on(PROCESSORS[0])
                with os.fdopen(told_here) as orders, os.fdopen(answer_there, "w") as results:
                    # Not to the end of the pipe: workers forked later hold it open.
                    for order in iter(orders.readline, END):
                        print(json.dumps(round_of(measured[int(order)], observed)), file=results, flush=True)
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        os.close(told_here)
        os.close(answer_there)
        self._tell, self._answers = os.fdopen(tell, "w"), os.fdopen(answers)

    def measure(self, number: int) -> Spent:
        print(number, file=self._tell, flush=True)
        answer = self._answers.readline()
        if not answer:
            raise RuntimeError("a measuring process failed; its error stands above")
        wall, cpu = json.loads(answer)
        return wall, cpu

    def end(self) -> None:
        print(file=self._tell)
        self._tell.close()
        self._answers.close()
        os.waitpid(self._pid, 0)


def prepare(folder: Path) -> None:
    for number in range(FILES):
        (folder / f"{number}.txt").write_text("x" * 1_000)
    with sqlite3.connect(folder / "bench.sqlite") as connection:
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)")
        connection.executemany("INSERT INTO t VALUES (?, 0)", [(number,) for number in range(500)])
    connection.close()


def report(found: dict[str, list[Pair]], command: str, samples: int) -> str:
    """Table of medians, observed beside bare."""
    rows = []
    for name, pairs in found.items():
        (bare, bare_cpu), (observed, observed_cpu) = (
            (median(pair[kind][0] for pair in pairs), median(pair[kind][1] for pair in pairs))
            for kind in (0, 1)
        )
        # Of pairs: the machine is faster now and slower then, but hardly within the two of a pair.
        slower, more = (
            median(observed[unit] / bare[unit] for bare, observed in pairs) - 1 for unit in (0, 1)
        )
        if name.startswith("task"):
            cpu = f"{bare_cpu * 1000:.1f} / {observed_cpu * 1000:.1f} ms, {more:+.0%}"
            verdict = f"{slower:+.0%} ({'met' if slower <= BAR_SLOWER else 'MISSED'})"
            rows.append([name, f"{bare * 1000:.1f} ms", f"{observed * 1000:.1f} ms", verdict, cpu])
        else:
            added, added_cpu = (
                median(observed[unit] - bare[unit] for bare, observed in pairs) * 1e6 for unit in (0, 1)
            )
            cpu = f"{bare_cpu * 1e6:.2f} / {observed_cpu * 1e6:.2f} us, {added_cpu:+.2f} us"
            rows.append([name, f"{bare * 1e6:.2f} us", f"{observed * 1e6:.2f} us", f"{added:+.2f} us", cpu])
    circumstances = (
        f"Measured {date.today().isoformat()} with `{command}`, load average {os.getloadavg()[0]:.1f} at the end: "
        f"medians of {samples * ROUNDS} pairs of rounds in {samples} pairs of processes; the difference is the median "
        f"of the pairs' own. Bar for tasks: {BAR_SLOWER:+.0%} of time."
    )
    heading = ["what", "bare", "observed", "difference", "processor"]
    return "\n".join([circumstances, "", *table(heading, rows)])


def measure(folder: Path, url: str, samples: int) -> dict[str, list[Pair]]:
    load()
    measured = cases(folder, url)
    found: dict[str, list[Pair]] = {case.name: [] for case in measured}
    for _ in range(samples):
        workers = [Worker(observed, measured) for observed in (False, True)]
        for number, case in enumerate(measured):
            for worker in workers:
                worker.measure(number)
            for turn in range(ROUNDS):
                # Each is the first as often as the second.
                order = workers if turn % 2 else workers[::-1]
                spent = {worker: worker.measure(number) for worker in order}
                bare, observed = (
                    (wall / case.calls, cpu / case.calls)
                    for wall, cpu in (spent[worker] for worker in workers)
                )
                found[case.name].append((bare, observed))
        for worker in workers:
            worker.end()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.instrumentation", description=__doc__)
    parser.add_argument("--samples", type=int, default=5, help="pairs of processes (5)")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    parser.add_argument("--child", nargs=3, metavar=("FOLDER", "URL", "OUTPUT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        folder, url, output = options.child
        Path(output).write_text(json.dumps(measure(Path(folder), url, options.samples)))
        return 0

    from tests.live.postgres import postgres_url

    url = postgres_url("bench").replace("+psycopg2", "")
    # Not below the temporary folder: what lies there is looked at twice, for it may be scratch.
    with tempfile.TemporaryDirectory(prefix="bench-data-", dir=Path.cwd()) as home:
        data, output = Path(home) / "data", Path(home) / "measured.json"
        data.mkdir()
        prepare(data)
        env = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW__")}
        # In a process of its own: Airflow reads its home when it is imported.
        subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.benchmarks.instrumentation",
                f"--samples={options.samples}",
                "--child",
                str(data),
                url,
                str(output),
            ],
            env={**env, "AIRFLOW_HOME": home},
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=3_600,
        )
        found = json.loads(output.read_text())
    text = report(
        found, f"python -m tests.benchmarks.instrumentation --samples {options.samples}", options.samples
    )
    print(text)
    if options.write:
        write_between_markers("instrumentation", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
