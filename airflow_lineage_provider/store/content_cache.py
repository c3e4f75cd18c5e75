"""What was read from contents that never change, by their hash."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

MOST_KEPT = 4_000

V = TypeVar("V")


class ContentCache(Generic[V]):
    """A bounded dictionary for threads; it forgets all at once, for what is used is soon read again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: dict[str, V] = {}

    def get(self, content_hash: str) -> V | None:
        with self._lock:
            return self._read.get(content_hash)

    def put(self, content_hash: str, read: V) -> V:
        with self._lock:
            if len(self._read) >= MOST_KEPT:
                self._read.clear()
            self._read[content_hash] = read
        return read
