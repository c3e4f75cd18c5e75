from __future__ import annotations

import copy
import json
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from airflow_lineage_provider.store.catalog.event_mask import masked_events
from airflow_lineage_provider.store.catalog.sight import Sight
from tests.store.stories import NAMESPACE, Story, core, entry

HUSH = {"namespace": "s3://lake", "name": "hush"}


def _event(**more: Any) -> dict[str, Any]:
    return {
        "run": {"runId": "x", "facets": {}},
        "job": {"namespace": NAMESPACE, "name": "seen.load", "facets": {}},
        "inputs": [{"namespace": "s3://lake", "name": "mine", "facets": {}}],
        **more,
    }


def _seen(db: Session) -> Sight:
    for dag_id, name in (("seen", "mine"), ("hidden", "hush")):
        story = Story(db, dag_id)
        story.ingest(core(story.attempt(), inputs=[entry(name)]))
    return Sight(Access(frozenset({"seen"}), True), db)


def test_nothing_is_changed_for_who_sees_everything(db: Session) -> None:
    event = _event(outputs=[HUSH])

    assert masked_events([event], Sight(FULL_ACCESS, db)) == [event]


def test_names_are_masked_wherever_they_stand(db: Session) -> None:
    sight = _seen(db)
    places = [
        {"outputs": [HUSH]},
        {"run": {"facets": {"deep": {"er": [{"x": [HUSH]}]}}}},
        {"job": {"namespace": NAMESPACE, "name": "hidden.load"}, "x": HUSH},
        {"x": {"namespace": "never", "name": "hush"}},
    ]
    events = [_event(**place) for place in places]
    before = copy.deepcopy(events)

    masked = masked_events(events, sight)

    assert "hush" not in json.dumps(masked)
    assert "hidden" not in json.dumps(masked)
    assert [each["inputs"] for each in masked] == [each["inputs"] for each in events]
    assert events == before


def test_a_dag_that_may_be_read_is_named_though_it_is_no_job_of_ours(db: Session) -> None:
    sight = _seen(db)
    root = {"root": {"job": {"namespace": NAMESPACE, "name": "seen"}}}
    other = {"root": {"job": {"namespace": NAMESPACE, "name": "hidden"}}}

    shown, hidden = masked_events([_event(parent=root), _event(parent=other)], sight)

    assert shown["parent"] == root
    assert hidden["parent"]["root"]["job"]["name"] == "masked"


def test_events_may_nest_as_deep_as_they_like(db: Session) -> None:
    deep: Any = HUSH
    for _ in range(300):
        deep = {"x": [deep]}

    (event,) = masked_events([_event(x=deep)], _seen(db))

    assert "hush" not in json.dumps(event)
