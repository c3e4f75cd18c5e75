"""What one run did otherwise than another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from airflow_lineage_provider.store.run_diff import NumberChange, RunDiff, diff_runs, previous_run
from airflow_lineage_provider.store.run_refs import RunRef, UnknownRun, find_run
from tests.airflow_rows import NOW
from tests.store.chronicle import Chronicle
from tests.store.test_run_detail import VIEWER, tag_column

DAY = timedelta(days=1)


@pytest.fixture
def chronicle(db: Any) -> Chronicle:
    return Chronicle(db)


def ref(chronicle: Chronicle, run_id: int) -> RunRef:
    return find_run(str(run_id), FULL_ACCESS, session=chronicle.session)


def diff(chronicle: Chronicle, before: int, after: int, access: Access = FULL_ACCESS) -> RunDiff:
    return diff_runs(ref(chronicle, before), ref(chronicle, after), access, session=chronicle.session)


def before(chronicle: Chronicle, run_id: int, *, ended_well: bool = False) -> int:
    found = previous_run(
        ref(chronicle, run_id), FULL_ACCESS, ended_well=ended_well, session=chronicle.session
    )
    return found.id


def test_everything_that_differs_is_named(chronicle: Chronicle) -> None:
    first = chronicle.run(
        reads=("raw", "old"),
        writes=("orders", "gone"),
        columns={"orders": {"id": "int", "note": "text"}},
        rows=10,
        statements=("same", "before"),
    )
    second = chronicle.run(
        reads=("raw", "new"),
        writes=("orders",),
        columns={"orders": {"id": "bigint", "note": "text"}},
        rows=25,
        seconds=40,
        statements=("same", "after"),
        at=NOW + DAY,
    )
    found = diff(chronicle, first, second)
    assert [entry.name for entry in found.inputs_added] == ["new"]
    assert [entry.name for entry in found.inputs_removed] == ["old"]
    assert found.outputs_added == ()
    assert [entry.name for entry in found.outputs_removed] == ["gone"]
    assert [entry.fingerprint for entry in found.statements_added] == ["after"]
    assert [entry.fingerprint for entry in found.statements_removed] == ["before"]
    assert found.duration == NumberChange(10, 40, 4.0)
    changes = {(entry.direction, entry.name): entry for entry in found.datasets}
    orders = changes["output", "orders"]
    assert orders.rows == NumberChange(10, 25, 2.5)
    assert orders.columns is not None
    assert [(change.kind, change.name) for change in orders.columns] == [("type_changed", "id")]
    assert changes["input", "raw"].columns is None
    assert not found.is_same


def test_a_run_is_the_same_as_itself(chronicle: Chronicle) -> None:
    run_id = chronicle.run(reads=("a",), writes=("b",), columns={"b": {"id": "int"}}, statements=("f",))
    assert diff(chronicle, run_id, run_id).is_same


def test_a_dataset_that_goes_from_input_to_output_is_on_both_lists(chronicle: Chronicle) -> None:
    found = diff(chronicle, chronicle.run(reads=("a",)), chronicle.run(writes=("a",)))
    assert [entry.name for entry in found.inputs_removed] == ["a"]
    assert [entry.name for entry in found.outputs_added] == ["a"]


@pytest.mark.parametrize(
    ("was", "now", "ratio"), [(0, 5, None), (None, 5, None), (5, None, None), (4, 0, 0.0)]
)
def test_a_ratio_needs_something_before(was: int | None, now: int | None, ratio: float | None) -> None:
    assert NumberChange.of(was, now).ratio == ratio


def test_masked_columns_are_counted_and_not_named(chronicle: Chronicle) -> None:
    first = chronicle.run(writes=("c",), columns={"c": {"tax_no": "int"}}, statements=("x",))
    second = chronicle.run(writes=("c",), columns={"c": {"tax_no": "text"}}, statements=("y",), at=NOW + DAY)
    tag_column(chronicle, "c", "tax_no")
    found = diff(chronicle, first, second, VIEWER)
    assert "tax_no" not in str(found)
    assert "SELECT y" not in str(found)
    columns = found.datasets[0].columns
    assert columns is not None
    assert [(change.kind, change.is_masked) for change in columns] == [("type_changed", True)]
    assert [entry.fingerprint for entry in found.statements_added] == ["y"]


def test_the_run_before_is_the_newest_earlier_one_of_its_job(chronicle: Chronicle) -> None:
    first = chronicle.run(at=NOW)
    failed = chronicle.run(at=NOW + DAY, state="failed")
    chronicle.run("shop.other", at=NOW + DAY)
    last = chronicle.run(at=NOW + 2 * DAY)
    assert before(chronicle, last) == failed
    assert before(chronicle, last, ended_well=True) == first
    with pytest.raises(UnknownRun, match="no run is known before"):
        before(chronicle, first)
    with pytest.raises(UnknownRun, match="that succeeded"):
        before(chronicle, first, ended_well=True)


def test_time_and_not_arrival_says_what_is_before(chronicle: Chronicle) -> None:
    third = chronicle.run(at=NOW + 2 * DAY)
    first = chronicle.run(at=NOW)
    second = chronicle.run(at=NOW + DAY)
    assert before(chronicle, third) == second
    assert before(chronicle, second) == first


def test_a_mapped_task_is_compared_with_the_same_index(chronicle: Chronicle) -> None:
    first = chronicle.run(map_index=1)
    chronicle.run(map_index=2, at=NOW + DAY)
    second = chronicle.run(map_index=1, at=NOW + DAY)
    assert before(chronicle, second) == first
