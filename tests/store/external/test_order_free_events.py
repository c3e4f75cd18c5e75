"""Events arrive in any order and any number of times: what stands in the tables in the end is the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from airflow_lineage_provider.model.openlineage.event import EventDataset, JobRef, LineageEvent, Phase
from airflow_lineage_provider.store.datasets import find_dataset
from airflow_lineage_provider.store.schemas import current_schemas
from tests.store.external.picture import picture
from tests.store.external.tellings import LATER, at, dataset_event, ds, event, run_row, source, take, told

MANY = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
JOBS = [JobRef("spark", "one"), JobRef("dbt", "two")]
NAMES = ["a", "b", "c", "d"]
COLUMNS = [None, (), ("id:int",), ("id:int", "name:text"), ("id",)]


@st.composite
def datasets(draw: st.DrawFn, *, is_output: bool) -> EventDataset:
    name = draw(st.sampled_from(NAMES))
    fields: dict[str, Any] = {}
    columns = draw(st.sampled_from(COLUMNS))
    if columns == ():
        fields["columns"] = ()
    if draw(st.integers(0, 3)) == 0:
        fields["symlinks"] = draw(st.lists(st.sampled_from(NAMES), max_size=2))
    if draw(st.booleans()):
        fields["facets"] = {"documentation": {"description": draw(st.sampled_from(["x", "y"]))}}
        fields["rows"] = draw(st.integers(0, 3))
    if is_output and draw(st.booleans()):
        kind = draw(st.sampled_from(["DIRECT", "INDIRECT"]))
        fields["field_sources"] = (source("id", draw(st.sampled_from(NAMES)), "id", kind),)
    if is_output and draw(st.booleans()):
        fields["sources"] = draw(st.lists(st.sampled_from(NAMES), max_size=2))
    return told(name, *(columns or ()), **fields)


@st.composite
def events(draw: st.DrawFn) -> LineageEvent:
    seconds = draw(st.integers(0, 6))
    if draw(st.integers(0, 5)) == 0:
        return dataset_event(seconds, draw(datasets(is_output=False)))
    job = draw(st.sampled_from(JOBS))
    return event(
        seconds,
        draw(st.sampled_from(list(Phase))),
        draw(st.sampled_from(["r1", "r2"])),
        job=job,
        parent=draw(
            st.sampled_from([None, ("p1", JOBS[0]), ("p2", JOBS[1]), ("p3", JobRef("airflow", "dag"))])
        ),
        inputs=draw(st.lists(datasets(is_output=False), max_size=2)),
        outputs=draw(st.lists(datasets(is_output=True), max_size=2)),
        run_facets={"processing_engine": {"version": str(draw(st.integers(0, 2)))}},
        job_facets={"documentation": {"description": str(draw(st.integers(0, 2)))}},
    )


@MANY
@given(data=st.data(), given_events=st.lists(events(), min_size=1, max_size=6))
def test_any_order_of_arrival_gives_the_same_picture(
    db: Any, data: st.DataObject, given_events: list[LineageEvent]
) -> None:
    db.rollback()
    ordered = sorted(given_events, key=lambda each: each.at)
    arrivals = data.draw(
        st.permutations([*ordered, *data.draw(st.lists(st.sampled_from(ordered), max_size=2))])
    )
    # By the producers' clocks some of them come from the future.
    now = data.draw(st.sampled_from([LATER, at(3)]))
    pictures = []
    for arrival in (ordered, arrivals):
        take(db, *arrival, now=now)
        pictures.append(picture(db))
        db.rollback()
    for part in pictures[0]:
        assert pictures[1][part] == pictures[0][part], part


@pytest.mark.parametrize("step", [1, -1])
def test_two_events_from_the_future_are_in_the_order_of_their_clock(db: Any, step: int) -> None:
    arrivals = [
        event(30, Phase.FAIL, outputs=[told("b", "id:int")]),
        event(40, Phase.COMPLETE, outputs=[told("b", "id:int", "email:str")]),
    ][::step]
    for second, each in enumerate(arrivals):
        take(db, each, now=at(second))
    row_id = find_dataset(ds("b"), session=db)
    assert row_id is not None
    assert run_row(db).state == "success"
    assert [column.name for column in current_schemas([row_id], session=db)[row_id].columns] == [
        "id",
        "email",
    ]
