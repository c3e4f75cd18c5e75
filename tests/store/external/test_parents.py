from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow_lineage_provider.model.openlineage.event import JobRef, Phase
from airflow_lineage_provider.store.attempts import attempts_of_run
from airflow_lineage_provider.store.reconcile import settle
from tests.airflow_rows import NOW
from tests.store.external.tellings import OWN, SPARK, event, run_row, run_uuid, table, take
from tests.store.stories import Story, core

TASK = JobRef(OWN, "shop.load")
DBT = JobRef("dbt", "model")


def parents(db: Any) -> dict[str, str | None]:
    jobs = {row.id: row.name for row in table(db, "job")}
    return {row.name: jobs.get(row.parent_id) for row in table(db, "job")}


def test_the_parent_may_live_in_another_namespace_and_come_later(db: Any) -> None:
    take(db, event(parent=("p", DBT)), event(run="p", job=DBT))
    assert parents(db) == {"orders": "model", "model": None}
    assert run_row(db).parent_run_id == run_uuid("p")


def test_the_newest_event_says_who_the_parent_is(db: Any) -> None:
    take(db, event(5, parent=("p", DBT)), event(2, Phase.START, parent=("q", TASK)), event(9, Phase.OTHER))
    assert parents(db)["orders"] == "model"
    assert run_row(db).parent_run_id == run_uuid("p")
    take(db, event(7, Phase.OTHER, parent=("q", TASK)))
    assert parents(db)["orders"] == "shop.load"
    assert run_row(db).parent_run_id == run_uuid("q")


def test_jobs_that_are_each_others_parents_are_kept_as_said(db: Any) -> None:
    take(db, event(parent=("p", DBT)), event(run="p", job=DBT, parent=("r1", SPARK)))
    assert parents(db) == {"orders": "model", "model": "orders"}


def test_a_job_is_not_its_own_parent(db: Any) -> None:
    take(db, event(parent=("p", SPARK)))
    assert parents(db) == {"orders": None}
    assert run_row(db).parent_run_id == run_uuid("p")


def test_a_task_that_was_named_as_a_parent_first_is_filled_in_by_its_attempt(db: Any) -> None:
    take(db, event(parent=("p", TASK)))
    (bare,) = [row for row in table(db, "job") if row.name == "shop.load"]
    assert (bare.dag_id, bare.task_id) == (None, None)
    story = Story(db)
    story.ingest(core(story.attempt(), operator="BashOperator"))
    (row,) = [row for row in table(db, "job") if row.name == "shop.load"]
    assert (row.id, row.dag_id, row.task_id, row.operator) == (bare.id, "shop", "load", "BashOperator")


def test_a_task_that_was_named_as_a_parent_first_is_filled_in_where_no_record_came(db: Any) -> None:
    take(db, event(parent=("p", TASK)))
    story = Story(db)
    story.attempt()
    attempts = attempts_of_run(story.dag_run_id, "shop", "r1", session=db)
    settle(attempts, namespace=OWN, grace=timedelta(0), now=NOW + timedelta(hours=1), session=db)
    (row,) = [row for row in table(db, "job") if row.name == "shop.load"]
    assert (row.dag_id, row.task_id) == ("shop", "load")
