"""What was found out."""

from __future__ import annotations

from enum import StrEnum


class Result(StrEnum):
    """Result of a finding and of a verdict."""

    PASS = "pass"  # noqa: S105 - a word of the field, no password
    WARN = "warn"
    FAIL = "fail"
    ERROR = "error"
    """It could not be judged."""
    UNKNOWN = "unknown"
    """Nothing is known to judge by. Never blocks."""
    SKIP = "skip"
    """Nobody asked for it: every rule is off."""
