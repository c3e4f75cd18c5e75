"""Cleaners and servers at once: facets that go are the very ones that the next run names again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.store.facets import store_facets
from airflow_lineage_provider.store.retention.cleaner import Cleaner
from airflow_lineage_provider.store.retention.kind import Kind
from airflow_lineage_provider.store.retention.orphans import OrphanSweep
from airflow_lineage_provider.store.schemas import SCHEMA
from airflow_lineage_provider.store.tables import Facet, Run, RunFacet, core_table
from tests.databases import empty
from tests.store.retention.history import DAY, TODAY, History, policy
from tests.store.stories import Story, core, entry

SECONDS = 8.0
THREADS = 3
CONTENTS = 12
FACET = core_table(Facet)


@pytest.fixture
def history(postgres_engine: Any) -> Iterator[History]:
    empty(postgres_engine)
    yield History(postgres_engine)
    empty(postgres_engine)


class Server(threading.Thread):
    """Ingests runs that are old as soon as they are made, with facets and columns of few contents."""

    def __init__(self, history: History, number: int, until: float) -> None:
        super().__init__(daemon=True)
        self.history, self.number, self.until = history, number, until
        self.ingested = 0
        self.errors: list[BaseException] = []

    def run(self) -> None:
        while time.monotonic() < self.until:
            try:
                self.ingest()
                self.ingested += 1
            except BaseException as error:
                self.errors.append(error)

    def ingest(self) -> None:
        # Airflow takes one run of a DAG for a moment.
        at = TODAY - (500 + self.number) * DAY + timedelta(milliseconds=self.ingested)
        content = self.ingested % CONTENTS
        task_id = f"load{self.number}"
        with self.history.session() as session:
            story = Story(session, run_id=f"r{self.number}-{self.ingested}", at=at)
            record = core(
                story.attempt(task_id, started_at=at, ended_at=at),
                outputs=[
                    # Its columns change each time, so that versions end that a clean deletes.
                    entry(f"t{self.number}", columns=(Column(f"c{content}", "integer"),))
                ],
                run_facets={"note": {"content": [self.number, content]}},
                job_facets={"doc": {"content": content}},
            )
            record.ended_at = (at + timedelta(seconds=self.ingested)).isoformat()
            run_id = story.ingest(record, task_id, now=at + timedelta(days=1))
            session.execute(
                update(core_table(Run)).where(core_table(Run).c.id == run_id).values(dag_run_id=None)
            )


def test_no_ingest_fails_and_nothing_that_is_named_goes(history: History) -> None:
    servers = [Server(history, number, time.monotonic() + SECONDS) for number in range(THREADS)]
    for server in servers:
        server.start()
    rows: dict[str, int] = {}
    while any(server.is_alive() for server in servers):
        for kind, count in history.clean(runs=30, schemas=30).items():
            rows[kind] = rows.get(kind, 0) + count
    for server in servers:
        server.join()
    assert [error for server in servers for error in server.errors] == []
    assert history.dangling() == []
    # It was a race and no parade: all of that went while it was being named again.
    assert rows["runs"] > 20
    assert rows["facets"] > 0
    assert rows["columns"] > 0
    assert sum(row.runs for row in history.rows("lineage_edge")) == sum(each.ingested for each in servers)


def test_an_ingest_that_waits_for_a_cleaner_makes_the_facet_anew(history: History) -> None:
    with history.session() as session:
        (old,) = store_facets([("note", {"a": 1})], session=session).values()
    run_id = history.run(1)
    named: list[int] = []

    def ingest() -> None:
        with history.session() as session:
            (stored,) = store_facets([("note", {"a": 1})], session=session).values()
            link = core_table(RunFacet).insert()
            session.execute(link.values(run_id=run_id, name="other", facet_id=stored.id))
            named.append(stored.id)

    thread = threading.Thread(target=ingest)
    with history.session() as session:
        assert OrphanSweep(Kind.FACETS, FACET).remove([old.id], session=session) == 1
        thread.start()
        thread.join(timeout=0.5)
        assert thread.is_alive()  # it waits for the cleaner
    thread.join(timeout=30)
    assert named != [old.id]
    assert len(named) == 1
    assert history.dangling() == []


def test_a_cleaner_leaves_a_facet_that_somebody_is_about_to_name(history: History) -> None:
    with history.session() as session:
        (old,) = store_facets([("note", {"a": 1})], session=session).values()
    with Session(history.engine) as ingesting, ingesting.begin():
        store_facets([("note", {"a": 1})], session=ingesting)
        started = time.monotonic()
        assert history.clean() == {}
        assert time.monotonic() - started < 30  # and waits for nobody
    with history.session() as session:
        assert list(session.scalars(select(FACET.c.id))) == [old.id]
    assert history.clean() == {"facets": 1}


def test_an_unchanged_schema_is_held_while_a_run_is_about_to_name_it(history: History) -> None:
    history.run(1, columns=("id",))
    (schema_id,) = history.ids("lineage_schema")
    from airflow_lineage_provider.store.schemas import record_schemas

    (dataset_id, *_) = [row.dataset_id for row in history.rows("lineage_dataset_schema")]
    with Session(history.engine) as ingesting, ingesting.begin():
        columns = {dataset_id: (Column("id", "integer"),)}
        assert record_schemas(columns, at=TODAY, run_id=99, session=ingesting) == {dataset_id: schema_id}
        with history.session() as session:
            free = select(SCHEMA.c.id).with_for_update(skip_locked=True)
            assert list(session.scalars(free)) == []


def test_two_cleaners_never_work_at_once(history: History) -> None:
    for number in range(30):
        history.run(500 - number)
    reports: list[Any] = []
    slow = Cleaner(policy(runs=30), history.sessions, pause=lambda seconds: time.sleep(0.3))
    threads = [threading.Thread(target=lambda: reports.append(slow.clean()))]
    threads.append(threading.Thread(target=lambda: reports.append(history.cleaner(runs=30).clean())))
    for thread in threads:
        thread.start()
        time.sleep(0.1)
    for thread in threads:
        thread.join()
    assert sorted(report is None for report in reports) == [False, True]
