"""Whether one pair of globs matches all that another pair matches."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fnmatch import translate
from functools import lru_cache

_WILD = re.compile(r"\[!?\]?[^\]]*\]|[*?]")
_UNKNOWN = "\0"
"""Stands for what a wildcard matches: no letter of a pattern."""


@dataclass(frozen=True, slots=True)
class _Later:
    namespace: Callable[[str], object]
    name: Callable[[str], object]
    window: tuple[date, date]
    number: int


class Cover:
    """Patterns of the lines below one.

    Only patterns whose wildcards are all ``*`` are asked whether they cover another: of ``?`` and ``[ab]`` that is
    hard to tell, and a warning that is not given does no harm.
    """

    def __init__(self) -> None:
        self._later: dict[str, list[_Later]] = {}
        """By the name's part before its first wildcard."""

    def add(self, namespace: str, name: str, window: tuple[date, date], number: int) -> None:
        if not any(letter in pattern for pattern in (namespace, name) for letter in "?["):
            later = _Later(_matcher(namespace), _matcher(name), window, number)
            self._later.setdefault(name.partition("*")[0], []).append(later)

    def covering(self, namespace: str, name: str, window: tuple[date, date]) -> int | None:
        """The last line whose pattern matches whatever this one does, on all its days."""
        example, place = _WILD.sub(_UNKNOWN, name), _WILD.sub(_UNKNOWN, namespace)
        found = [
            later.number
            for end in range(len(example) + 1)
            for later in self._later.get(example[:end], ())
            if later.window[0] <= window[0]
            and window[1] <= later.window[1]
            and later.name(example)
            and later.namespace(place)
        ]
        return max(found, default=None)


@lru_cache(maxsize=64)
def _matcher(glob: str) -> Callable[[str], object]:
    return re.compile(translate(glob)).match
