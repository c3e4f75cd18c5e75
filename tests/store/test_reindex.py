from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import delete, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.store.datasets import dataset_ids
from airflow_lineage_provider.store.edges import COLUMN_EDGE, EDGE, NO_RUN, merge_edges
from airflow_lineage_provider.store.reindex import TRIES, Reindexed, reindex
from airflow_lineage_provider.store.run_io import RUN_IO
from tests.airflow_rows import NOW
from tests.databases import empty
from tests.store.external.tellings import event, take, told
from tests.store.retention.history import DAY, TODAY, History
from tests.store.stories import Story, core, dataset, entry, late, park, sql

EDGES = "lineage_edge"


@pytest.fixture
def history(committed: Any) -> History:
    return History(committed)


def put_right(history: History, **fields: Any) -> Reindexed:
    return reindex(history.sessions, **fields)


def counts(done: Reindexed) -> dict[str, int]:
    names = ("missing", "extra", "differing", "not_provable", "dangling_columns")
    return {name: getattr(done, name) for name in names if getattr(done, name)}


def change_edges(history: History, statement: Any) -> None:
    with history.session() as session:
        session.execute(statement)


def without_moments(rows: list[Any]) -> list[tuple[Any, ...]]:
    return sorted(
        (row.job_id, row.dataset_id, row.direction, row.evidence, row.last_run_id, row.runs) for row in rows
    )


def add_segments(history: History) -> None:
    """An attempt whose segments arrive late, with clocks that go wrong."""
    with history.session() as session:
        at = TODAY - 3 * DAY
        story = Story(session, run_id="segments", at=at)
        ti_id = story.attempt("parts", started_at=at, ended_at=at + timedelta(hours=1))
        early = park(ti_id, inputs=[entry("raw")])
        early.ended_at = (at - timedelta(days=1)).isoformat()
        story.ingest(early, "parts", now=at + timedelta(minutes=1))
        end = core(ti_id, awaits=("late",), outputs=[entry("t"), entry("u")])
        end.ended_at = (at + timedelta(days=1)).isoformat()
        story.ingest(end, "parts", now=at + timedelta(hours=2))
        story.ingest(
            late(ti_id, outputs=[entry("t", Evidence.OPERATOR)]), "parts", now=at + timedelta(hours=3)
        )


def test_what_ingest_made_has_no_drift(history: History) -> None:
    for number in range(5):
        history.run(100 - number, outputs=("t", "u")[: 1 + number % 2])
    history.run(300)
    add_segments(history)
    done = put_right(history)
    assert counts(done) == {}
    assert (done.jobs, done.edges) == (2, 6)


@pytest.mark.parametrize("is_dry_run", [True, False])
def test_edges_that_are_missing_are_made_from_facts(history: History, is_dry_run: bool) -> None:
    for number in range(4):
        history.run(100 - number)
    history.run(300)
    before = without_moments(history.rows(EDGES))
    change_edges(history, delete(EDGE))
    done = put_right(history, is_dry_run=is_dry_run)
    assert counts(done) == {"missing": 2}
    assert {drift.dataset for drift in done.drifts} == {"s3://lake:raw", "s3://lake:t"}
    assert without_moments(history.rows(EDGES)) == ([] if is_dry_run else before)
    row = next(iter(history.rows(EDGES)), None)
    if row is not None:
        assert (TODAY - row.first_seen).days in (299, 300)
        assert (TODAY - row.last_seen).days in (96, 97)
    assert counts(put_right(history)) == ({"missing": 2} if is_dry_run else {})


