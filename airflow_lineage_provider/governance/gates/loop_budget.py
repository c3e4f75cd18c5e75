"""How long the gate may take of one loop of the scheduler."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

SECONDS = 3.0
"""Fifteen times what the 20 runs that a loop starts may need by the bar of 10 ms each."""


class LoopBudget:
    """Time spent in one transaction of the scheduler: all runs that one loop starts are started in one."""

    def __init__(self, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._loop: weakref.ref[Any] | None = None
        self._spent = 0.0
        self.has_no_tables = False
        """Whether our own tables could not be written in this loop."""
        self.are_grants_held = False
        """Whether another scheduler holds break-glass grants: it does until its own loop ends."""

    def enter(self, transaction: object) -> bool:
        """Begin anew where this is another transaction than that of the run before. Returns whether it is."""
        is_another = self._loop is None or self._loop() is not transaction
        if is_another:
            self._loop = weakref.ref(transaction)
            self._spent = 0.0
            self.has_no_tables = self.are_grants_held = False
        return is_another

    @property
    def is_spent(self) -> bool:
        return self._spent >= self._seconds

    @contextmanager
    def spending(self) -> Iterator[None]:
        """What is done inside takes of it."""
        began = self._clock()
        try:
            yield
        finally:
            self._spent += self._clock() - began
