"""What was observed of a dataset's columns against what its contract promises.

The consumer's query is the old reader: it knows the promise, and meets what is there now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from airflow_lineage_provider.contracts.column_match import Match, match_columns
from airflow_lineage_provider.contracts.column_rename import renamed
from airflow_lineage_provider.contracts.promise import ColumnPromise, Promise
from airflow_lineage_provider.contracts.type_promise import FINE, TypeVerdict, judge_type, judge_types
from airflow_lineage_provider.model.io_entry import Column


class ChangeKind(StrEnum):
    """How a column differs from its promise."""

    MISSING = "missing"
    RENAMED = "renamed"
    """Gone, and a new one looks like it."""
    TYPE_CHANGED = "type_changed"
    """Other kind of value."""
    WIDENED = "widened"
    """Holds values that the promised type does not."""
    NARROWED = "narrowed"
    """Holds only some of the values of the promised type: whoever reads is safe."""
    UNDECLARED = "undeclared"
    NULLABLE = "nullable"
    KEY_LOOSENED = "key_loosened"
    TYPE_UNKNOWN = "type_unknown"
    NULLABILITY_UNKNOWN = "nullability_unknown"
    DEPRECATED_GONE = "deprecated_gone"


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """One difference."""

    kind: ChangeKind
    column: str
    """As the contract names it; an undeclared one as it was observed."""
    was: str | None
    """What is promised."""
    now: str | None
    """What was observed."""
    message: str
    is_certain: bool = True


_OF_VERDICT = {
    TypeVerdict.CHANGED: ChangeKind.TYPE_CHANGED,
    TypeVerdict.WIDENED: ChangeKind.WIDENED,
    TypeVerdict.NARROWED: ChangeKind.NARROWED,
    TypeVerdict.UNKNOWN: ChangeKind.TYPE_UNKNOWN,
}


def compare(promise: Promise, columns: Sequence[Column], dialect: str | None) -> tuple[ColumnChange, ...]:
    """Compare a promise with columns that were observed; in the order of the contract, undeclared columns last.

    :param dialect: sqlglot dialect of the dataset; ``None`` where it is no table or is not known.

    What was not observed (a type, a nullability, what is nested in a column) breaks nothing. The order of columns
    means nothing. At most one change is told of a column's type and one of its nulls.
    """
    matched = match_columns(promise, columns, dialect)
    changes: list[ColumnChange] = []
    pair = renamed(matched, dialect)
    shown: set[str | None] = set()
    for match in matched.pairs:
        if match.column is not None:
            found = _changes(match, match.column, dialect)
            if all(change.kind not in _OF_VERDICT.values() for change in found):
                shown.add(match.promised.name)
            changes += found
        elif match.is_hidden:
            above = match.promised.parent
            if above in shown:
                shown.discard(above)
                changes.append(_hidden(above))
        elif pair is not None and match.promised is pair[0]:
            changes.append(_renamed(pair[0], pair[1]))
        else:
            changes.append(_missing(match.promised))
    for column in matched.undeclared:
        if pair is None or column is not pair[1]:
            changes.append(_undeclared(column))
    return tuple(changes)


def _changes(match: Match, column: Column, dialect: str | None) -> list[ColumnChange]:
    promised = match.promised
    changes: list[ColumnChange] = []
    if match.is_read and match.type is None and match.has_nested:
        # An element that is known by what is nested in it only.
        verdict = FINE
    elif match.is_read:
        verdict = judge_types(promised, match.type, dialect, is_outer=match.has_nested)
    else:
        verdict = judge_type(promised, column.type, dialect, is_outer=match.has_nested)
    kind = _OF_VERDICT.get(verdict.verdict)
    if kind is not None:
        was, now = _type(promised), column.type
        changes.append(
            ColumnChange(kind, promised.name, was, now, f"column {promised.name} {verdict.explain(was, now)}")
        )
    if (nulls := _nulls(promised, column)) is not None:
        changes.append(nulls)
    return changes


def _nulls(promised: ColumnPromise, column: Column) -> ColumnChange | None:
    is_key = promised.key_position is not None or (promised.is_unique and promised.is_required)
    if not (is_key or promised.is_required) or column.nullable is False:
        return None
    was = "key" if is_key else "required"
    what = "part of the primary key" if promised.key_position is not None else "unique and required"
    what = what if is_key else "required"
    name = promised.name
    if column.nullable is None:
        return ColumnChange(
            ChangeKind.NULLABILITY_UNKNOWN, name, was, None,
            f"column {name} is {what}; whether it may be null was not observed",
        )  # fmt: skip
    return ColumnChange(
        ChangeKind.KEY_LOOSENED if is_key else ChangeKind.NULLABLE, name, was, "nullable",
        f"column {name} is {what} and may be null now",
    )  # fmt: skip


def _missing(promised: ColumnPromise) -> ColumnChange:
    kind = ChangeKind.DEPRECATED_GONE if promised.is_deprecated else ChangeKind.MISSING
    note = ", as its deprecation announced" if promised.is_deprecated else ""
    return ColumnChange(kind, promised.name, _type(promised), None, f"column {promised.name} is gone{note}")


def _renamed(promised: ColumnPromise, column: Column) -> ColumnChange:
    return ColumnChange(
        ChangeKind.RENAMED, promised.name, promised.name, column.name,
        f"column {promised.name} is gone; renamed to {column.name}?", is_certain=False,
    )  # fmt: skip


def _hidden(column: str | None) -> ColumnChange:
    return ColumnChange(
        ChangeKind.TYPE_UNKNOWN, str(column), None, None,
        f"column {column} was observed, but not what the contract promises inside it",
    )  # fmt: skip


def _undeclared(column: Column) -> ColumnChange:
    return ColumnChange(
        ChangeKind.UNDECLARED, column.name, None, column.type, f"column {column.name} is not in the contract"
    )  # fmt: skip


def _type(promised: ColumnPromise) -> str | None:
    return promised.physical_type or promised.logical_type
