"""Whatever happened and whatever is kept how long: what must stay stays, and a second clean finds nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from tests.databases import empty
from tests.store.retention.history import TODAY, History

MANY = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NAMES = ("t", "u", "v")


@dataclass(frozen=True)
class Told:
    """A run of the history."""

    days_ago: int
    task_id: str
    state: str
    outputs: tuple[str, ...]
    columns: tuple[str, ...]
    facet: int
    is_open: bool


TOLD = st.builds(
    Told,
    days_ago=st.integers(0, 200),
    task_id=st.sampled_from(("load", "copy")),
    state=st.sampled_from(("success", "failed")),
    outputs=st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple),
    columns=st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple),
    facet=st.integers(0, 4),
    is_open=st.sampled_from((False, False, False, True)),
)


@MANY
@given(
    told=st.lists(TOLD, min_size=1, max_size=14),
    runs=st.sampled_from((None, 1, 50, 150)),
    schemas=st.sampled_from((None, 1, 50)),
    last_runs=st.integers(1, 3),
)
def test_what_must_stay_stays(
    committed: Any, told: list[Told], runs: int | None, schemas: int | None, last_runs: int
) -> None:
    empty(committed)
    history = History(committed)
    by_job: dict[str, list[tuple[int, int, Told]]] = defaultdict(list)
    for number, each in enumerate(told):
        run_id = history.run(
            each.days_ago,
            each.task_id,
            state=each.state,
            outputs=each.outputs,
            columns=each.columns,
            facet={"number": each.facet},
            is_open=each.is_open,
        )
        by_job[each.task_id].append((-each.days_ago, number, each))
        assert run_id == number + 1 or committed.dialect.name != "sqlite"
    ids = history.ids()
    kept_tables = ("lineage_edge", "lineage_column_edge", "lineage_dataset", "lineage_job")
    before = history.snapshot(*kept_tables)
    current = [row for row in history.rows("lineage_dataset_schema") if row.valid_to is None]
    ages: dict[str, float] = {"runs": runs} if runs is not None else {}
    if schemas is not None:
        ages["schemas"] = schemas

    counted = history.count(last_runs=last_runs, **ages)
    assert counted == history.clean(last_runs=last_runs, **ages)
    assert history.clean(last_runs=last_runs, **ages) == {}

    left = set(history.ids())
    assert len(ids) - len(left) == counted.get("runs", 0)
    assert history.snapshot(*kept_tables) == before
    assert history.dangling() == []
    assert current == [row for row in history.rows("lineage_dataset_schema") if row.valid_to is None]
    for runs_of_job in by_job.values():
        newest_first = sorted(runs_of_job, key=lambda each: each[:2], reverse=True)
        must_stay = {number for _, number, _ in newest_first[:last_runs]}
        must_stay.update(next(([number] for _, number, each in newest_first if each.state == "success"), []))
        must_stay.update(number for _, number, each in newest_first if each.is_open)
        if runs is not None:
            must_stay.update(number for _, number, each in newest_first if each.days_ago < runs)
        else:
            must_stay.update(number for _, number, _ in newest_first)
        assert {ids[number] for number in must_stay} <= left
    named = {row.last_run_id for row in history.rows("lineage_edge")}
    versions = {row.run_id for row in history.rows("lineage_dataset_schema")}
    for row in history.rows("lineage_run"):
        assert (
            row.recorded_at >= TODAY - timedelta(days=runs if runs is not None else 10**4)
            or row.id in named | versions
            or row.id == ids[-1]
            or row.id in _stays(by_job, ids, last_runs)
        ), "a run is kept for no reason"


def _stays(by_job: Any, ids: list[int], last_runs: int) -> set[int]:
    found = set()
    for runs_of_job in by_job.values():
        newest_first = sorted(runs_of_job, key=lambda each: each[:2], reverse=True)
        found.update(ids[number] for _, number, _ in newest_first[:last_runs])
        found.update(ids[number] for _, number, each in newest_first if each.is_open)
        success = [number for _, number, each in newest_first if each.state == "success"]
        found.update(ids[number] for number in success[:1])
    return found
