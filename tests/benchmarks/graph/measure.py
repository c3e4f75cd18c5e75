"""Ask every question some times, of each who can answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

import httpx
from sqlalchemy import Engine, create_engine

from airflow_lineage_provider.api.long_lived import LongLived
from tests.benchmarks.graph.history import add_history
from tests.benchmarks.graph.questions import Question, ask_http, ask_statement, ask_store, nodes_of, questions
from tests.benchmarks.graph.world import World, fill
from tests.benchmarks.sub_app import running_sub_app
from tests.databases import make_database
from tests.live.postgres import postgres_url

Say = Callable[[str], None]
WARM_UP = 2


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds that answers took."""

    values: Sequence[float]

    @property
    def p50(self) -> float:
        return median(self.values)

    @property
    def p95(self) -> float:
        return quantiles(self.values, n=20, method="inclusive")[-1]


@dataclass(slots=True)
class Answer:
    """What one question cost."""

    world: World
    question: Question
    nodes: int
    edges: int
    store: Times
    statement: Times
    http: Times | None = None
    http_nodes: int = 0


@dataclass(slots=True)
class HistoryCost:
    """The same question without any run and above a long history."""

    question: Question
    runs: int
    without: Times
    above: Times


@dataclass(slots=True)
class Figures:
    answers: list[Answer] = field(default_factory=list)
    history: list[HistoryCost] = field(default_factory=list)


def measure_world(world: World, depths: Sequence[int], samples: int, *, http: bool, say: Say) -> list[Answer]:
    """Fill a database and ask; raises when store and statement disagree about the nodes."""
    engine, url = filled(world)
    say(f"{world.jobs:,} jobs in components of {world.component:,} are filled in")
    LongLived().settle()  # as an API server does: else full collections are part of every p95
    found = []
    try:
        for depth in depths:
            for question in questions(world, depth):
                found.append(_ask(engine, world, question, samples))
        if http:
            with running_sub_app(url) as client:
                for answer in found:
                    answer.http, answer.http_nodes = _ask_http(client, answer.question, samples)
    finally:
        engine.dispose()
    return found


def measure_history(world: World, depth: int, samples: int, runs: int, say: Say) -> list[HistoryCost]:
    """Ask two databases in turns, so that what else the machine does meets both.

    A few percent are to be told apart here: there are three times as many answers as elsewhere.
    """
    (bare, _), (long, _) = filled(world, "bare"), filled(world, "long")
    add_history(long, jobs=world.jobs, runs=runs)
    say(f"{runs:,} runs are filled in")
    LongLived().settle()
    found = []
    try:
        for question in questions(world, depth):
            without, above = [], []
            for number in range(WARM_UP + 3 * samples):
                turns: list[tuple[Engine, list[float]]] = [(bare, without), (long, above)]
                for engine, times in turns if number % 2 else reversed(turns):
                    took = milliseconds(lambda engine=engine, question=question: ask_store(engine, question))
                    if number >= WARM_UP:
                        times.append(took)
            found.append(HistoryCost(question, runs, Times(without), Times(above)))
    finally:
        bare.dispose()
        long.dispose()
    return found


def filled(world: World, name: str = "world") -> tuple[Engine, str]:
    """(engine, URL) of a database of our migrations with a world in it."""
    url = postgres_url(f"graph_{name}_{world.jobs}_{world.component}")
    make_database(url).dispose()
    engine = create_engine(url)
    fill(engine, world)
    return engine, url


def _ask(engine: Engine, world: World, question: Question, samples: int) -> Answer:
    graph = ask_store(engine, question)
    nodes, edges = nodes_of(graph), len(graph.edges)
    with engine.connect() as connection:
        also = ask_statement(connection, question)
        if nodes != also:
            raise RuntimeError(f"store and statement differ by {len(nodes ^ also)} nodes: {question}")
        store, statement = [], []
        for number in range(WARM_UP + samples):
            # In turns, so that what else the machine does meets both.
            times = (
                milliseconds(lambda: ask_store(engine, question)),
                milliseconds(lambda: ask_statement(connection, question)),
            )
            if number >= WARM_UP:
                store.append(times[0])
                statement.append(times[1])
    return Answer(world, question, len(nodes), edges, Times(store), Times(statement))


def _ask_http(client: httpx.Client, question: Question, samples: int) -> tuple[Times, int]:
    nodes = len(ask_http(client, question).json()["nodes"])
    for _ in range(WARM_UP):
        ask_http(client, question)
    return Times([milliseconds(lambda: ask_http(client, question)) for _ in range(samples)]), nodes


def milliseconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
