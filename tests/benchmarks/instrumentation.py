"""``python -m tests.benchmarks.instrumentation``: what being observed costs an ``open()``, a statement and a task.

Bare and observed run in processes of their own, in turns, for an audit hook cannot be removed; all of them are forked
from one, as tasks are, so that they differ in nothing else. A task is a ``BaseOperator`` whose ``execute`` is called as
the task runner calls it, with capture around it or without: its seconds hold collecting, masking and encoding of the
record. Each process does each thing a few times and tells the best, for whatever else the machine does only adds to it;
beside the time there is what the processor spent on it. The processes keep to one processor each.
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
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import partial
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


def seconds_of(work: Callable[[], None]) -> Spent:
    began, before = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - before


def best(measure: Callable[[], Spent]) -> Spent:
    rounds = [measure() for _ in range(ROUNDS)]
    return min(wall for wall, _ in rounds), min(cpu for _, cpu in rounds)


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


def child(observed: bool, folder: Path, url: str) -> dict[str, Spent]:
    """Measure in this process; seconds of tasks, microseconds of an attempt and of single calls."""
    from airflow_lineage_provider.capture.instrumentation.switch import switch_off, switch_on
    from airflow_lineage_provider.model.runtime_source import DEFAULT

    keep_on(PROCESSORS[0])
    database = str(folder / "bench.sqlite")
    found = {}
    for name, work in (
        (f"task that reads {FILES:,} files", lambda: read_files(folder, FILES)),
        (
            f"task that runs {STATEMENTS:,} statements on SQLite, each its own transaction",
            lambda: run_sqlite(database, STATEMENTS, commits=True),
        ),
        (
            f"task that runs {STATEMENTS:,} statements on SQLite in one transaction",
            lambda: run_sqlite(database, STATEMENTS),
        ),
        (f"task that runs {STATEMENTS:,} statements on PostgreSQL", lambda: run_postgres(url, STATEMENTS)),
        (
            f"task that runs {STATEMENTS:,} statements on PostgreSQL, the server on the same processor",
            lambda: run_postgres(url, STATEMENTS, far=False),
        ),
    ):
        as_task(lambda: None, observed)
        found[name] = best(lambda work=work: as_task(work, observed))
    wall, cpu = best(lambda: as_task(lambda: None, observed))
    found["an attempt that does nothing"] = wall * 1e6, cpu * 1e6
    if observed:
        switch_on(DEFAULT)
    for name, call in (
        ("open() of a file", lambda: open_one(str(folder / "0.txt"), CALLS)),
        ("SELECT of one row, sqlite3", lambda: select_sqlite(database, CALLS)),
        ("SELECT 1, psycopg2 on this machine", lambda: run_postgres(url, CALLS // 4)),
    ):
        calls = CALLS // 4 if "psycopg2" in name else CALLS
        wall, cpu = best(lambda call=call: seconds_of(call))
        found[name] = wall / calls * 1e6, cpu / calls * 1e6
    if observed:
        switch_off()
    return found


def prepare(folder: Path) -> None:
    for number in range(FILES):
        (folder / f"{number}.txt").write_text("x" * 1_000)
    with sqlite3.connect(folder / "bench.sqlite") as connection:
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)")
        connection.executemany("INSERT INTO t VALUES (?, 0)", [(number,) for number in range(500)])
    connection.close()


def report(found: dict[str, list[dict[str, Spent]]], command: str) -> str:
    """Table of medians, observed beside bare."""
    rows = []
    for name in found["bare"][0]:
        (bare, bare_cpu), (observed, observed_cpu) = (
            (median(one[name][0] for one in each), median(one[name][1] for one in each))
            for each in (found["bare"], found["observed"])
        )
        if name.startswith("task"):
            slower = observed / bare - 1
            cpu = f"{bare_cpu * 1000:.1f} / {observed_cpu * 1000:.1f} ms, {observed_cpu / bare_cpu - 1:+.0%}"
            verdict = f"{slower:+.0%} ({'met' if slower <= BAR_SLOWER else 'MISSED'})"
            rows.append([name, f"{bare * 1000:.1f} ms", f"{observed * 1000:.1f} ms", verdict, cpu])
        else:
            cpu = f"{bare_cpu:.2f} / {observed_cpu:.2f} us, {observed_cpu - bare_cpu:+.2f} us"
            rows.append([name, f"{bare:.2f} us", f"{observed:.2f} us", f"{observed - bare:+.2f} us", cpu])
    circumstances = (
        f"Measured {date.today().isoformat()} with `{command}`, load average {os.getloadavg()[0]:.1f} at the end: "
        f"medians of {len(found['bare'])} processes each, in turns, of which each tells the best of {ROUNDS} rounds. "
        f"Bar for tasks: {BAR_SLOWER:+.0%} of time."
    )
    heading = ["what", "bare", "observed", "difference", "processor"]
    return "\n".join([circumstances, "", *table(heading, rows)])


def forked(work: Callable[[], dict[str, Spent]]) -> dict[str, Spent]:
    """What ``work`` returns in a process of its own, forked from this one."""
    reads, writes = os.pipe()
    child_pid = os.fork()
    if child_pid == 0:
        status = 1
        try:
            with os.fdopen(writes, "w") as pipe:
                json.dump(work(), pipe)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writes)
    with os.fdopen(reads) as pipe:
        told = pipe.read()
    _, status = os.waitpid(child_pid, 0)
    if status:
        raise RuntimeError("a measuring process failed; its error stands above")
    return {name: (wall, cpu) for name, (wall, cpu) in json.loads(told).items()}


def measure(folder: Path, url: str, samples: int) -> dict[str, list[dict[str, Spent]]]:
    load()
    found: dict[str, list[dict[str, Spent]]] = {"bare": [], "observed": []}
    for number in range(samples):
        # Each is the first as often as the second.
        for kind in sorted(found, reverse=bool(number % 2)):
            found[kind].append(forked(partial(child, kind == "observed", folder, url)))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.instrumentation", description=__doc__)
    parser.add_argument("--samples", type=int, default=15, help="processes of each kind (15)")
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
    text = report(found, f"python -m tests.benchmarks.instrumentation --samples {options.samples}")
    print(text)
    if options.write:
        write_between_markers("instrumentation", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
