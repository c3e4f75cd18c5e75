"""Judge many datasets at once, and one DAG's upstream many times."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from airflow_lineage_provider.api.long_lived import LongLived
from airflow_lineage_provider.governance.asker import asker_of
from airflow_lineage_provider.governance.facts import ScopeFacts
from airflow_lineage_provider.governance.gates.dag_facts import facts_of_dags
from airflow_lineage_provider.governance.gather import gather
from airflow_lineage_provider.governance.judge import judge
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.scope import explicit_scope
from airflow_lineage_provider.governance.verdict import Verdict
from tests.benchmarks.judge.world import ASKER, World, fill
from tests.databases import make_database
from tests.live.postgres import postgres_url

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds."""

    values: list[float]

    @property
    def first(self) -> float:
        """With nothing remembered of contracts."""
        return self.values[0]

    @property
    def p50(self) -> float:
        return median(self.values[1:])

    @property
    def p99(self) -> float:
        return quantiles(self.values[1:], n=100, method="inclusive")[-1]

    @property
    def longest(self) -> float:
        return max(self.values[1:])


@dataclass(slots=True)
class Figure:
    """What one question cost."""

    database: str
    title: str
    known: int
    judged: int
    findings: int
    gather: Times = field(default_factory=lambda: Times([]))
    judge: Times = field(default_factory=lambda: Times([]))
    whole: Times = field(default_factory=lambda: Times([]))
    cpu: Times = field(default_factory=lambda: Times([]))
    """Of our process alone: what else the machine does is in all others."""


def measure(
    database: str, world: World, *, judged: int, batches: int, samples: int, say: Say
) -> list[Figure]:
    """Judge ``judged`` datasets ``batches`` times and one DAG's upstream ``samples`` times."""
    engine = _engine(database)
    try:
        fill(engine, world)
        say(
            f"{database}: {world.known:,} datasets with contracts and {world.runs} runs of each job are filled in"
        )
        step = max(1, world.known // judged)
        named = [(world.dataset(1 + place * step), None) for place in range(judged)]
        many = Figure(database, "datasets at once", world.known, judged, 0)

        def of_all(session: Session) -> ScopeFacts:
            scope = explicit_scope(named, session=session)
            return gather(scope, asker=asker_of(ASKER, session=session), now=world.now, session=session)

        def of_dag(session: Session) -> ScopeFacts:
            return facts_of_dags([ASKER], now=world.now, session=session)[ASKER].scope

        _ask(engine, many, of_all, world, batches)
        say(f"{database}: {judged:,} datasets at once, {many.whole.p50:.0f} ms")
        one = Figure(database, "one DAG's upstream", world.known, world.asked, 0)
        _ask(engine, one, of_dag, world, samples)
        say(f"{database}: one DAG's upstream, {one.whole.p50:.0f} ms, p99 {one.whole.p99:.0f} ms")
        return [many, one]
    finally:
        engine.dispose()


def _engine(database: str) -> Engine:
    if database == "postgresql":
        url = postgres_url("judge")
    else:
        url = f"sqlite:///{Path(tempfile.mkdtemp(prefix='lineage-judge-')) / 'judge.db'}"
    make_database(url).dispose()
    return create_engine(url)


def _ask(
    engine: Engine, figure: Figure, facts_of: Callable[[Session], ScopeFacts], world: World, samples: int
) -> None:
    gathered, judged, whole, cpu = [], [], [], []
    for sample in range(1 + samples):
        if sample == 1:
            # As the API server does with what it has read.
            LongLived().settle()
        began, busy = time.perf_counter(), time.thread_time()
        with Session(engine) as session:
            facts = facts_of(session)
        between = time.perf_counter()
        verdict = judge(facts, levels=Levels(), now=world.now)
        ended = time.perf_counter()
        cpu.append((time.thread_time() - busy) * 1000)
        _check(verdict, figure.judged)
        figure.findings = len(verdict.findings)
        gathered.append((between - began) * 1000)
        judged.append((ended - between) * 1000)
        whole.append((ended - began) * 1000)
    figure.gather, figure.judge = Times(gathered), Times(judged)
    figure.whole, figure.cpu = Times(whole), Times(cpu)


def _check(verdict: Verdict, datasets: int) -> None:
    """An answer that knows nothing would be fast."""
    facts: Any = verdict.datasets
    if len(facts) != datasets:
        raise RuntimeError(f"{len(facts)} datasets were judged instead of {datasets}")
    for each in facts:
        known = (
            each.contract and each.contract.promise,
            each.owners,
            each.schema,
            each.quality,
            each.producer_runs,
        )
        if not all(known) or len(each.writes) < 10 or not each.flows:
            raise RuntimeError(f"not all facts of {each.dataset} were found")
