"""Why did this dataset change."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from airflow_lineage_provider.store import dataset_writes
from airflow_lineage_provider.store.dataset_why import Happening, Why, read_why
from airflow_lineage_provider.store.found_dataset import dataset_named
from tests.airflow_rows import NOW
from tests.store.chronicle import Chronicle
from tests.store.counted import counted
from tests.store.landscape import LAKE
from tests.store.test_run_detail import VIEWER, tag_column

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


@pytest.fixture
def chronicle(db: Any) -> Chronicle:
    return Chronicle(db)


def why(chronicle: Chronicle, name: str = "report", access: Access = FULL_ACCESS, limit: int = 100) -> Why:
    dataset = dataset_named(LAKE, name, access, session=chronicle.session)
    until = NOW + 24 * HOUR
    return read_why(dataset, until - WEEK, until, access, limit=limit, session=chronicle.session)


def told(found: Why) -> list[tuple[str, int, str | None]]:
    return [
        (each.kind.value, each.distance, each.run.job_name if each.run else None) for each in found.happenings
    ]


def of_kind(found: Why, kind: str) -> list[Happening]:
    return [each for each in found.happenings if each.kind == kind]


def test_writes_are_told_newest_first_with_their_numbers(chronicle: Chronicle) -> None:
    chronicle.run(writes=("report",), rows=5, at=NOW - 2 * WEEK)
    chronicle.run(writes=("report",), rows=10, at=NOW)
    chronicle.run(writes=("report",), rows=3, at=NOW + HOUR)
    chronicle.run(writes=("report",), at=NOW + 2 * HOUR, state="failed")
    found = why(chronicle)
    assert told(found) == [
        ("write_failed", 0, "shop.load"),
        ("written", 0, "shop.load"),
        ("written", 0, "shop.load"),
    ]
    assert [each.rows for each in found.happenings] == [None, 3, 10]
    assert not found.is_truncated


def test_failures_upstream_are_told_up_to_three_jobs_away(chronicle: Chronicle) -> None:
    chain = ["e", "d", "c", "b", "a", "report"]
    for source, target in pairwise(chain):
        chronicle.run(f"dag.{target}", reads=(source,), writes=(target,), at=NOW - WEEK * 3)
    for number, target in enumerate(chain[1:]):
        chronicle.run(f"dag.{target}", state="failed", at=NOW + HOUR * number)
    assert told(why(chronicle)) == [
        ("write_failed", 0, "dag.report"),
        ("upstream_failed", 1, "dag.a"),
        ("upstream_failed", 2, "dag.b"),
        ("upstream_failed", 3, "dag.c"),
    ]


def test_changed_columns_are_told_here_and_upstream(chronicle: Chronicle) -> None:
    for number, kind in enumerate(("int", "text")):
        at = NOW + HOUR * number - timedelta(minutes=1)
        chronicle.run("dag.raw", writes=("raw",), columns={"raw": {"id": kind}}, at=at)
        chronicle.run(
            "dag.report",
            reads=("raw",),
            writes=("report",),
            columns={"report": {"id": kind}},
            at=NOW + HOUR * number,
        )
    found = why(chronicle)
    (here,) = of_kind(found, "schema_changed")
    (above,) = of_kind(found, "upstream_schema_changed")
    assert (here.name, here.distance, above.name, above.distance) == ("report", 0, "raw", 1)
    assert [(change.kind, change.name) for change in above.columns] == [("type_changed", "id")]
    assert above.run is not None
    assert above.run.job_name == "dag.raw"


def test_other_statements_of_a_writer_are_told_also_against_the_run_before_the_window(
    chronicle: Chronicle,
) -> None:
    old = chronicle.run(writes=("report",), statements=("a", "b"), at=NOW - 3 * WEEK)
    chronicle.run(writes=("report",), statements=("a", "c"), at=NOW)
    chronicle.run(writes=("report",), at=NOW + HOUR)
    chronicle.run(writes=("report",), statements=("a", "c"), at=NOW + 2 * HOUR)
    (change,) = of_kind(why(chronicle), "sql_changed")
    assert (change.fingerprints_added, change.fingerprints_removed) == (("c",), ("b",))
    assert change.previous_run_id == old


def test_what_may_not_be_seen_is_left_out(chronicle: Chronicle) -> None:
    chronicle.run("payroll.raw", writes=("raw",), columns={"raw": {"pay": "int"}}, at=NOW - HOUR)
    chronicle.run("payroll.raw", writes=("raw",), columns={"raw": {"pay": "text"}}, at=NOW)
    chronicle.run("payroll.raw", state="failed", at=NOW)
    chronicle.run("shop.report", reads=("mid",), writes=("report",), columns={"report": {"x": "int"}}, at=NOW)
    chronicle.run(
        "shop.report", reads=("mid",), writes=("report",), columns={"report": {"x": "text"}}, at=NOW + HOUR
    )
    chronicle.run("payroll.mid", reads=("raw",), writes=("mid",), at=NOW)
    tag_column(chronicle, "report", "x")
    found = why(chronicle, access=VIEWER)
    assert {kind for kind, _, _ in told(found)} == {"written", "schema_changed"}
    assert "payroll" not in str(found)
    assert "'x'" not in str(found)
    assert "upstream_schema_changed" in {kind for kind, _, _ in told(why(chronicle))}


def test_more_than_the_limit_is_said(chronicle: Chronicle) -> None:
    for number in range(5):
        chronicle.run(writes=("report",), at=NOW + HOUR * number)
    found = why(chronicle, limit=3)
    assert len(found.happenings) == 3
    assert found.is_truncated
    assert found.happenings[0].at == NOW + 4 * HOUR


def test_a_circle_of_jobs_ends(chronicle: Chronicle) -> None:
    chronicle.run("dag.one", reads=("report",), writes=("back",))
    chronicle.run("dag.two", reads=("back",), writes=("report",))
    assert told(why(chronicle)) == [("written", 0, "dag.two")]


def test_statements_sent_do_not_grow_with_the_writes(chronicle: Chronicle) -> None:
    counts = []
    for number in (2, 60):
        for step in range(number):
            chronicle.run(
                "shop.load",
                reads=("raw",),
                writes=("report",),
                columns={"report": {"id": f"kind{step}"}},
                statements=(f"f{step}",),
                at=NOW + timedelta(minutes=number + step),
            )
        with counted(chronicle.session) as statements:
            why(chronicle)
        # Halving depends on the number of runs by its nature.
        counts.append(len([each for each in statements if "recorded_at >=" not in each]))
    assert counts[1] <= counts[0] + 6


def test_a_window_of_long_ago_is_found_behind_many_newer_writes(
    chronicle: Chronicle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dataset_writes, "NEWEST", 3)
    old = chronicle.run(writes=("report",), at=NOW - HOUR)
    for number in range(6):
        chronicle.run(writes=("report",), at=NOW + HOUR * number)
    dataset = dataset_named(LAKE, "report", FULL_ACCESS, session=chronicle.session)
    found = read_why(dataset, NOW - 2 * HOUR, NOW, FULL_ACCESS, limit=9, session=chronicle.session)
    assert [each.run.id for each in found.happenings if each.run] == [old]
    assert len(why(chronicle).happenings) == 7
