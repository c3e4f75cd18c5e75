"""Many values, some at a time: a statement takes only so many, and a transaction should not take long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

Values = TypeVar("Values", bound=Sequence[object])


def parts(values: Values, size: int) -> Iterator[Values]:
    """Slices of at most ``size`` values, in order; none of nothing."""
    for start in range(0, len(values), size):
        yield values[start : start + size]  # type: ignore[misc]
