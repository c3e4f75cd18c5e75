"""What a finding does to whoever asked."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """Level of a rule, mildest first."""

    OFF = "off"
    OBSERVE = "observe"
    WARN = "warn"
    BLOCK = "block"

    @property
    def rank(self) -> int:
        """0 (off) to 3 (block)."""
        return _RANKS[self]

    def at_most(self, ceiling: Level) -> Level:
        """The milder of the two."""
        return self if self.rank <= ceiling.rank else ceiling

    def at_least(self, floor: Level) -> Level:
        """The stricter of the two."""
        return self if self.rank >= floor.rank else floor


_RANKS = {level: rank for rank, level in enumerate(Level)}
"""Looked up for each rule and dataset."""
