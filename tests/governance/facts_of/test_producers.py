from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.airflow_rows import NOW
from tests.store.external.tellings import Phase, at, event, told

HOUR = timedelta(hours=1)


def states(known: Any, name: str = "orders") -> dict[str, tuple[str | None, str | None]]:
    return {fact.job: (fact.state, fact.run) for fact in known.facts(name).producer_runs}


def test_the_last_run_of_what_writes_counts(known: Any) -> None:
    known.wrote("orders")
    known.wrote("orders", state="failed", ended=NOW + HOUR)
    assert states(known) == {"shop.load": ("failed", "run2")}
    known.wrote("orders", ended=NOW + 2 * HOUR)
    assert states(known) == {"shop.load": ("success", "run3")}


def test_a_task_under_way_is_running_whatever_is_recorded(known: Any) -> None:
    story = known.wrote("orders")
    story.run_id = "run0"
    from tests.store.stories import Story

    Story(known.session, "shop", "next").attempt("load", state="queued", started_at=NOW, ended_at=None)
    assert states(known) == {"shop.load": ("running", "next")}


def test_one_failed_instance_of_a_mapped_task_fails_it(known: Any) -> None:
    story = known.wrote("orders", map_index=0)
    known.wrote("orders", map_index=1, story=story, state="failed")
    known.wrote("orders", map_index=2, story=story)
    assert states(known) == {"shop.load": ("failed", "run1")}


def test_a_job_that_never_succeeded_is_no_producer(known: Any) -> None:
    known.wrote("orders", state="failed")
    assert states(known) == {}
    assert known.facts("orders").producers == ()


def test_jobs_of_other_producers_are_told_by_their_events(known: Any) -> None:
    known.told(event(1, outputs=[told("orders")]), event(2, Phase.ABORT, "r2", outputs=[told("orders")]))
    (fact,) = known.facts("orders").producer_runs
    assert (fact.job, fact.dag_id, fact.state, fact.at) == ("orders", None, "aborted", at(2))
