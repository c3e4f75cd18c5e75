"""What a DAG run touched, attempt by attempt, and what it did otherwise than another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from airflow_lineage_provider.store.dag_run_attempts import Key, dag_run_page, find_dag_run
from airflow_lineage_provider.store.dag_run_diff import DagRunDiff, diff_dag_runs, earlier_dag_run
from airflow_lineage_provider.store.run_refs import UnknownRun
from tests.airflow_rows import NOW
from tests.store.chronicle import Chronicle
from tests.store.counted import counted
from tests.store.test_run_detail import VIEWER

DAY = timedelta(days=1)


@pytest.fixture
def chronicle(db: Any) -> Chronicle:
    return Chronicle(db)


def earlier(chronicle: Chronicle, run_id: str, *, ended_well: bool = False) -> str:
    run = find_dag_run("shop", run_id, FULL_ACCESS, session=chronicle.session)
    return earlier_dag_run(run, FULL_ACCESS, ended_well=ended_well, session=chronicle.session).run_id


def diff(chronicle: Chronicle, before: str, after: str) -> DagRunDiff:
    was, now = (
        find_dag_run("shop", run_id, FULL_ACCESS, session=chronicle.session) for run_id in (before, after)
    )
    return diff_dag_runs(was, now, FULL_ACCESS, session=chronicle.session)


def test_the_newest_attempt_of_each_task_and_map_index_counts(chronicle: Chronicle) -> None:
    chronicle.run("shop.load", run_id="r1", try_number=1, state="failed")
    retried = chronicle.run("shop.load", run_id="r1", try_number=2, at=NOW + timedelta(minutes=2))
    mapped = [chronicle.run("shop.each", run_id="r1", map_index=index) for index in (1, 0)]
    chronicle.run("shop.load", run_id="r2")
    chronicle.run("billing.load", run_id="r1")
    found = find_dag_run("shop", "r1", FULL_ACCESS, session=chronicle.session)
    assert list(found.ids.items()) == [
        (("each", 0), mapped[1]),
        (("each", 1), mapped[0]),
        (("load", -1), retried),
    ]
    assert found.states == {"success"}
    assert found.duration == 130.0


def test_a_page_has_inputs_and_outputs_and_goes_on_where_the_last_one_ended(chronicle: Chronicle) -> None:
    columns = {"orders": {"id": "int"}}
    chronicle.run("shop.load", reads=("raw",), writes=("orders",), columns=columns, rows=7, run_id="r1")
    for index in range(3):
        chronicle.run("shop.each", reads=("orders",), run_id="r1", map_index=index)
    for limit in (1, 2, 3, 4):
        shown: list[Key] = []
        after: Key | None = None
        while True:
            page = dag_run_page(
                "shop", "r1", FULL_ACCESS, after=after, limit=limit, session=chronicle.session
            )
            shown += [(detail.run.task_id or "", detail.run.map_index) for detail in page.runs]
            if page.next_key is None:
                break
            after = page.next_key
        assert shown == [("each", 0), ("each", 1), ("each", 2), ("load", -1)]
    load = page.runs[-1]
    assert [entry.name for entry in load.inputs] == ["raw"]
    assert [(entry.name, entry.rows, entry.columns) for entry in load.outputs] == [("orders", 7, ())]


def test_a_run_of_a_dag_that_may_not_be_read_is_answered_like_an_unknown_one(chronicle: Chronicle) -> None:
    chronicle.run("payroll.load", run_id="r1")
    said = set()
    for dag_id in ("payroll", "nosuch1"):
        with pytest.raises(UnknownRun) as error:
            find_dag_run(dag_id, "r1", VIEWER, session=chronicle.session)
        said.add(str(error.value).replace(dag_id, "X"))
    assert len(said) == 1


def test_the_run_before_is_the_one_that_started_before(chronicle: Chronicle) -> None:
    for number, day in ((1, 0), (3, 2), (2, 1)):  # the record of r2 came last
        chronicle.run("shop.load", run_id=f"r{number}", at=NOW + day * DAY)
        chronicle.run("billing.load", run_id=f"b{number}", at=NOW + day * DAY)
    assert earlier(chronicle, "r3") == "r2"
    assert earlier(chronicle, "r2") == "r1"
    with pytest.raises(UnknownRun, match="no run is known before run r1 of DAG shop"):
        earlier(chronicle, "r1")


def test_the_last_success_is_a_run_of_which_no_attempt_failed(chronicle: Chronicle) -> None:
    for day, state in enumerate(("success", "failed", "success")):
        chronicle.run("shop.load", run_id=f"r{day}", at=NOW + day * DAY)
        chronicle.run("shop.report", run_id=f"r{day}", state=state, at=NOW + day * DAY)
    assert earlier(chronicle, "r2") == "r1"
    assert earlier(chronicle, "r2", ended_well=True) == "r0"


def test_a_task_that_is_new_hides_no_earlier_run(chronicle: Chronicle) -> None:
    chronicle.run("shop.load", run_id="r1")
    chronicle.run("shop.load", run_id="r2", at=NOW + DAY)
    chronicle.run("shop.a_new_one", run_id="r2", at=NOW + DAY)
    assert earlier(chronicle, "r2") == "r1"


def test_what_differs_is_told_by_task(chronicle: Chronicle) -> None:
    chronicle.run("shop.load", reads=("raw",), writes=("orders",), run_id="r1", seconds=10)
    chronicle.run("shop.report", reads=("orders",), run_id="r1")
    chronicle.run("shop.gone", run_id="r1")
    chronicle.run(
        "shop.load", reads=("raw", "more"), writes=("orders",), run_id="r2", seconds=20, at=NOW + DAY
    )
    chronicle.run("shop.report", reads=("orders",), run_id="r2", at=NOW + DAY)
    chronicle.run("shop.new", run_id="r2", at=NOW + DAY)
    found = diff(chronicle, "r1", "r2")
    assert (found.tasks_added, found.tasks_removed, found.is_same, found.is_cut) == (
        ("new",),
        ("gone",),
        False,
        False,
    )
    assert (found.duration.before, found.duration.after) == (10.0, 20.0)
    load, report = found.tasks
    assert (load.task_id, [entry.name for entry in load.diff.inputs_added]) == ("load", ["more"])
    assert (report.task_id, report.diff.is_same) == ("report", True)
    assert diff(chronicle, "r1", "r1").is_same


def test_many_tasks_cost_as_many_statements_as_few(chronicle: Chronicle) -> None:
    costs = []
    for tasks in (2, 40):
        for run in ("a", "b"):
            for number in range(tasks):
                chronicle.run(
                    f"shop.t{number}", reads=("raw",), writes=(f"o{number}",), run_id=f"{run}{tasks}"
                )
        with counted(chronicle.session) as statements:
            diff(chronicle, f"a{tasks}", f"b{tasks}")
        costs.append(len(statements))
    assert costs[1] <= costs[0] + 2


def test_a_restricted_reader_sees_no_more_than_the_runs_themselves_show(chronicle: Chronicle) -> None:
    chronicle.run("shop.load", reads=("raw",), run_id="r1")
    page = dag_run_page("shop", "r1", Access(frozenset({"shop"}), False), limit=9, session=chronicle.session)
    assert [detail.run.dag_id for detail in page.runs] == ["shop"]
