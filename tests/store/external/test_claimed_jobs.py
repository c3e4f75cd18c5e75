from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from airflow_lineage_provider.model.openlineage.event import EventDataset, JobRef
from airflow_lineage_provider.store.attempts import attempts_of_run
from airflow_lineage_provider.store.reconcile import settle
from tests.airflow_rows import NOW
from tests.store.external.tellings import OWN, SPARK, edges, event, job_event, source, table, take, told
from tests.store.stories import Story, core, entry

TASK = JobRef(OWN, "shop.load")


def claim(db: Any) -> None:
    """Another producer uses a task's name for a job of its own, and one more job names the task as its parent."""
    output: EventDataset = told(
        "secret", "id:int", sources=["far"], field_sources=(source("id", "far", "id"),)
    )
    facets = {"ownership": {"owners": [{"name": "mallory"}]}}
    take(
        db,
        job_event(1, job=TASK, outputs=[output], job_facets=facets),
        event(
            2, run="claimed", job=TASK, parent=("p", SPARK), run_facets={"note": {"a": 1}}, outputs=[output]
        ),
        event(3, run="child", job=JobRef("dbt", "model"), parent=("r", TASK), inputs=[told("near")]),
    )


@pytest.mark.parametrize("has_record", [True, False])
def test_what_others_told_of_a_name_before_its_task_ran_does_not_stay_with_the_task(
    db: Any, has_record: bool
) -> None:
    claim(db)
    before = {row.name: row.id for row in table(db, "job")}
    story = Story(db)
    ti_id = story.attempt()
    if has_record:
        story.ingest(core(ti_id, outputs=[entry("own")]))
    else:
        attempts = attempts_of_run(story.dag_run_id, "shop", "r1", session=db)
        settle(attempts, namespace=OWN, grace=timedelta(0), now=NOW + timedelta(hours=1), session=db)
    assert edges(db) == {("model", "input", "near"): 1} | (
        {("shop.load", "output", "own"): 1} if has_record else {}
    )
    jobs = {row.name: row for row in table(db, "job")}
    told_facts = [row for name in ("link", "column_edge", "job_facet") for row in table(db, name)]
    assert {row.job_id for row in told_facts} <= {jobs["model"].id}
    assert (jobs["shop.load"].id, jobs["shop.load"].dag_id) == (before["shop.load"], "shop")
    assert (jobs["shop.load"].parent_id, jobs["model"].parent_id) == (None, jobs["shop.load"].id)
    (run,) = [row for row in table(db, "run") if row.job_id == jobs["shop.load"].id]
    assert run.ti_id == ti_id
    assert {row.name for row in table(db, "run_facet") if row.run_id == run.id} <= {"capture"}
    claimed = [row for row in table(db, "event") if row.job_id is None]
    assert [row.run_id for row in claimed] == [None, None]
    assert [row.run_id for row in table(db, "dataset_schema")] == [None]


def test_a_task_that_ran_keeps_what_it_did(db: Any) -> None:
    claim(db)
    story = Story(db)
    for name in ("first", "second"):
        story.ingest(core(story.attempt(name), outputs=[entry(name)]), name)
    story.ingest(core(story.attempt(), outputs=[entry("own")]))
    known = edges(db)
    story.ingest(core(story.attempt(map_index=1), outputs=[entry("other")]), map_index=1)
    assert edges(db).items() > known.items()
