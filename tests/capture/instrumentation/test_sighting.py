from __future__ import annotations

from copy import deepcopy

from hypothesis import given, strategies as st

from airflow_lineage_provider.capture.instrumentation.observer import Observer
from airflow_lineage_provider.capture.instrumentation.sighting import AFTER, Act, Detail, Trace
from airflow_lineage_provider.model.io_entry import Column

ACTS = st.lists(st.sampled_from(Act), max_size=12)
COUNTS = st.none() | st.integers(0, 1_000)
DETAILS = st.builds(
    Detail,
    format=st.none() | st.sampled_from(["csv", "parquet"]),
    rows=COUNTS,
    bytes=COUNTS,
    columns=st.none() | st.just((Column("a", "int64"),)),
)


def traced(acts: list[Act]) -> int:
    trace = 0
    for act in acts:
        trace = AFTER[act][trace]
    return trace


@given(ACTS)
def test_a_name_is_an_input_iff_it_was_read_while_it_was_not_the_tasks_own(acts: list[Act]) -> None:
    own = read = False
    for act in acts:
        read = read or (act in (Act.READ, Act.UPDATE) and not own)
        own = act is not Act.DELETE and (own or act is not Act.READ)
    assert bool(traced(acts) & Trace.INPUT) == read


@given(ACTS)
def test_a_name_is_an_output_iff_the_last_thing_done_to_it_but_reading_was_writing(acts: list[Act]) -> None:
    done = [act for act in acts if act is not Act.READ]
    assert bool(traced(acts) & Trace.OUTPUT) == bool(done and done[-1] is not Act.DELETE)


@given(ACTS)
def test_what_is_there_is_neither_gone_nor_dropped(acts: list[Act]) -> None:
    trace = traced(acts)
    assert not (trace & Trace.OUTPUT and trace & (Trace.GONE | Trace.DROPPED))
    assert AFTER[acts[-1]][trace] == trace if acts else trace == 0


@given(DETAILS, DETAILS)
def test_merging_details_loses_nothing_and_counts_do_not_depend_on_the_order(
    one: Detail, other: Detail
) -> None:
    left, right = deepcopy(one), deepcopy(other)
    left.merge(other)
    right.merge(one)
    for name in ("rows", "bytes"):
        known = [value for detail in (one, other) if (value := getattr(detail, name)) is not None]
        assert getattr(left, name) == getattr(right, name) == max(known, default=None)
    assert (left.columns is None) == (one.columns is None and other.columns is None)
    assert left.format in (one.format, other.format)


@given(st.lists(st.tuples(st.sampled_from(Act), st.sampled_from(["/d/a", "/d/b", "/e/c"])), max_size=20))
def test_each_name_has_the_trace_of_its_own_acts(steps: list[tuple[Act, str]]) -> None:
    observer = Observer()
    for act, name in steps:
        observer.saw(act, name)
    for name in {name for _, name in steps}:
        assert observer.traces[name] == traced([act for act, other in steps if other == name])