@pytest.mark.parametrize(
    "wrong",
    [
        {"runs": 7},
        {"runs": 1},
        {"evidence": 0},
        {"last_run_id": 999_999},
        {"last_run_id": NO_RUN},
        {"first_seen": TODAY},
        {"last_seen": TODAY - 900 * DAY},
    ],
)
def test_what_differs_is_named_and_put_right(history: History, wrong: dict[str, Any]) -> None:
    for number in range(3):
        history.run(100 - number)
    before = without_moments(history.rows(EDGES))
    change_edges(history, update(EDGE).where(EDGE.c.direction == "output").values(wrong))
    done = put_right(history)
    assert counts(done) == {"differing": 1}
    assert set(wrong) <= set(done.drifts[0].before)
    assert without_moments(history.rows(EDGES)) == before
    assert counts(put_right(history)) == {}


def test_counts_are_never_lowered_once_runs_were_cleaned_away(history: History) -> None:
    for number in range(6):
        history.run(500 - number)
    history.run(0)
    before = history.snapshot(EDGES)
    assert history.clean(runs=30)["runs"] == 5
    assert counts(put_right(history)) == {}
    change_edges(history, update(EDGE).values(runs=1))
    assert counts(put_right(history)) == {"differing": 2}
    assert before != history.snapshot(EDGES)  # what was cleaned away cannot be counted any more
    assert {row.runs for row in history.rows(EDGES)} == {2}


def test_edges_of_a_job_s_description_are_kept(history: History) -> None:
    history.run(10)
    with history.session() as session:
        (job_id,) = history.ids("lineage_job")
        described = dataset("described")
        ids = dataset_ids([described], now=TODAY, session=session)
        touched = {(ids[described], Direction.OUTPUT): (Evidence.EXTERNAL, False)}
        merge_edges(job_id, NO_RUN, touched, at=TODAY, session=session)
    before = history.snapshot(EDGES)
    assert counts(put_right(history)) == {"not_provable": 1}
    assert history.snapshot(EDGES) == before


def test_an_edge_whose_run_is_gone_is_kept(history: History) -> None:
    run_id = history.run(10)
    with history.session() as session:
        session.execute(delete(RUN_IO).where(RUN_IO.c.direction == "output"))
        session.execute(update(EDGE).where(EDGE.c.direction == "output").values(last_run_id=run_id + 50))
    assert counts(put_right(history)) == {"not_provable": 1}
    assert history.size(EDGES) == 2


def test_an_edge_that_its_own_run_contradicts_goes(history: History) -> None:
    run_id = history.run(10)
    with history.session() as session:
        session.execute(delete(RUN_IO).where(RUN_IO.c.direction == "output", RUN_IO.c.run_id == run_id))
    assert counts(put_right(history, is_dry_run=True)) == {"extra": 1}
    assert history.size(EDGES) == 2
    assert counts(put_right(history)) == {"extra": 1}
    assert history.size(EDGES) == 1


class Deadlocked:
    """Sessions whose first transactions that write are ended by the database."""

    def __init__(self, history: History, times: int) -> None:
        self._sessions = history.sessions
        self.left = times

    def reading(self) -> AbstractContextManager[Session]:
        return self._sessions.reading()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self._sessions.writing() as session:
            yield session
            if self.left:
                self.left -= 1
                raise OperationalError("UPDATE", {}, Exception("deadlock detected"))


def test_a_job_whose_transaction_the_database_ends_is_tried_again(history: History) -> None:
    history.run(10)
    change_edges(history, delete(EDGE))
    with pytest.raises(OperationalError):
        reindex(Deadlocked(history, TRIES))
    assert history.size(EDGES) == 0
    sessions = Deadlocked(history, TRIES - 1)
    assert (counts(reindex(sessions)), sessions.left) == ({"missing": 2}, 0)
    assert history.size(EDGES) == 2


def test_what_producers_told_from_the_future_is_no_drift(history: History) -> None:
    with history.session() as session:
        for seconds in (60, 30):
            told_of = event(seconds, run=str(seconds), inputs=[told("a")], outputs=[told("b")])
            take(session, told_of, now=NOW + timedelta(seconds=seconds - 40))
    assert counts(put_right(history)) == {}


