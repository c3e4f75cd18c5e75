"""The gate by itself: one run after the other, twenty in a transaction, as the scheduler starts them."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from airflow.models.dagrun import DagRun
from airflow.sdk import DAG
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.gates.dag_run_gate import DagRunGate
from airflow_lineage_provider.model.level import Level
from tests.benchmarks.gate.world import add_runs, fill_past, forget_runs, keep_answers, know_dags
from tests.databases import make_database
from tests.live.postgres import postgres_url

Say = Callable[[str], None]
PER_LOOP = 20
ARMS = (
    ("pass", "block", Level.OFF),
    ("observe", "observe", Level.BLOCK),
    ("warn", "warn", Level.BLOCK),
    ("block", "block", Level.BLOCK),
)
"""What happens, the mode, and what the kept answer asks for."""


@dataclass(frozen=True, slots=True)
class Alone:
    """Milliseconds that the gate took of each run."""

    database: str
    arm: str
    values: list[float]
    cpu: list[float]

    @property
    def p50(self) -> float:
        return median(self.values)

    @property
    def p99(self) -> float:
        return quantiles(self.values, n=100, method="inclusive")[-1]

    @property
    def longest(self) -> float:
        return max(self.values)


def measure_alone(database: str, *, known: int, samples: int, say: Say) -> list[Alone]:
    """Let ``samples`` runs meet the gate, with answers about ``known`` DAGs kept."""
    url = (
        postgres_url(f"gate_{database}")
        if database == "postgresql"
        else f"sqlite:///{Path(tempfile.mkdtemp(prefix='lineage-gate-')) / 'gate.db'}"
    )
    make_database(url).dispose()
    engine = create_engine(url)
    try:
        fill_past(engine, known)
        know_dags(engine, samples + PER_LOOP)
        say(f"{database}: verdicts of past runs of {known:,} DAGs are filled in")
        found = []
        for arm, mode, level in ARMS:
            keep_answers(engine, known, level)
            add_runs(engine, samples + PER_LOOP)
            os.environ["AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATE"] = mode
            alone = Alone(database, arm, *_meet_all(engine, arm))
            say(
                f"{database}: {arm} {alone.p50:.2f} ms, p99 {alone.p99:.2f} ms, CPU {median(alone.cpu):.2f} ms"
            )
            found.append(alone)
            forget_runs(engine)
        return found
    finally:
        engine.dispose()


def _meet_all(engine: Engine, arm: str) -> tuple[list[float], list[float]]:
    took: list[float] = []
    cpu: list[float] = []
    gate = DagRunGate()
    # Of a bundle without versions, as most are: the gate looks whether the run has all of its DAG's tasks.
    dag = DAG("bench")
    with Session(engine) as session:
        ids = list(session.scalars(select(DagRun.id).order_by(DagRun.id)))
    for start in range(0, len(ids), PER_LOOP):
        with Session(engine, expire_on_commit=False) as session:
            runs = session.scalars(
                select(DagRun).where(DagRun.id.in_(ids[start : start + PER_LOOP])).with_for_update()
            ).all()
            for run in runs:
                run._state = "running"
                run.dag = dag
                began, busy = time.perf_counter(), time.thread_time()
                gate.meet(run)
                cpu.append((time.thread_time() - busy) * 1000)
                took.append((time.perf_counter() - began) * 1000)
            session.commit()
    _check(engine, arm, len(ids))
    return took[PER_LOOP:], cpu[PER_LOOP:]


def _check(engine: Engine, arm: str, runs: int) -> None:
    """A gate that failed would be fast."""
    with engine.connect() as connection:
        held = connection.scalar(text("SELECT count(*) FROM task_instance WHERE state = 'upstream_failed'"))
        result = "pass" if arm == "pass" else "fail"
        filed = connection.scalar(
            text("SELECT count(*) FROM lineage_verdict WHERE run_id = 'now' AND result = :result"),
            {"result": result},
        )
        connection.execute(
            text(
                "DELETE FROM lineage_verdict_finding WHERE verdict_id IN (SELECT id FROM lineage_verdict WHERE run_id = 'now')"
            )
        )
        connection.execute(text("DELETE FROM lineage_verdict WHERE run_id = 'now'"))
        connection.execute(text("DELETE FROM dag_run_note"))
        connection.commit()
    if filed != runs or (held > 0) is not (arm == "block"):
        raise RuntimeError(f"{arm}: {filed} of {runs} verdicts, {held} tasks held back")
