"""How much of what ran is recorded, by group."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from airflow_lineage_provider.store.coverage import CoverageRow, Key, read_coverage
from tests.airflow_rows import NOW
from tests.store.chronicle import Chronicle
from tests.store.test_run_detail import VIEWER

DAY = timedelta(days=1)


@pytest.fixture
def chronicle(db: Any) -> Chronicle:
    chronicle = Chronicle(db)
    chronicle.run("shop.load", writes=("a",), at=NOW - 9 * DAY)
    chronicle.run("shop.load", writes=("a",))
    chronicle.run("shop.load", capture="missing")
    chronicle.run("shop.load", capture="partial", reads=("a",), writes=("b",), errors=2)
    chronicle.run("shop.report", capture="pending")
    chronicle.run("shop.report", capture="not_run", state="skipped")
    chronicle.run("billing.load")
    chronicle.run("spark", external=True, reads=("a",))
    return chronicle


def rows(
    chronicle: Chronicle, by: Any, access: Access = FULL_ACCESS, limit: int = 50, **asked: Any
) -> list[CoverageRow]:
    found: list[CoverageRow] = []
    after: Key | None = None
    while True:
        page = read_coverage(
            by, NOW - DAY, NOW + DAY, access, after=after, limit=limit, session=chronicle.session, **asked
        )
        found += page.rows
        if page.next_key is None:
            return found
        after = page.next_key


def test_attempts_are_counted_by_dag(chronicle: Chronicle) -> None:
    external, billing, shop = rows(chronicle, "dag")
    assert (external.dag_id, external.counts.external, external.counts.attempts) == (None, 1, 0)
    assert (billing.dag_id, billing.counts.attempts, billing.counts.coverage) == ("billing", 1, 1.0)
    counts = shop.counts
    assert (counts.attempts, counts.recorded, counts.partial, counts.missing) == (4, 1, 1, 1)
    assert (counts.pending, counts.not_run, counts.with_errors, counts.with_io) == (1, 1, 1, 2)
    assert counts.coverage == 0.6667


def test_attempts_are_counted_by_task_and_by_operator(chronicle: Chronicle) -> None:
    tasks = {(row.dag_id, row.task_id): row.counts.attempts for row in rows(chronicle, "task")}
    assert tasks == {(None, None): 0, ("billing", "load"): 1, ("shop", "load"): 3, ("shop", "report"): 1}
    operators = {row.operator: row.counts.attempts for row in rows(chronicle, "operator")}
    assert operators == {None: 0, "airflow.operators.Some": 5}
    assert [row.task_id for row in rows(chronicle, "task", dag_id="shop")] == ["load", "report"]


def test_pages_together_are_all_groups_and_each_has_the_total(chronicle: Chronicle) -> None:
    for limit in (1, 2, 3, 4):
        assert rows(chronicle, "task", limit=limit) == rows(chronicle, "task")
    page = read_coverage("task", NOW - DAY, NOW + DAY, FULL_ACCESS, limit=1, session=chronicle.session)
    assert (page.total.attempts, page.total.external) == (5, 1)


def test_a_restricted_reader_counts_own_dags(chronicle: Chronicle) -> None:
    for by in ("dag", "task"):
        assert {row.dag_id for row in rows(chronicle, by, VIEWER)} == {"shop"}
    (operator,) = rows(chronicle, "operator", VIEWER)
    assert operator.counts.attempts == 4
