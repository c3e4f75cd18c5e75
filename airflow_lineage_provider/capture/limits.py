"""Time and size limits of capture: what does not fit is left out by name."""

from __future__ import annotations

import json
import time
from typing import Any

_DROP_FIRST = ("job_facets", "run_facets", "observed")


class TimeBudget:
    """A deadline that the steps of one capture share."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._deadline = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._deadline - time.monotonic())

    @property
    def is_over(self) -> bool:
        return self.left <= 0


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def fit(wire: dict[str, Any], limit: int) -> dict[str, Any]:
    """Make a segment fit into ``limit`` bytes; what is dropped is named in its ``truncated``.

    Facets go first, then observed columns, then facets and columns of inputs and outputs, then the longest
    statements, then the last of the inputs and outputs: what names a dataset stays longest.
    """
    if _size(wire) <= limit:
        return wire
    wire = dict(wire)
    named: list[str] = list(wire.get("truncated", []))

    def note(what: str) -> None:
        named.append(f"{what}, record is limited to {limit} bytes")
        wire["truncated"] = named

    if "packages" in wire.get("context", {}):
        wire["context"] = {key: value for key, value in wire["context"].items() if key != "packages"}
        note("context.packages left out")
    for part in _DROP_FIRST:
        if _size(wire) <= limit:
            return wire
        if part in wire:
            del wire[part]
            note(f"{part} left out")
    for direction in ("inputs", "outputs"):
        if _size(wire) > limit and any(
            entry.keys() & {"facets", "columns"} for entry in wire.get(direction, [])
        ):
            wire[direction] = [
                {key: value for key, value in entry.items() if key not in ("facets", "columns")}
                for entry in wire[direction]
            ]
            note(f"{direction}: facets and columns left out")
    if _size(wire) > limit and (statements := wire.get("statements")):
        kept, room = [], limit - _size({**wire, "statements": []}) - 200
        for statement in sorted(statements, key=lambda entry: len(entry["sql"])):
            room -= _size(statement) + 2
            if room < 0:
                break
            kept.append(id(statement))
        wire["statements"] = [statement for statement in statements if id(statement) in kept]
        note(f"statements: {len(statements) - len(kept)} left out")
    for direction in ("inputs", "outputs"):
        if _size(wire) > limit and (entries := wire.get(direction)):
            room, kept_entries = (limit - _size({**wire, direction: []}) - 200) // 2, []
            for entry in entries:
                room -= _size(entry) + 2
                if room < 0:
                    break
                kept_entries.append(entry)
            wire[direction] = kept_entries
            note(f"{direction}: {len(entries) - len(kept_entries)} left out")
    if _size(wire) > limit:
        keep = ("v", "kind", "outcome", "ti_id", "awaits")
        wire = {key: wire[key] for key in keep if key in wire}
        note("everything left out")
    return wire


def _length(statement: Any) -> int:
    # What is no statement is named later, when it is masked.
    sql = statement.get("sql") if isinstance(statement, dict) else None
    return len(sql) if isinstance(sql, str) else 0


def without_oversized(wire: dict[str, Any], limit: int) -> dict[str, Any]:
    """Leave out, by their length alone, statements that cannot fit together: shortest stay.

    Masking and measuring a text of 60 MB takes seconds; that it is too long is known at once.
    """
    statements = wire.get("statements")
    if not statements or sum(map(_length, statements)) <= limit:
        return wire
    kept: set[int] = set()
    room = limit
    for position, entry in sorted(enumerate(statements), key=lambda item: _length(item[1])):
        room -= _length(entry)
        if room < 0:
            break
        kept.add(position)
    left_out = f"statements: {len(statements) - len(kept)} left out, record is limited to {limit} bytes"
    return {
        **wire,
        "statements": [entry for position, entry in enumerate(statements) if position in kept],
        "truncated": [*wire.get("truncated", []), left_out],
    }
