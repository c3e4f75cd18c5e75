"""What one run did otherwise than another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.attempt import SUCCESS_STATES
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.masking import NOTHING, ShownChange, hidden_columns, show_changes
from airflow_lineage_provider.store.run_datasets import RunDataset
from airflow_lineage_provider.store.run_detail import RunDetail, read_details
from airflow_lineage_provider.store.run_refs import RunRef, UnknownRun, ref_of, run_query
from airflow_lineage_provider.store.run_statements import RunStatement

NEAREST = 200
"""Runs next to a run, by row id, among which the one before it is looked for: ids are given as records arrive."""

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class NumberChange:
    """A number in both runs."""

    before: float | None
    after: float | None
    ratio: float | None
    """``after / before``; ``None`` where one is not known, or there was nothing before."""

    @classmethod
    def of(cls, before: float | None, after: float | None) -> NumberChange:
        is_comparable = before is not None and after is not None and before > 0
        return cls(before, after, round(after / before, 4) if is_comparable else None)  # type: ignore[operator]


@dataclass(frozen=True, slots=True)
class DatasetName:
    """A dataset that only one of the runs touched."""

    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class DatasetChange:
    """A dataset that both runs touched on the same side."""

    direction: str
    namespace: str
    name: str
    state_before: str
    state_after: str
    rows: NumberChange
    bytes: NumberChange
    partitions: NumberChange
    columns: tuple[ShownChange, ...] | None
    """``None``: of one of the runs the columns are not known."""


@dataclass(frozen=True, slots=True)
class RunDiff:
    """From ``before`` to ``after``."""

    before: RunRef
    after: RunRef
    duration: NumberChange
    """Seconds."""
    inputs_added: tuple[DatasetName, ...]
    inputs_removed: tuple[DatasetName, ...]
    outputs_added: tuple[DatasetName, ...]
    outputs_removed: tuple[DatasetName, ...]
    datasets: tuple[DatasetChange, ...]
    """All that both touched, changed or not."""
    statements_added: tuple[RunStatement, ...]
    statements_removed: tuple[RunStatement, ...]

    @property
    def is_same(self) -> bool:
        """Both did the same with the same; how long it took and how much it was does not count."""
        return not (
            self.inputs_added
            or self.inputs_removed
            or self.outputs_added
            or self.outputs_removed
            or self.statements_added
            or self.statements_removed
            or any(entry.columns for entry in self.datasets)
        )


def diff_runs(before: RunRef, after: RunRef, access: Access, *, session: Session) -> RunDiff:
    """Compare two runs that the reader may see."""
    return diff_pairs([(before, after)], access, session=session)[0]


def diff_pairs(pairs: Sequence[tuple[RunRef, RunRef]], access: Access, *, session: Session) -> list[RunDiff]:
    """Compare the runs of each pair, which the reader may see, at the price of one."""
    if not pairs:
        return []
    details = read_details([run for pair in pairs for run in pair], access, session=session)
    touched = {entry.dataset_id for detail in details for entry in detail.raw}
    hidden = hidden_columns(touched, access, session=session)
    return [_diff(was, now, hidden) for was, now in zip(details[::2], details[1::2], strict=True)]


def _diff(was: RunDetail, now: RunDetail, hidden: Mapping[int, frozenset[str]]) -> RunDiff:
    inputs = _sides(was, now, Direction.INPUT)
    outputs = _sides(was, now, Direction.OUTPUT)
    statements_before = {entry.fingerprint: entry for entry in was.statements if entry.is_executed}
    statements_after = {entry.fingerprint: entry for entry in now.statements if entry.is_executed}
    # A statement that is masked on one side is masked on the other: both touch what the statement touches.
    return RunDiff(
        before=was.run,
        after=now.run,
        duration=NumberChange.of(was.run.duration, now.run.duration),
        inputs_added=_names(_only(inputs[1], inputs[0])),
        inputs_removed=_names(_only(inputs[0], inputs[1])),
        outputs_added=_names(_only(outputs[1], outputs[0])),
        outputs_removed=_names(_only(outputs[0], outputs[1])),
        datasets=(*_changes(*inputs, hidden), *_changes(*outputs, hidden)),
        statements_added=tuple(_only(statements_after, statements_before)),
        statements_removed=tuple(_only(statements_before, statements_after)),
    )


def previous_run(run: RunRef, access: Access, *, ended_well: bool = False, session: Session) -> RunRef:
    """The newest earlier run of the same job (and map index); the reader may see both or none.

    :param ended_well: only runs that succeeded.
    :raises UnknownRun: there is none.
    """
    query = run_query().where(RUN.c.job_id == run.job_id, RUN.c.map_index == run.map_index)
    if ended_well:
        query = query.where(RUN.c.state.in_(SUCCESS_STATES))
    # Records arrive in any order, but not in an order of weeks: what is before is next to it.
    below = query.where(RUN.c.id < run.id).order_by(RUN.c.id.desc()).limit(NEAREST)
    above = query.where(RUN.c.id > run.id).order_by(RUN.c.id).limit(NEAREST)
    found = [ref_of(row) for part in (below, above) for row in session.execute(part)]
    earlier = [other for other in found if _order(other) < _order(run)]
    if not earlier:
        which = "that succeeded " if ended_well else ""
        raise UnknownRun(f"no run {which}is known before run {run.id} of {run.job_name}")
    return max(earlier, key=_order)


def _order(run: RunRef) -> tuple[object, int]:
    return (run.started_at or run.recorded_at, run.id)


def _sides(
    before: RunDetail, after: RunDetail, direction: Direction
) -> tuple[dict[int, RunDataset], dict[int, RunDataset]]:
    was, now = (
        {entry.dataset_id: entry for entry in detail.raw if entry.direction is direction}
        for detail in (before, after)
    )
    return was, now


def _only(these: Mapping[K, V], those: Mapping[K, V]) -> list[V]:
    return [value for key, value in these.items() if key not in those]


def _names(entries: Sequence[RunDataset]) -> tuple[DatasetName, ...]:
    return tuple(DatasetName(entry.namespace, entry.name) for entry in entries)


def _changes(
    before: Mapping[int, RunDataset], after: Mapping[int, RunDataset], hidden: Mapping[int, frozenset[str]]
) -> list[DatasetChange]:
    both = [(before[key], entry) for key, entry in after.items() if key in before]
    return [_change(was, now, hidden.get(now.dataset_id, NOTHING)) for was, now in both]


def _change(was: RunDataset, now: RunDataset, hidden: frozenset[str]) -> DatasetChange:
    return DatasetChange(
        direction=now.direction.value,
        namespace=now.namespace,
        name=now.name,
        state_before=was.state,
        state_after=now.state,
        rows=NumberChange.of(was.rows, now.rows),
        bytes=NumberChange.of(was.bytes, now.bytes),
        partitions=NumberChange.of(was.partition_count, now.partition_count),
        columns=show_changes(was.columns, now.columns, hidden) if was.columns and now.columns else None,
    )
