"""Answers that are kept for some seconds, for what many ask often."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Answers by what was asked. Whoever asks while somebody reads the same waits for that answer.

    :param seconds: how long an answer is given again.
    :param most: so many answers are kept; with more, all are forgotten.
    """

    def __init__(self, seconds: float, most: int) -> None:
        self.seconds = seconds
        self._most = most
        self._lock = threading.Lock()
        self._answers: dict[Hashable, _Answer[T]] = {}

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """The answer that is kept, else what is read now. What ``read`` raises is raised, and nothing is kept."""
        with self._lock:
            answer = self._answers.get(key)
            if answer is None:
                if len(self._answers) >= self._most:
                    self._answers.clear()
                answer = self._answers[key] = _Answer()
        with answer.lock:
            if not answer.value or time.monotonic() >= answer.until:
                answer.value = [read()]
                answer.until = time.monotonic() + self.seconds
            return answer.value[0]

    def clear(self) -> None:
        """Forget all; what is being read at this moment is not kept."""
        with self._lock:
            self._answers.clear()


class _Answer(Generic[T]):
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.value: list[T] = []
        """One, or none as long as nothing was read."""
        self.until = 0.0
