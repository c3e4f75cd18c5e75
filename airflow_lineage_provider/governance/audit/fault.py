"""Something about the chain that is not as it was sealed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from airflow_lineage_provider.model.canonical import content_hash


class Problem(StrEnum):
    """Kind of a fault."""

    CHANGED = "changed"
    """A field of an entry, or its hash, is another one now."""
    PAYLOAD = "payload"
    """The payload does not match its hash."""
    EMPTIED = "emptied"
    """The payload is gone, and no purge tells of it."""
    MOVED = "moved"
    """The entry was sealed in another place."""
    MISSING = "missing"
    UNLINKED = "unlinked"
    """The entry does not follow the one before it: one of the two was made anew."""
    HEAD = "head"
    """The row that names the end of the chain names another end, or is gone."""
    CHECKPOINT = "checkpoint"
    """A checkpoint that was kept elsewhere knows another chain."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    :ivar seq: place of the first entry that it is about; ``None`` where it is about none.
    :ivar mark: SHA-256 of what was found: a fault that was accepted is accepted as it was then.
    """

    seq: int | None
    problem: Problem
    detail: str
    mark: str

    @property
    def order(self) -> tuple[bool, int]:
        """Sorts by place, what has none at the end."""
        return self.seq is None, self.seq or 0

    def to_wire(self) -> dict[str, Any]:
        return {"seq": self.seq, "problem": self.problem.value, "detail": self.detail, "mark": self.mark}


def fault(seq: int | None, problem: Problem, detail: str, *found: object) -> Fault:
    """A fault, marked with what was found."""
    return Fault(seq, problem, detail, content_hash([problem.value, *map(str, found)]))
