"""One run in full."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from airflow_lineage_provider.store.catalog.runs import find_run_row
from airflow_lineage_provider.store.catalog.sight import Sight
from airflow_lineage_provider.store.edges import COLUMN_EDGE, ColumnLink, merge_column_edges
from airflow_lineage_provider.store.facets import link_facets
from airflow_lineage_provider.store.graph.root import RunRoot, find_root
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.run_detail import read_detail
from airflow_lineage_provider.store.run_refs import RunRef, UnknownRun, find_attempt_run, find_run
from airflow_lineage_provider.store.tables import DatasetFacet, core_table
from tests.airflow_rows import NOW
from tests.store.chronicle import Chronicle
from tests.store.counted import counted
from tests.store.landscape import JOBS, LAKE

VIEWER = Access(frozenset({"shop"}), has_sensitive=False)


@pytest.fixture
def chronicle(db: Any) -> Chronicle:
    return Chronicle(db)


def find(chronicle: Chronicle, run_id: int, access: Access = FULL_ACCESS) -> RunRef:
    return find_run(str(run_id), access, session=chronicle.session)


def tag_column(chronicle: Chronicle, dataset: str, column: str) -> None:
    facet = {"tags": {"tags": [{"key": "pii", "value": "true", "field": column}]}}
    link_facets(
        core_table(DatasetFacet), "dataset_id", chronicle.dataset(dataset), facet, session=chronicle.session
    )


def test_a_run_tells_what_it_read_and_wrote(chronicle: Chronicle) -> None:
    run_id = chronicle.run(
        reads=("raw",),
        writes=("orders",),
        columns={"orders": {"id": "int"}},
        rows=7,
        statements=("f1",),
        facets={"capture": {"errors": [{"source": "hook", "message": "m"}], "truncated": ["x"]}, "tags": {}},
    )
    detail = read_detail(find(chronicle, run_id), FULL_ACCESS, session=chronicle.session)
    assert detail.run.job_name == "shop.load"
    assert detail.duration == 10
    assert [entry.name for entry in detail.inputs] == ["raw"]
    (output,) = detail.outputs
    assert (output.name, output.rows, output.state, output.evidence) == ("orders", 7, "updated", ("hook",))
    assert [(column.name, column.type) for column in output.columns] == [("id", "int")]
    assert [entry.fingerprint for entry in detail.statements] == ["f1"]
    assert detail.errors == ({"source": "hook", "message": "m"},)
    assert detail.truncated == ("x",)
    assert detail.facets == {"tags": {}}
    assert not detail.is_masked


def test_parent_and_children_are_named(chronicle: Chronicle) -> None:
    task = chronicle.run()
    spark = chronicle.run("spark_app", external=True, parent_run=chronicle.uuid_of(task))
    lost = chronicle.run("orphan", external=True, parent_run=uuid4())
    session = chronicle.session
    of_task = read_detail(find(chronicle, task), FULL_ACCESS, session=session)
    assert [child.id for child in of_task.children] == [spark]
    of_spark = read_detail(find(chronicle, spark), FULL_ACCESS, session=session)
    assert of_spark.parent is not None
    assert of_spark.parent.id == task
    of_lost = read_detail(find(chronicle, lost), FULL_ACCESS, session=session)
    assert of_lost.parent is None
    assert of_lost.parent_run_id


def test_column_lineage_stays_within_what_the_run_touched(chronicle: Chronicle) -> None:
    run_id = chronicle.run(reads=("raw",), writes=("orders",))
    other = chronicle.run(reads=("elsewhere",), writes=("orders",))
    job, orders = chronicle.job("shop.load"), chronicle.dataset("orders")
    direct = (("DIRECT", "IDENTITY", False),)
    links = [
        ColumnLink(orders, "id", chronicle.dataset("raw"), "id", direct),
        ColumnLink(orders, "x", chronicle.dataset("elsewhere"), None, direct),
    ]
    merge_column_edges(job, other, links, at=NOW, session=chronicle.session)
    assert len(list(chronicle.session.execute(select(COLUMN_EDGE)))) == 2
    detail = read_detail(find(chronicle, run_id), FULL_ACCESS, session=chronicle.session)
    (line,) = detail.columns
    assert (line.output.dataset_name, line.output.name) == ("orders", "id")
    assert (line.input.dataset_name, line.input.name) == ("raw", "id")


def test_who_may_not_see_a_column_sees_neither_its_name_nor_the_statements(chronicle: Chronicle) -> None:
    run_id = chronicle.run(
        reads=("raw",),
        writes=("customers",),
        columns={"customers": {"id": "int", "tax_no": "text"}},
        statements=("f1",),
        facets={
            "capture": {"errors": [{"source": "sql", "message": "tax_no is odd"}]},
            "sql": {"query": "select tax_no"},
            "parent": {"run": {}},
        },
    )
    tag_column(chronicle, "customers", "tax_no")
    job, customers = chronicle.job("shop.load"), chronicle.dataset("customers")
    link = ColumnLink(customers, "tax_no", chronicle.dataset("raw"), "a", (("DIRECT", "IDENTITY", False),))
    merge_column_edges(job, run_id, [link], at=NOW, session=chronicle.session)
    detail = read_detail(find(chronicle, run_id, VIEWER), VIEWER, session=chronicle.session)
    assert detail.is_masked
    columns = detail.outputs[0].columns
    assert [(column.name, column.type, column.is_masked) for column in columns] == [
        ("id", "int", False),
        (None, None, True),
    ]
    assert [(entry.fingerprint, entry.sql, entry.is_masked) for entry in detail.statements] == [
        ("f1", None, True)
    ]
    assert detail.columns[0].output.name is None
    assert detail.columns[0].input.name == "a"
    shown = [detail.inputs, detail.outputs, detail.columns, detail.statements, detail.facets, detail.errors]
    assert "tax_no" not in str(shown)
    assert list(detail.facets) == ["parent"]
    allowed = read_detail(find(chronicle, run_id), FULL_ACCESS, session=chronicle.session)
    assert allowed.statements[0].sql == "SELECT f1"
    assert allowed.outputs[0].columns[1].name == "tax_no"


def test_facets_name_nothing_that_may_not_be_seen(chronicle: Chronicle) -> None:
    chronicle.run("payroll.load", writes=("salaries",))
    hush = {"namespace": LAKE, "name": "salaries"}
    job = {"namespace": JOBS, "name": "payroll.load"}
    run_id = chronicle.run(
        writes=("orders",),
        facets={
            "jobDependencies": {"upstream": [{"job": job}]},
            "context": {"trigger": hush},
            "capture": {"errors": [{"source": "hook", "message": "m", "dataset": hush}]},
        },
    )
    restricted = Access(frozenset({"shop"}), has_sensitive=True)
    detail = read_detail(find(chronicle, run_id), restricted, session=chronicle.session)
    shown = str([detail.facets, detail.context, detail.errors])
    assert "salaries" not in shown
    assert "payroll" not in shown
    assert detail.errors[0]["message"] == "m"
    whole = read_detail(find(chronicle, run_id), FULL_ACCESS, session=chronicle.session)
    assert whole.facets["jobDependencies"] == {"upstream": [{"job": job}]}


def test_facets_of_others_that_are_called_as_ours_do_no_harm(chronicle: Chronicle) -> None:
    odd = {"capture": {"errors": ["x", {"message": "m"}], "truncated": 5}, "context": ["x"]}
    run_id = chronicle.run("spark_app", external=True, facets=odd)
    detail = read_detail(find(chronicle, run_id), FULL_ACCESS, session=chronicle.session)
    assert (detail.errors, detail.truncated, detail.context) == (({"message": "m"},), (), {})


@pytest.mark.parametrize("way", ["column", "link"])
def test_statements_are_hidden_where_column_lineage_alone_names_the_sensitive_dataset(
    chronicle: Chronicle, way: str
) -> None:
    run_id = chronicle.run(writes=("out",), statements=("f1",), facets={"sql": {"query": "select ssn"}})
    tag_column(chronicle, "people", "ssn")
    job = chronicle.job("shop.load")
    if way == "column":
        chronicle.column(job, "people.ssn", "out.o")
    else:
        chronicle.link(job, "people", "out")
    detail = read_detail(find(chronicle, run_id, VIEWER), VIEWER, session=chronicle.session)
    assert detail.is_masked
    assert "ssn" not in str([detail.statements, detail.facets])
    assert [entry.sql for entry in detail.statements] == [None]


def test_a_run_of_a_dag_that_may_not_be_read_is_unknown(chronicle: Chronicle) -> None:
    secret = chronicle.run("payroll.load")
    for name in (str(secret), str(chronicle.uuid_of(secret))):
        with pytest.raises(UnknownRun):
            find_run(name, VIEWER, session=chronicle.session)
    with pytest.raises(UnknownRun):
        find_attempt_run("payroll", None, None, access=VIEWER, session=chronicle.session)


def test_relatives_that_may_not_be_seen_are_left_out(chronicle: Chronicle) -> None:
    secret = chronicle.run("payroll.start")
    child = chronicle.run("shop.load", parent_run=chronicle.uuid_of(secret))
    chronicle.run("payroll.next", parent_run=chronicle.uuid_of(child))
    detail = read_detail(find(chronicle, child, VIEWER), VIEWER, session=chronicle.session)
    assert detail.parent is None
    assert detail.children == ()


def test_runs_are_found_by_each_of_their_names(chronicle: Chronicle) -> None:
    first = chronicle.run(run_id="r1", dag_run_id=1)
    again = chronicle.run(run_id="r1", dag_run_id=1, try_number=2)
    mapped = chronicle.run(run_id="r1", dag_run_id=1, map_index=3)
    session = chronicle.session
    ti_id = session.scalar(select(RUN.c.ti_id).where(RUN.c.id == first))
    assert find_run(f" {first} ", FULL_ACCESS, session=session).id == first
    assert find_run(str(chronicle.uuid_of(again)), FULL_ACCESS, session=session).id == again
    assert find_run(str(ti_id), FULL_ACCESS, session=session).id == first

    def attempt(**which: int) -> int:
        return find_attempt_run("shop", "r1", "load", **which, access=FULL_ACCESS, session=session).id

    assert attempt() == again
    assert attempt(try_number=1, map_index=-1) == first
    assert attempt(map_index=3) == mapped
    with pytest.raises(UnknownRun, match="try 9"):
        attempt(try_number=9)


def test_of_runs_with_one_openlineage_id_the_attempt_comes_first(chronicle: Chronicle) -> None:
    shared = uuid4()
    attempt = chronicle.run(openlineage_run_id=shared)
    chronicle.run("shop.load", external=True, openlineage_run_id=shared)
    assert find_run(str(shared), FULL_ACCESS, session=chronicle.session).id == attempt


def test_nobody_takes_the_place_of_an_attempt_with_its_id(chronicle: Chronicle) -> None:
    session = chronicle.session
    shared = uuid4()
    attempt = chronicle.run(openlineage_run_id=shared)
    ti_id = session.scalar(select(RUN.c.ti_id).where(RUN.c.id == attempt))
    assert ti_id is not None
    for name in (shared, ti_id):
        chronicle.run("spark", external=True, openlineage_run_id=name)
        assert find_run(str(name), FULL_ACCESS, session=session).id == attempt
        assert find_run_row(name, Sight(FULL_ACCESS, session)) == attempt
        assert find_root(f"run:{name}", session=session) == RunRoot(attempt)


@pytest.mark.parametrize("text", ["", "x", "-1", "9" * 19, "9" * 400, "٣", "\x00", "1.5", "0" * 40])
def test_what_names_no_run_is_unknown(chronicle: Chronicle, text: str) -> None:
    with pytest.raises(UnknownRun):
        find_run(text, FULL_ACCESS, session=chronicle.session)


def test_statements_sent_do_not_grow_with_the_datasets(chronicle: Chronicle) -> None:
    small = chronicle.run("shop.small", reads=("a",), writes=("b",), statements=("f",))
    names = tuple(f"d{number}" for number in range(50))
    large = chronicle.run(
        "shop.large",
        reads=names[:25],
        writes=names[25:],
        columns={name: {"id": "int"} for name in names},
        statements=("f",),
        at=NOW + timedelta(minutes=1),
    )
    counts = []
    for run_id in (small, large):
        ref = find(chronicle, run_id)
        with counted(chronicle.session) as statements:
            detail = read_detail(ref, VIEWER, session=chronicle.session)
        counts.append(len(statements))
    assert len(detail.inputs) + len(detail.outputs) == 50
    assert counts[0] == counts[1]
    assert counts[1] <= 11
