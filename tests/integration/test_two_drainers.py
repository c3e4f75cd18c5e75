"""Several servers drain one PostgreSQL at the same time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from airflow_lineage_provider.mailbox.drainer import Drained, Drainer
from airflow_lineage_provider.mailbox.key import MailboxKey
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.store.tables import metadata
from tests.airflow_rows import add_attempt, add_dag_run, add_state
from tests.databases import empty
from tests.mailbox.office import Office
from tests.store.stories import core, entry, late, sql

ROWS = 200


@pytest.fixture
def office(postgres_engine: Any) -> Iterator[Office]:
    empty(postgres_engine)
    yield Office(postgres_engine)
    empty(postgres_engine)


def drain_at_once(drainers: list[Drainer]) -> list[Drained]:
    """Let each drain in a thread of its own until nothing is left; what each did."""
    start = threading.Barrier(len(drainers))
    done: list[Drained] = []

    def work(drainer: Drainer) -> None:
        mine = Drained()
        start.wait()
        while found := drainer.drain():
            mine.ingested += found.ingested
            mine.buried += found.buried
        done.append(mine)

    threads = [threading.Thread(target=work, args=(drainer,)) for drainer in drainers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    return done


def test_two_servers_share_the_work_and_do_nothing_twice(office: Office) -> None:
    with office.session() as session:
        for number in range(ROWS):
            ti_id = add_attempt(session, map_index=number)
            record = core(
                ti_id,
                inputs=[entry(f"in{number % 7}"), entry("shared")],
                outputs=[entry("t", columns=(Column("id", "integer"),)), entry(f"out{number % 5}")],
                context={"image": str(number % 3)},
                **sql(f"INSERT INTO copy{number % 4} (id) SELECT id FROM orders"),
            )
            facet = {"f": {"x": number % 2}}
            second = [late(ti_id, outputs=[entry("t", facets=facet)])] if number % 4 == 0 else []
            record.awaits = ("late",) if second else ()
            for segment in (record, *second):
                key = MailboxKey(1, segment.kind.value)
                add_state(session, office.dag_run_id, str(key), segment.to_wire(), map_index=number)
    done = drain_at_once([office.new_drainer(), office.new_drainer()])
    assert all(each.ingested > 0 for each in done)
    done.append(office.drainer.drain())  # what a deadlock in the last pass left
    assert office.keys() == []
    assert office.letters() == []
    assert sum(each.ingested for each in done) == ROWS + ROWS // 4
    with office.session() as session:
        run, edge = metadata.tables["lineage_run"], metadata.tables["lineage_edge"]
        states = session.execute(select(run.c.capture, func.count()).group_by(run.c.capture)).all()
        assert [tuple(row) for row in states] == [("recorded", ROWS)]
        assert session.scalar(select(func.max(edge.c.runs))) == ROWS
        # 7 + 1 inputs, 1 + 5 outputs, and orders to each of 4 copies
        assert session.scalar(select(func.sum(edge.c.runs))) == ROWS * (1 + 1 + 1 + 1 + 1 + 1)
        assert (
            session.scalar(select(func.count()).select_from(metadata.tables["lineage_dataset_schema"])) == 1
        )
        io = metadata.tables["lineage_run_io"]
        assert session.scalar(select(func.count()).select_from(io)) == ROWS * 6


def test_one_of_two_servers_reconciles(office: Office) -> None:
    with office.session() as session:
        for number in range(5):
            add_dag_run(session, "other", f"r{number}", at=_day(number))
    start = threading.Barrier(4)
    took: list[bool] = []

    def work() -> None:
        drainer = office.new_drainer()
        start.wait()
        took.append(drainer.reconcile())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(took) == [False, False, False, True]


def _day(number: int) -> Any:
    from datetime import timedelta

    from tests.airflow_rows import NOW

    return NOW + timedelta(days=number)
