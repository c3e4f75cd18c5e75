"""Five hundred DAG runs through ``airflow scheduler``, with and without the gate."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import Engine, create_engine, text

from airflow_lineage_provider.model.level import Level
from example_dags.demo.live_environment import airflow_environment, inherited_environment
from tests.benchmarks.gate.world import (
    forget_runs,
    keep_answers,
    queue_runs,
    store_dags,
    without_our_tables,
)
from tests.live.postgres import postgres_url

Say = Callable[[str], None]
DAGS = 100
TIMEOUT = 300.0
_GATE = "AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATE"
_OFF = {_GATE: "off"}
_BLOCK = {_GATE: "block"}


@dataclass(frozen=True, slots=True)
class Arm:
    """How the scheduler is configured, and what the judge has kept."""

    settings: Mapping[str, str]
    level: Level
    """Of the findings about each DAG; ``off``: there are none."""
    has_ended: str = "success"
    """State of each run in the end."""
    hours: float = 24.0
    """That the answers are valid for."""
    message_length: int = 0
    """Characters of the reason at least."""
    note: str | None = None
    """That a user wrote on each run."""
    has_tables: bool = True
    is_trouble: bool = False
    """Has one turn: what counts is that the runs end as they should."""


ARMS: Mapping[str, Arm] = {
    "no provider": Arm({"AIRFLOW__LINEAGE_PROVIDER__ENABLED": "False"}, Level.OFF),
    "gate off": Arm(_OFF, Level.OFF),
    "all pass": Arm(_BLOCK, Level.OFF),
    "all observed": Arm({_GATE: "observe"}, Level.BLOCK),
    "all blocked": Arm(_BLOCK, Level.BLOCK, "failed"),
    "all blocked, 10 KB of reason, a user's note": Arm(
        _BLOCK, Level.BLOCK, "failed", message_length=10_000, note="Please rerun. Ann", is_trouble=True
    ),
    "all answers expired": Arm(_BLOCK, Level.BLOCK, hours=-1.0, is_trouble=True),
    "lineage tables missing": Arm(_BLOCK, Level.BLOCK, has_tables=False, is_trouble=True),
}
TROUBLES = ("Traceback", "deadlock", "LockNotAvailable", "lock timeout")
"""Words that the scheduler's log must not hold."""


@dataclass(slots=True)
class Loops:
    """Milliseconds of each loop until the last run was over, of all blocks together."""

    arm: str
    all: list[float] = field(default_factory=list)
    starting: list[float] = field(default_factory=list)
    """Of loops that started runs."""
    cpu: list[float] = field(default_factory=list)
    """Of the scheduler alone in those, without the database server."""
    seconds: list[float] = field(default_factory=list)
    """All loops of one block together."""

    @property
    def p50(self) -> float:
        return median(self.all)

    @property
    def p99(self) -> float:
        return quantiles(self.all, n=100, method="inclusive")[-1]

    @property
    def starting_p50(self) -> float:
        return median(self.starting)

    @property
    def starting_p99(self) -> float:
        return quantiles(self.starting, n=100, method="inclusive")[-1]


def measure_loops(*, runs: int, known: int, blocks: int, say: Say) -> list[Loops]:
    """Each arm in turn, ``blocks`` times: ``runs`` DAG runs wait, a scheduler starts and takes them to their end."""
    home = Path(tempfile.mkdtemp(prefix="lineage-gate-loops-"))
    (home / "dags").mkdir()
    url = postgres_url("gate_loops")
    env = {
        **inherited_environment(Path(sys.executable)),
        **airflow_environment(
            home=home,
            dags_folder=home / "dags",
            database_url=url,
            executor="LocalExecutor",
            parallelism=4,
            api_port=1,
            worker_log_port=1,
            trigger_log_port=1,
        ),
        "AIRFLOW__DAG_PROCESSOR__STALE_DAG_THRESHOLD": "86400",
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    migrated = subprocess.run(
        [sys.executable, "-m", "airflow", "db", "migrate"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if migrated.returncode:
        raise RuntimeError(migrated.stderr[-2000:])
    engine = create_engine(url)
    found = {arm: Loops(arm) for arm in ARMS}
    try:
        store_dags(engine, DAGS)
        for block in range(blocks):
            names = [name for name, arm in ARMS.items() if block == 0 or not arm.is_trouble]
            for name in names if block % 2 == 0 else reversed(names):
                arm = ARMS[name]
                keep_answers(engine, known, arm.level, hours=arm.hours, message_length=arm.message_length)
                queue_runs(engine, DAGS, runs, f"arm_{list(ARMS).index(name)}_{block}", note=arm.note)
                with nullcontext() if arm.has_tables else without_our_tables(engine):
                    _one_block(engine, home, {**env, **arm.settings}, name, runs, found[name])
                forget_runs(engine)
                say(f"{name}: {found[name].p50:.0f} ms, p99 {found[name].p99:.0f} ms after block {block + 1}")
    finally:
        engine.dispose()
    return list(found.values())


def _one_block(engine: Engine, home: Path, env: dict[str, str], arm: str, runs: int, loops: Loops) -> None:
    times = home / "loops.txt"
    times.unlink(missing_ok=True)
    told = home / "scheduler.log"
    with told.open("wb") as log:
        scheduler = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.gate.timed_scheduler", str(times)],
            env=env, cwd=home, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        over = ARMS[arm].has_ended
        deadline = time.monotonic() + TIMEOUT
        while _count(engine, over) < runs:
            if time.monotonic() > deadline or scheduler.poll() is not None:
                raise RuntimeError(f"{arm}: {_count(engine, over)} of {runs} runs, see {told}")
            time.sleep(1)
    finally:
        scheduler.send_signal(signal.SIGTERM)
        scheduler.wait(60)
    if amiss := [line for line in told.read_text().splitlines() if any(word in line for word in TROUBLES)]:
        raise RuntimeError(f"{arm}: {amiss[0]!r}, see {told}")
    _check_notes(engine, arm)
    measured = [tuple(map(float, line.split())) for line in times.read_text().splitlines()]
    last = max(place for place, (_, _, started) in enumerate(measured) if started)
    # The first loop has imports of its own, and after the last start some more are needed to end the runs.
    of_block = measured[1 : last + 10]
    loops.all += [took for took, _, _ in of_block]
    loops.starting += [took for took, _, started in of_block if started]
    loops.cpu += [cpu for _, cpu, started in of_block if started]
    loops.seconds.append(sum(took for took, _, _ in of_block) / 1000)


def _check_notes(engine: Engine, arm: str) -> None:
    """A user's note has to stand before ours, and the whole has to fit."""
    theirs = ARMS[arm].note
    if theirs is None:
        return
    with engine.connect() as connection:
        notes = list(connection.scalars(text("SELECT content FROM dag_run_note")))
    for note in notes:
        if not note.startswith(theirs) or "Lineage gate" not in note or len(note) > 1_000:
            raise RuntimeError(f"{arm}: a note is {note!r}")
    if not notes:
        raise RuntimeError(f"{arm}: no run has a note")


def _count(engine: Engine, state: str) -> int:
    with engine.connect() as connection:
        return int(
            connection.scalar(text("SELECT count(*) FROM dag_run WHERE state = :state"), {"state": state})
            or 0
        )
