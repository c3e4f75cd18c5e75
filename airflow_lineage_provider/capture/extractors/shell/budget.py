"""How many commands are followed, and for how long."""

from __future__ import annotations

import time

from airflow_lineage_provider.capture.extractors.shell.limits import MOST_COMMANDS, MOST_SCRIPT_FILES, SECONDS


class BudgetSpent(Exception):
    """There is too much to follow. The message says what was too much."""


class Budget:
    """What is left. Time is that of the processor: a busy machine leaves no more out."""

    def __init__(self) -> None:
        self._commands = 0
        self._files = 0
        self._deadline: float | None = None

    def spend(self, commands: int) -> None:
        """Count commands. Raises :class:`BudgetSpent`."""
        now = time.thread_time()
        if self._deadline is None:
            self._deadline = now + SECONDS
        self._commands += commands
        if self._commands > MOST_COMMANDS:
            raise BudgetSpent(f"commands beyond the first {MOST_COMMANDS}")
        if now > self._deadline:
            raise BudgetSpent(f"what could not be followed in {SECONDS} s")

    def may_open(self) -> bool:
        """Whether one more script file may be read."""
        self._files += 1
        return self._files <= MOST_SCRIPT_FILES
