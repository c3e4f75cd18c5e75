"""Segments arrive in any order and any number of times: what stands in the tables in the end is the same."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select

from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.edges import COLUMN_EDGE, EDGE
from airflow_lineage_provider.store.runs import read_runs
from airflow_lineage_provider.store.schemas import current_schemas
from tests.store.stories import Story, core, entry, late, observed, park, rows, sql

MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SEGMENTS = ("park 1", "park 2", "core", "late")
ARRIVALS = st.permutations(SEGMENTS).flatmap(
    lambda order: st.lists(st.sampled_from(["core", "late"]), max_size=2).map(lambda twice: [*order, *twice])
)


def segment_of(name: str, ti_id: Any) -> Any:
    if name == "park 1":
        return park(ti_id, inputs=[entry("raw")], outputs=[entry("early")], run_facets={"a": {"x": 1}})
    if name == "park 2":
        return park(ti_id, inputs=[entry("raw", Evidence.DECLARED)], outputs=[entry("t", rows=3)])
    if name == "core":
        return core(
            ti_id,
            awaits=("late",),
            inputs=[entry("more")],
            outputs=[entry("t", rows=8)],
            context={"image": "i"},
            **sql("CREATE TABLE copy AS SELECT id, name FROM orders"),
        )
    return late(ti_id, outputs=[entry("t", Evidence.OPERATOR)], **observed("copy", id="integer", name="text"))


def picture(session: Any) -> dict[str, Any]:
    """All that a user can see, with names instead of row ids."""
    names = {row.id: row.name for row in session.execute(select(DATASET))}
    (run,) = read_runs("shop", session=session)
    schemas = current_schemas(names, session=session)
    return {
        "run": {**run.to_wire(), "openlineage_run_id": None, "statements": len(run.statements)},
        "row": [(row.segments, row.awaited, row.errors) for row in rows(session, "lineage_run")],
        "edges": sorted(
            (names[row.dataset_id], row.direction, row.evidence, row.runs)
            for row in session.execute(select(EDGE))
        ),
        "columns": sorted(
            (names[row.output_dataset_id], row.output_column, names[row.input_dataset_id], row.input_column)
            for row in session.execute(select(COLUMN_EDGE))
        ),
        "schemas": {
            names[key]: [column.to_wire() for column in schema.columns] for key, schema in schemas.items()
        },
        "schema versions": len(rows(session, "lineage_dataset_schema")),
    }


@MANY
@given(order=ARRIVALS, state=st.sampled_from(["success", "failed"]))
def test_any_order_of_arrival_gives_the_same_picture(db: Any, order: list[str], state: str) -> None:
    db.rollback()
    pictures = []
    for arrival in (SEGMENTS, order):
        story = Story(db)
        ti_id = story.attempt(state=state)
        for name in arrival:
            story.ingest(segment_of(name, ti_id))
        pictures.append(picture(db))
        db.rollback()
    assert pictures[0] == pictures[1]


@MANY
@given(order=st.permutations(range(6)))
def test_runs_of_one_job_make_the_same_edges_in_any_order(db: Any, order: list[int]) -> None:
    db.rollback()
    story = Story(db)
    ti_ids = [story.attempt(map_index=number) for number in range(6)]
    for number in order:
        story.ingest(
            core(ti_ids[number], inputs=[entry("raw")], outputs=[entry("t" if number % 2 else "u")]),
            map_index=number,
        )
    names = {row.id: row.name for row in db.execute(select(DATASET))}
    assert sorted((names[row.dataset_id], row.runs) for row in db.execute(select(EDGE))) == [
        ("raw", 6),
        ("t", 3),
        ("u", 3),
    ]
