"""What became of the columns of a dataset between two versions of its schema."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from airflow_lineage_provider.model.io_entry import Column


class ChangeKind(StrEnum):
    """What happened to a column."""

    ADDED = "added"
    REMOVED = "removed"
    TYPE_CHANGED = "type_changed"
    CHANGED = "changed"
    """Same type, other nullability or description."""
    MOVED = "moved"
    """Same column at another place in the order."""


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """One change of one column; positions count from 0."""

    kind: ChangeKind
    before: Column | None = None
    after: Column | None = None
    position_before: int | None = None
    position_after: int | None = None

    @property
    def name(self) -> str:
        column = self.after or self.before
        return column.name if column else ""


Key = tuple[str, int]
"""Name of a column and how often it came before: some sources repeat names."""


def diff_columns(before: Sequence[Column], after: Sequence[Column]) -> tuple[ColumnChange, ...]:
    """Changes that make ``after`` of ``before``, in the order of the columns; as few moves as possible."""
    old, new = _keyed(before), _keyed(after)
    stay = _in_order([new[key] for key in old if key in new])
    changes: list[ColumnChange] = []
    for key, position in new.items():
        column = after[position]
        if key not in old:
            changes.append(ColumnChange(ChangeKind.ADDED, None, column, None, position))
            continue
        was_at = old[key]
        was = before[was_at]
        if was != column:
            kind = ChangeKind.TYPE_CHANGED if was.type != column.type else ChangeKind.CHANGED
            changes.append(ColumnChange(kind, was, column, was_at, position))
        if position not in stay:
            changes.append(ColumnChange(ChangeKind.MOVED, was, column, was_at, position))
    removed = [
        ColumnChange(ChangeKind.REMOVED, before[position], None, position)
        for key, position in old.items()
        if key not in new
    ]
    return (*removed, *changes)


def apply_changes(before: Sequence[Column], changes: Iterable[ColumnChange]) -> list[Column]:
    """Opposite of :func:`diff_columns`."""
    rest: dict[int, Column] = dict(enumerate(before))
    placed: dict[int, Column] = {}
    for change in changes:
        if change.kind in (ChangeKind.REMOVED, ChangeKind.MOVED) and change.position_before is not None:
            rest.pop(change.position_before, None)
        if change.kind in (ChangeKind.ADDED, ChangeKind.MOVED):
            if change.after is not None and change.position_after is not None:
                placed[change.position_after] = change.after
        elif change.after is not None and change.position_before in rest:
            rest[change.position_before] = change.after
    staying = iter(rest.values())
    return [placed[at] if at in placed else next(staying) for at in range(len(placed) + len(rest))]


def _keyed(columns: Sequence[Column]) -> dict[Key, int]:
    """Position by key, in the order of the columns."""
    seen: Counter[str] = Counter()
    keyed: dict[Key, int] = {}
    for position, column in enumerate(columns):
        keyed[column.name, seen[column.name]] = position
        seen[column.name] += 1
    return keyed


def _in_order(positions: Sequence[int]) -> set[int]:
    """A longest increasing subsequence: what need not be moved."""
    ends: list[int] = []
    at: list[int] = []
    before: list[int] = [-1] * len(positions)
    for index, position in enumerate(positions):
        length = bisect_left(ends, position)
        before[index] = at[length - 1] if length else -1
        ends[length : length + 1] = [position]
        at[length : length + 1] = [index]
    found: set[int] = set()
    index = at[-1] if at else -1
    while index >= 0:
        found.add(positions[index])
        index = before[index]
    return found
