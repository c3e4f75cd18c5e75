"""Keep gate states of many DAGs: the first pass, seconds in which nothing happens, renewals, and one change."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median, quantiles

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.api.long_lived import LongLived
from airflow_lineage_provider.governance.gates import keeper as keeping
from airflow_lineage_provider.governance.gates.keeper import Keeper, StepReport
from airflow_lineage_provider.store.gate_states import gate_of
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from tests.benchmarks.gate_state.world import Readers

Say = Callable[[str], None]
READS = 2_000


@dataclass(frozen=True, slots=True)
class Figure:
    """What one kind of work cost. CPU is of our process alone."""

    title: str
    dags: int
    """Judged, or renewed."""
    seconds: float
    cpu_seconds: float
    note: str = ""


class Clock:
    """Goes on when it is told to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def measure(engine: Engine, readers: Readers, *, batch: int, say: Say) -> list[Figure]:
    """Measure with a keeper of its own."""
    clock = Clock(readers.world.now)
    keeper = Keeper(OwnTransactions(lambda: Session(engine)), clock=clock)
    figures = [_pass(keeper, clock, "first pass, nothing was known", say)]
    LongLived().settle()
    figures.append(_idle(keeper, clock))
    say("idle")
    figures.append(_renewal(keeper, clock, readers.dags))
    say("renewed")
    figures.append(_change(keeper, clock, engine, readers))
    keeper = Keeper(OwnTransactions(lambda: Session(engine)), clock=clock)
    figures.append(replace(_pass(keeper, clock, "pass of another server, every answer as before", say)))
    figures.append(_batch(engine, readers, clock, batch))
    figures.append(_reads(engine, readers))
    return figures


def _pass(keeper: Keeper, clock: Clock, title: str, say: Say) -> Figure:
    began, busy = time.perf_counter(), time.thread_time()
    judged = filed = 0
    while True:
        report = keeper.step()
        judged += report.judged
        filed += report.filed
        clock.now += timedelta(milliseconds=1)
        if not report.waiting:
            break
    took, cpu = time.perf_counter() - began, time.thread_time() - busy
    say(f"{title}: {judged} DAGs, {filed} verdicts, {took:.0f} s, CPU {cpu:.0f} s")
    return Figure(title, judged, took, cpu, f"{filed} verdicts filed")


def _idle(keeper: Keeper, clock: Clock, steps: int = 60) -> Figure:
    began, busy = time.perf_counter(), time.thread_time()
    for _ in range(steps):
        clock.now += timedelta(seconds=1)
        _expect(keeper.step(), judged=0)
    return Figure(
        f"{steps} steps, one a second, nothing happens",
        0,
        time.perf_counter() - began,
        time.thread_time() - busy,
    )


def _renewal(keeper: Keeper, clock: Clock, dags: int) -> Figure:
    clock.now += config.gate_state_lifetime() / 2
    began, busy = time.perf_counter(), time.thread_time()
    report = keeper.step()
    took, cpu = time.perf_counter() - began, time.thread_time() - busy
    if report.renewed + report.judged + report.waiting < dags:
        raise RuntimeError(f"only {report.renewed} of {dags} were renewed")
    return Figure("renewal of all, half-way through their lifetime", report.renewed, took, cpu)


def _change(keeper: Keeper, clock: Clock, engine: Engine, readers: Readers) -> Figure:
    """A run ends that writes what some DAGs read."""
    while keeper.step().waiting:
        clock.now += timedelta(seconds=1)
    clock.now += timedelta(seconds=1)
    newest = readers.world.known * readers.world.runs
    with Session(engine) as session, session.begin():
        # The newest runs of this world are the readers' own.
        session.execute(
            update(RUN)
            .where(RUN.c.id == 10_000_000 + readers.dags * readers.reads - 1)
            .values(recorded_at=clock.now)
        )
    began, busy = time.perf_counter(), time.thread_time()
    report = keeper.step()
    took, cpu = time.perf_counter() - began, time.thread_time() - busy
    if not report.judged:
        raise RuntimeError(f"nobody heard of run {newest}")
    return Figure("a run that was recorded", report.judged, took, cpu)


def _batch(engine: Engine, readers: Readers, clock: Clock, count: int) -> Figure:
    from airflow_lineage_provider.governance.gates.court import Court
    from airflow_lineage_provider.governance.gates.dag_answer import answer_of
    from airflow_lineage_provider.governance.gates.dag_facts import facts_of_dags

    began, busy = time.perf_counter(), time.thread_time()
    now = clock.now
    dag_ids = [readers.dag_id(number) for number in range(count)]
    with Session(engine) as session:
        court = Court.of_today(now=now, session=session)
        facts = facts_of_dags(dag_ids, now=now, session=session)
    for dag_id, known in facts.items():
        answer_of(dag_id, known, court, now=now, most=now + keeping.LOOK_AGAIN)
    return Figure(
        "judged at once, nothing written", count, time.perf_counter() - began, time.thread_time() - busy
    )


def _reads(engine: Engine, readers: Readers) -> Figure:
    """What the scheduler does when a run starts."""
    took: list[float] = []
    with Session(engine) as session:
        for number in range(READS):
            dag_id = readers.dag_id(number * 37 % readers.dags)
            began = time.perf_counter()
            with session.connection().begin_nested():
                if gate_of(dag_id, connection=session.connection()) is None:
                    raise RuntimeError(f"nothing is known about {dag_id}")
            took.append((time.perf_counter() - began) * 1000)
    p99 = quantiles(took, n=100, method="inclusive")[-1]
    return Figure(
        f"{READS} reads of one state",
        0,
        sum(took) / 1000,
        0.0,
        f"p50 {median(took):.2f} ms, p99 {p99:.2f} ms",
    )


def _expect(report: StepReport, *, judged: int) -> None:
    if report.judged != judged:
        raise RuntimeError(f"{report.judged} DAGs were judged where {judged} were due")
