"""What an event costs that says what is known."""

from __future__ import annotations

from typing import Any

from airflow_lineage_provider.model.openlineage.event import JobRef, Phase
from tests.store.counted import counted
from tests.store.external.tellings import event, source, take, told

MOST_STATEMENTS = 18
"""Column edges, which are looked up and moved on, are two of them; SQLite's write lock is one."""


def _event(seconds: float, run: str, phase: Phase = Phase.COMPLETE, **fields: Any) -> Any:
    columns = ("id:int", "name:text")
    note = {"note": {"text": "the same"}}
    return event(
        seconds,
        phase,
        run,
        parent=(f"parent of {run}", JobRef("dbt", "model")),
        inputs=[told(f"in_{place}", *columns, facets=note) for place in range(5)],
        outputs=[
            told(f"out_{place}", *columns, field_sources=(source("id", f"in_{place}", "id"),))
            for place in range(5)
        ],
        run_facets={"processing_engine": {"name": "spark"}},
        job_facets={"jobType": {"jobType": "JOB"}},
        **fields,
    )


def test_a_run_of_a_known_job_on_known_datasets_takes_few_statements(db: Any) -> None:
    take(db, _event(0, "r1"))
    with counted(db) as statements:
        take(db, _event(10, "r2"))
    assert len(statements) <= MOST_STATEMENTS, statements


def test_the_end_of_a_known_run_takes_few_statements(db: Any) -> None:
    take(db, _event(0, "r1", Phase.START))
    with counted(db) as statements:
        take(db, _event(10, "r1"))
    # Its outputs are settled one by one.
    assert len(statements) <= MOST_STATEMENTS + 5, statements


def test_an_event_that_was_taken_takes_one_look(db: Any) -> None:
    take(db, _event(0, "r1"))
    with counted(db) as statements:
        (again,) = take(db, _event(0, "r1"))
    assert not again.is_new
    assert len([each for each in statements if not each.startswith("UPDATE lineage_watermark")]) == 1
