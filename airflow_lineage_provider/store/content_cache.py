"""What was read from contents that never change, by their hash."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from itertools import count
from typing import Generic, TypeVar

MOST_KEPT = 20_000
"""Contents of each kind. Where there are more contracts than that, each look at all of them reads all of them."""

V = TypeVar("V")


_put = count()
_last_put = 0


def contents_read() -> int:
    """How many contents were ever read into caches by this process, about."""
    return _last_put


class ContentCache(Generic[V]):
    """A bounded dictionary for threads; it forgets all at once, for what is used is soon read again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: dict[Hashable, V] = {}

    def get(self, content_hash: Hashable) -> V | None:
        with self._lock:
            return self._read.get(content_hash)

    def put(self, content_hash: Hashable, read: V) -> V:
        with self._lock:
            if len(self._read) >= MOST_KEPT:
                self._read.clear()
            self._read[content_hash] = read
        global _last_put
        _last_put = next(_put)
        return read
