"""Changes of columns as a line of text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow_lineage_provider.store.masking import ShownChange, ShownColumn

_SIGNS = {"added": "+", "removed": "-", "type_changed": "~", "changed": "~", "moved": "↕"}


def change_lines(changes: Iterable[ShownChange]) -> list[str]:
    """``+ name text``, ``- name text``, ``~ name int -> bigint``, ``↕ name 3 -> 1`` (positions from 1)."""
    return [f"{_SIGNS[change.kind]} {change.name} {_what(change)}".rstrip() for change in changes]


def _what(change: ShownChange) -> str:
    before, after = change.before, change.after
    if change.kind == "moved":
        return f"{(change.position_before or 0) + 1} -> {(change.position_after or 0) + 1}"
    if before is None or after is None:
        return (after or before).type or "" if (after or before) else ""  # type: ignore[union-attr]
    if change.kind == "type_changed":
        return f"{before.type or '?'} -> {after.type or '?'}"
    return ", ".join(_parts(before, after))


def _parts(before: ShownColumn, after: ShownColumn) -> Iterable[str]:
    if before.nullable != after.nullable:
        yield f"nullable {before.nullable} -> {after.nullable}"
    if before.description != after.description:
        yield "description changed"