def test_one_dag_of_many(history: History) -> None:
    history.run(10)
    with history.session() as session:
        story = Story(session, dag_id="other", run_id="r", at=TODAY)
        story.ingest(core(story.attempt(), outputs=[entry("x")]))
    change_edges(history, delete(EDGE))
    done = put_right(history, dag_id="other")
    assert (done.jobs, counts(done)) == (1, {"missing": 1})


def test_more_jobs_than_are_compared_at_once(history: History) -> None:
    with history.session() as session:
        story = Story(session, run_id="wide", at=TODAY)
        for number in range(120):
            task_id = f"t{number}"
            story.ingest(core(story.attempt(task_id), outputs=[entry("x")]), task_id)
    change_edges(history, delete(EDGE))
    done = put_right(history)
    assert (done.jobs, done.missing, len(done.drifts)) == (120, 120, 100)
    assert history.size(EDGES) == 120


def test_column_edges_that_name_nothing_are_counted(history: History) -> None:
    with history.session() as session:
        story = Story(session, run_id="columns", at=TODAY)
        story.ingest(core(story.attempt(), **sql("CREATE TABLE a AS SELECT id, name FROM b")))
    assert counts(put_right(history)) == {}
    change_edges(
        history, update(COLUMN_EDGE).where(COLUMN_EDGE.c.output_column == "id").values(last_run_id=777)
    )
    done = put_right(history)
    assert counts(done)["dangling_columns"] >= 1
    assert history.size("lineage_column_edge") == 2


WRONG = st.lists(
    st.tuples(
        st.sampled_from(["delete", "runs", "evidence", "last_run_id"]),
        st.integers(0, 5),
        st.integers(0, 40),
    ),
    max_size=4,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    told=st.lists(
        st.tuples(st.integers(0, 50), st.sampled_from("ab"), st.sampled_from("tuv")), min_size=1, max_size=8
    ),
    wrong=WRONG,
)
def test_whatever_went_wrong_is_as_ingest_made_it_afterwards(
    committed: Any, told: list[tuple[int, str, str]], wrong: list[tuple[str, int, int]]
) -> None:
    empty(committed)
    history = History(committed)
    for days_ago, task_id, output in told:
        history.run(days_ago, task_id, outputs=(output,))
    before = without_moments(history.rows(EDGES))
    for what, number, value in wrong:
        edges = without_moments(history.rows(EDGES))
        if not edges:
            continue
        job_id, dataset_id, direction = edges[number % len(edges)][:3]
        which = (EDGE.c.job_id == job_id, EDGE.c.dataset_id == dataset_id, EDGE.c.direction == direction)
        if what == "delete":
            change_edges(history, delete(EDGE).where(*which))
        elif what == "last_run_id":
            change_edges(history, update(EDGE).where(*which).values(last_run_id=10**6 + value))
        else:
            wrong_value = 0 if what == "evidence" else value
            change_edges(history, update(EDGE).where(*which).values({what: wrong_value}))
    put_right(history)
    assert without_moments(history.rows(EDGES)) == before
    assert counts(put_right(history)) == {}


def test_ingest_that_goes_on_meanwhile_is_counted_once(postgres_engine: Any) -> None:
    empty(postgres_engine)
    history = History(postgres_engine)
    history.run(500)
    stop = threading.Event()
    made: list[int] = []

    def ingest() -> None:
        while not stop.is_set():
            made.append(history.run(400 - len(made) / 10, outputs=("t", f"n{len(made)}")))

    thread = threading.Thread(target=ingest)
    thread.start()
    try:
        while len(made) < 25:
            change_edges(history, update(EDGE).where(EDGE.c.runs % 2 == 0).values(runs=EDGE.c.runs + 3))
            put_right(history)
    finally:
        stop.set()
        thread.join()
    put_right(history)
    (raw,) = [row.runs for row in history.rows(EDGES) if row.direction == "input"]
    assert raw == len(made) + 1
    assert counts(put_right(history)) == {}
    empty(postgres_engine)
