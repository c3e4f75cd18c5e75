from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, strategies as st

from airflow_lineage_provider.governance.facts_of.writes import MOST, merged_writes
from airflow_lineage_provider.store import last_outputs as store
from airflow_lineage_provider.store.last_outputs import AT, MAP_INDEX, ROWS, RUN_ID, Output, age, occasion
from tests.airflow_rows import NOW, set_state
from tests.store.external.tellings import SPARK, Phase, at, event, told
from tests.store.stories import dataset

HOUR = timedelta(hours=1)


def test_the_newest_successful_writes_come_first(known: Any) -> None:
    for hour in range(3):
        known.wrote("orders", ended=NOW + hour * HOUR, rows=hour, interval_end=NOW + hour * HOUR - HOUR / 2)
    known.wrote("orders", ended=NOW + 4 * HOUR, rows=9, state="failed")
    writes = known.facts("orders").writes
    assert [(write.at, write.rows, write.nominal_at) for write in writes] == [
        (NOW + hour * HOUR, hour, NOW + hour * HOUR - HOUR / 2) for hour in (2, 1, 0)
    ]
    assert {write.job for write in writes} == {"shop.load"}


def test_at_most_twenty_are_told(known: Any) -> None:
    for number in range(MOST + 3):
        known.wrote("orders", ended=NOW + number * HOUR / 10, rows=number)
    writes = known.facts("orders").writes
    assert [write.rows for write in writes] == list(range(MOST + 2, 2, -1))


def test_instances_of_a_mapped_task_are_one_write(known: Any) -> None:
    story = known.wrote("orders", rows=1, map_index=0)
    known.wrote("orders", rows=2, map_index=1, story=story, ended=NOW + HOUR)
    (write,) = known.facts("orders").writes
    assert (write.rows, write.at) == (3, NOW + HOUR)


def test_a_mapped_task_does_not_hide_the_dag_runs_before_it(known: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(store, "ENOUGH", 3)
    for day in range(3):
        story = known.wrote("orders", rows=1, map_index=0, ended=NOW + day * HOUR)
        for part in range(1, 12):
            known.wrote("orders", rows=1, map_index=part, story=story, ended=NOW + day * HOUR)
    assert [write.rows for write in known.facts("orders").writes] == [12, 12, 12]


def test_a_task_that_writes_one_of_many_tables_each_time_is_looked_at_deeper(known: Any) -> None:
    known.wrote("rare", ended=NOW)
    for number in range(store.LOOKED_AT + 5):
        known.wrote(f"other{number}", ended=NOW + number * HOUR / 20)
    assert [write.at for write in known.facts("rare").writes] == [NOW]


def test_airflow_says_what_succeeded(known: Any) -> None:
    story = known.wrote("orders", state="running")
    assert known.facts("orders").writes == ()
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy import select

    ti_id = known.session.scalar(select(TaskInstance.id).where(TaskInstance.run_id == story.run_id))
    set_state(known.session, ti_id, "success")
    assert [write.job for write in known.facts("orders").writes] == []
    # The record said that it failed; with one that said success it counts as soon as Airflow says so.
    other = known.wrote("items", state="success")
    ti_id = known.session.scalar(select(TaskInstance.id).where(TaskInstance.run_id == other.run_id))
    from airflow_lineage_provider.store.ingest import RUN

    known.session.execute(RUN.update().where(RUN.c.ti_id == ti_id).values(state="running"))
    assert [write.job for write in known.facts("items").writes] == ["shop.load"]


def test_runs_of_other_producers_count_when_they_ended_well(known: Any) -> None:
    known.told(
        event(10, outputs=[told("orders", rows=5)]),
        event(20, Phase.FAIL, "r2", outputs=[told("orders", rows=6)]),
        event(30, Phase.START, "r3", outputs=[told("orders", rows=7)]),
    )
    (write,) = known.facts("orders").writes
    assert (write.at, write.rows, write.job, write.nominal_at) == (at(10), 5, "orders", None)


def test_the_nominal_time_of_another_producer_is_asked_for_where_latency_is_promised(known: Any) -> None:
    facet = {
        "nominalTime": {"nominalStartTime": "2026-06-15T10:00:00Z", "nominalEndTime": "2026-06-15T11:00:00Z"}
    }
    known.told(
        event(10, run_facets=facet, outputs=[told("orders")]),
        event(10, run="r2", run_facets=facet, outputs=[told("items")]),
    )
    known.contract("orders", slaProperties=[{"property": "latency", "value": 2, "unit": "h"}])
    orders, items = known.scope("orders", "items").datasets[::-1]
    assert orders.dataset == dataset("orders")
    assert orders.writes[0].nominal_at == datetime(2026, 6, 15, 11, tzinfo=UTC)
    assert items.writes[0].nominal_at is None


def test_what_another_producer_says_of_a_task_is_no_write_of_it(known: Any) -> None:
    known.wrote("other")
    from airflow_lineage_provider.model.openlineage.event import JobRef

    known.told(event(10, job=JobRef("default", "shop.load"), outputs=[told("orders")]))
    assert known.facts("orders").writes == ()
    known.told(event(10, run="r9", job=SPARK, outputs=[told("orders")]))
    assert len(known.facts("orders").writes) == 1


OUTPUTS = st.lists(
    st.tuples(
        st.just(1),
        st.integers(1, 50),
        st.just(1),
        st.sampled_from([None, 1, 2, 3]),
        st.integers(-1, 2),
        st.integers(0, 5).map(lambda seconds: NOW + timedelta(seconds=seconds)),
        st.one_of(st.none(), st.integers(0, 9)),
        st.none(),
        st.none(),
        st.just(False),
    ),
    max_size=12,
    unique_by=lambda output: output[RUN_ID],
)


@given(OUTPUTS, st.randoms())
def test_writes_are_the_same_in_whatever_order_they_come(outputs: list[Output], chance: Any) -> None:
    shuffled = list(outputs)
    chance.shuffle(shuffled)
    merged = merged_writes(outputs)
    assert merged_writes(shuffled) == merged
    assert len(merged) == len({occasion(output) for output in outputs})
    assert [write[AT] for write in merged] == sorted((write[AT] for write in merged), reverse=True)
    for write in merged:
        parts: dict[int, Output] = {}
        for output in sorted(outputs, key=age):
            if occasion(output) == occasion(write):
                parts[output[MAP_INDEX]] = output
        counts = [part[ROWS] for part in parts.values()]
        assert write[ROWS] == (
            None if None in counts else sum(count for count in counts if count is not None)
        )
