"""Which side of a task a dataset stands on, and what happened to it."""

from __future__ import annotations

from enum import StrEnum


class Direction(StrEnum):
    """Seen from the task."""

    INPUT = "input"
    OUTPUT = "output"


class IoState(StrEnum):
    """What became of an input or output of one attempt."""

    READ = "read"
    UPDATED = "updated"
    ATTEMPTED = "attempted"
    """The attempt failed: the output may or may not have changed, nobody may count on it."""
