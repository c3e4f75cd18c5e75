"""Runs in a list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from airflow_lineage_provider.store import run_list
from airflow_lineage_provider.store.run_list import RunFilter, list_runs
from airflow_lineage_provider.store.run_window import SLACK, first_run_id
from tests.airflow_rows import NOW
from tests.store.chronicle import Chronicle
from tests.store.counted import counted
from tests.store.test_run_detail import VIEWER

DAY = timedelta(days=1)


@pytest.fixture
def chronicle(db: Any) -> Chronicle:
    return Chronicle(db)


def ids(chronicle: Chronicle, access: Access = FULL_ACCESS, *, limit: int = 100, **asked: Any) -> list[int]:
    """Row ids of all pages."""
    found: list[int] = []
    below = None
    while True:
        page = list_runs(RunFilter(**asked), access, below=below, limit=limit, session=chronicle.session)
        found += [entry.run.id for entry in page.runs]
        assert len(page.runs) <= limit
        if page.next_id is None:
            return found
        below = page.next_id


def test_pages_together_are_all_runs_newest_first(chronicle: Chronicle) -> None:
    made = [chronicle.run(at=NOW + timedelta(hours=hour)) for hour in range(7)]
    for limit in (1, 2, 3, 7, 8):
        assert ids(chronicle, limit=limit) == made[::-1]


def test_each_filter_leaves_out_what_does_not_fit(chronicle: Chronicle) -> None:
    load = chronicle.run("shop.load", run_id="r1", at=NOW)
    report = chronicle.run("shop.report", run_id="r2", state="failed", at=NOW + DAY)
    other = chronicle.run("billing.load", run_id="r1", at=NOW + 2 * DAY)
    assert ids(chronicle, dag_id="shop") == [report, load]
    assert ids(chronicle, dag_id="shop", task_id="load") == [load]
    assert ids(chronicle, task_id="load") == [other, load]
    assert ids(chronicle, run_id="r1") == [other, load]
    assert ids(chronicle, state="failed") == [report]
    assert ids(chronicle, job_id=chronicle.job("billing.load")) == [other]
    assert ids(chronicle, since=NOW + DAY) == [other, report]
    assert ids(chronicle, until=NOW + DAY) == [load]
    assert ids(chronicle, dag_id="nobody's") == []


def test_instances_of_a_mapped_task_are_told_apart(chronicle: Chronicle) -> None:
    first, second = (chronicle.run(run_id="r1", map_index=index, at=NOW) for index in (0, 1))
    again = chronicle.run(run_id="r1", map_index=0, try_number=2, at=NOW + DAY)
    assert ids(chronicle, run_id="r1", task_id="load", map_index=0) == [again, first]
    assert ids(chronicle, dag_id="shop", map_index=1) == [second]
    assert ids(chronicle, dag_id="shop", map_index=-1) == []


def test_a_restricted_reader_gets_full_pages_of_what_may_be_seen(chronicle: Chronicle) -> None:
    mine = []
    for hour in range(12):
        at = NOW + timedelta(hours=hour)
        chronicle.run("payroll.load", at=at)
        if hour % 4 == 0:
            mine.append(chronicle.run("shop.load", at=at))
    page = list_runs(RunFilter(), VIEWER, limit=2, session=chronicle.session)
    assert [entry.run.id for entry in page.runs] == mine[:0:-1]
    assert ids(chronicle, VIEWER, limit=2) == mine[::-1]


def test_a_page_that_examined_enough_says_where_to_go_on(
    chronicle: Chronicle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_list, "MOST_EXAMINED", 4)
    wanted = chronicle.run(state="failed")
    for _ in range(10):
        chronicle.run()
    page = list_runs(RunFilter(state="failed"), FULL_ACCESS, limit=5, session=chronicle.session)
    assert page.runs == ()
    assert page.next_id is not None
    assert ids(chronicle, state="failed", limit=5) == [wanted]


def test_a_short_page_tells_a_restricted_reader_nothing_of_hidden_runs(
    chronicle: Chronicle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_list, "MOST_EXAMINED", 4)
    chronicle.run("shop.load")
    for _ in range(10):
        chronicle.run("payroll.load")
    page = list_runs(RunFilter(), VIEWER, limit=1, session=chronicle.session)
    assert (page.runs, page.next_id) == ((), None)
    newest = [chronicle.run("shop.load") for _ in range(2)]
    assert ids(chronicle, VIEWER, limit=1) == newest[::-1]


def test_inputs_and_outputs_are_counted(chronicle: Chronicle) -> None:
    chronicle.run(reads=("a", "b"), writes=("c",))
    (entry,) = list_runs(RunFilter(), FULL_ACCESS, limit=5, session=chronicle.session).runs
    assert (entry.inputs, entry.outputs, entry.duration) == (2, 1, 10)


def test_statements_sent_do_not_grow_with_the_runs(chronicle: Chronicle) -> None:
    counts = []
    for number in (1, 99):
        for _ in range(number):
            chronicle.run(reads=("a",), writes=("b",))
        with counted(chronicle.session) as statements:
            page = list_runs(RunFilter(), VIEWER, limit=100, session=chronicle.session)
        counts.append(len(statements))
    assert len(page.runs) == 100
    assert counts[0] == counts[1] <= 4


def test_the_first_run_of_a_window_is_found_by_halving(chronicle: Chronicle) -> None:
    assert first_run_id(NOW, session=chronicle.session) == 0
    made = [chronicle.run(at=NOW + DAY * number) for number in range(40)]
    with counted(chronicle.session) as statements:
        found = first_run_id(NOW + SLACK + DAY * 25, session=chronicle.session)
    assert found in (made[24] + 1, made[25])
    assert len(statements) <= 8
    assert first_run_id(NOW - DAY, session=chronicle.session) <= made[0]
    assert first_run_id(NOW + DAY * 99, session=chronicle.session) > made[-1]
