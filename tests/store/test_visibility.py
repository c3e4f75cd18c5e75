from __future__ import annotations

from typing import Any

import pytest

from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from airflow_lineage_provider.store.visibility import MOST_PARENTS, visible_datasets, visible_jobs
from tests.store.landscape import Landscape

SHOP = Access(frozenset({"shop"}), False)
NOTHING = Access(frozenset(), False)


@pytest.fixture
def land(db: Any) -> Landscape:
    return Landscape(db)


def names(land: Landscape, found: set[int], *candidates: str) -> set[str]:
    return {name for name in candidates if land.dataset(name) in found}


def test_somebody_without_limits_sees_all(land: Landscape) -> None:
    job = land.flow("hr.pay", "salaries")
    assert visible_jobs([job], FULL_ACCESS, session=land.session) == {job}
    assert visible_datasets([7, 8], FULL_ACCESS, session=land.session) == {7, 8}


def test_somebody_without_any_dag_sees_nothing(land: Landscape) -> None:
    job = land.flow("shop.load", "a")
    assert visible_jobs([job], NOTHING, session=land.session) == set()
    assert visible_datasets([land.dataset("a")], NOTHING, session=land.session) == set()


def test_a_task_is_seen_with_its_dag(land: Landscape) -> None:
    mine, other = land.job("shop.load"), land.job("hr.pay")
    assert visible_jobs([mine, other, 10**9], SHOP, session=land.session) == {mine}


def test_a_dataset_is_seen_with_any_job_that_touches_it(land: Landscape) -> None:
    land.flow("shop.load", "orders", "totals")
    land.flow("hr.pay", "totals salaries", "paid")
    ids = [land.dataset(name) for name in ("orders", "totals", "salaries", "paid", "untouched")]
    found = visible_datasets(ids, SHOP, session=land.session)
    assert names(land, found, "orders", "totals", "salaries", "paid", "untouched") == {"orders", "totals"}


def test_a_job_of_another_producer_is_seen_with_the_task_that_started_it(land: Landscape) -> None:
    task, secret = land.job("shop.spark"), land.job("hr.spark")
    application = land.job("app", external=True)
    query = land.flow("app.query", "in", "out", external=True)
    hidden = land.flow("app.hidden", "x", external=True)
    alone = land.flow("alone", "y", external=True)
    land.set_parent(query, application)
    land.set_parent(application, task)
    land.set_parent(hidden, secret)
    assert visible_jobs([query, application, hidden, alone], SHOP, session=land.session) == {
        query,
        application,
    }
    ids = [land.dataset(name) for name in ("in", "out", "x", "y")]
    found = visible_datasets(ids, SHOP, session=land.session)
    assert names(land, found, "in", "out", "x", "y") == {"in", "out"}


def test_a_task_of_a_hidden_dag_is_not_seen_through_a_parent_it_names(land: Landscape) -> None:
    mine, other = land.job("shop.load"), land.job("hr.pay")
    land.set_parent(other, mine)
    assert visible_jobs([other], SHOP, session=land.session) == set()


def test_parents_that_form_a_circle_lead_nowhere(land: Landscape) -> None:
    one, two = land.job("one", external=True), land.job("two", external=True)
    land.set_parent(one, two)
    land.set_parent(two, one)
    assert visible_jobs([one, two], SHOP, session=land.session) == set()


@pytest.mark.parametrize(("above", "is_seen"), [(MOST_PARENTS - 1, True), (MOST_PARENTS, False)])
def test_a_chain_of_parents_is_followed_so_far_and_no_further(
    land: Landscape, above: int, is_seen: bool
) -> None:
    parent = land.job("shop.load")
    for level in range(above):
        child = land.job(f"level{level}", external=True)
        land.set_parent(child, parent)
        parent = child
    assert visible_jobs([parent], SHOP, session=land.session) == ({parent} if is_seen else set())


def test_more_ids_than_fit_one_statement(land: Landscape) -> None:
    land.flow("shop.load", "a")
    wanted = {land.dataset("a"), *range(10**6, 10**6 + 2000)}
    assert visible_datasets(wanted, SHOP, session=land.session) == {land.dataset("a")}
