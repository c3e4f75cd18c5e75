"""How much one call may read: time that is checked on the way, and counts."""

from __future__ import annotations

from time import monotonic

DEFAULT_SECONDS = 5.0

MOST_STATEMENTS = 1_000
"""Statements of one call."""

MOST_EDGES = 20_000
"""Column edges of one statement."""

MOST_EDGES_OF_CALL = 100_000

MOST_COLUMNS = 2_000
"""Columns of one relation; a star over wider ones doubles them with each join."""

MOST_SOURCES = 200
"""Sources kept for one output column; statements beyond that are generated and read by nobody."""


class OutOfTime(Exception):
    """The call's time is over; the message says what it was."""


class Budget:
    """What is left for one call of ``parse_scripts``."""

    def __init__(self, seconds: float = DEFAULT_SECONDS) -> None:
        self.seconds = seconds
        self.edges_left = MOST_EDGES_OF_CALL
        self.statements_left = MOST_STATEMENTS
        self.was_over = False
        self._end = monotonic() + seconds

    def is_over(self, grace: float = 0.0) -> bool:
        """Say whether the time is over, with ``grace`` as a part of it on top."""
        over = monotonic() > self._end + self.seconds * grace
        self.was_over = self.was_over or over
        return over

    def check(self) -> None:
        """Raise OutOfTime when the time is over."""
        if self.is_over():
            raise OutOfTime(self.message())

    def end(self) -> None:
        """Leave no grace either."""
        self.was_over = True
        self._end = monotonic() - self.seconds - 1

    def message(self) -> str:
        return f"no time left of {self.seconds:g} s"
