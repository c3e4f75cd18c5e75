"""Columns as a reader may see them: a sensitive one keeps its place and loses everything else."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.schema_diff import ColumnChange, diff_columns
from airflow_lineage_provider.store.sensitive_columns import sensitive_columns

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column; masked ones have no name."""

    name: str | None
    type: str | None = None
    nullable: bool | None = None
    description: str | None = None
    is_masked: bool = False


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A change of a column; of a masked one only that it happened, and where."""

    kind: str
    name: str | None
    before: ShownColumn | None
    after: ShownColumn | None
    position_before: int | None
    position_after: int | None
    is_masked: bool = False


def hidden_columns(
    dataset_ids: Collection[int], access: Access, *, session: Session
) -> dict[int, frozenset[str]]:
    """Columns that this reader may not see, by dataset id; to be asked with ``in``."""
    return {} if access.has_sensitive else sensitive_columns(dataset_ids, session=session)


def show_columns(columns: Sequence[Column], hidden: frozenset[str]) -> tuple[ShownColumn, ...]:
    """Columns as they are shown to somebody who may not see ``hidden``."""
    return tuple(_show(column, hidden) for column in columns)


def show_changes(
    before: Sequence[Column], after: Sequence[Column], hidden: frozenset[str]
) -> tuple[ShownChange, ...]:
    """Changes from one list of columns to another."""
    return tuple(_show_change(change, hidden) for change in diff_columns(before, after))


def _show(column: Column, hidden: frozenset[str]) -> ShownColumn:
    if column.name in hidden:
        return ShownColumn(None, is_masked=True)
    return ShownColumn(column.name, column.type, column.nullable, column.description)


def _show_change(change: ColumnChange, hidden: frozenset[str]) -> ShownChange:
    is_masked = change.name in hidden
    return ShownChange(
        change.kind.value,
        None if is_masked else change.name,
        _show(change.before, hidden) if change.before else None,
        _show(change.after, hidden) if change.after else None,
        change.position_before,
        change.position_after,
        is_masked,
    )
