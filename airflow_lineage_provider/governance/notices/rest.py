"""When what failed is tried again: after a minute, then after twice as long each time."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime, timedelta

FIRST, LONGEST = timedelta(minutes=1), timedelta(hours=1)


class Rests:
    """Rests of things that failed, by a key of any kind."""

    def __init__(self) -> None:
        self._failed: dict[Hashable, tuple[int, datetime]] = {}
        """How often in a row, and the end of the rest."""

    @property
    def has_any(self) -> bool:
        """Whether something failed the last time that it was tried."""
        return bool(self._failed)

    def is_resting(self, key: Hashable, now: datetime) -> bool:
        return key in self._failed and now < self._failed[key][1]

    def note_failure(self, key: Hashable, now: datetime) -> None:
        times = self._failed[key][0] if key in self._failed else 0
        rest = min(FIRST * 2 ** min(times, 10), LONGEST)
        self._failed[key] = (times + 1, now + rest)

    def forget(self, key: Hashable) -> None:
        """It worked."""
        self._failed.pop(key, None)
