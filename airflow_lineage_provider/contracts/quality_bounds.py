"""What the operator of a quality rule allows, as an inclusive interval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

COUNTS = frozenset(
    {"rowCount", "nullValues", "missingValues", "invalidValues", "duplicateValues", "duplicateCount"}
)
"""Metrics that count, so that more than 10 is 11 and more."""
OPERATORS = (
    "mustBe", "mustNotBe", "mustBeGreaterThan", "mustBeGreaterOrEqualTo", "mustBeGreaterThanOrEqualTo",
    "mustBeLessThan", "mustBeLessOrEqualTo", "mustBeLessThanOrEqualTo", "mustBeBetween", "mustNotBeBetween",
)  # fmt: skip


class Bounds(NamedTuple):
    """Smallest and largest value that is allowed; ``None``: no limit, or none that an interval could say."""

    least: float | None = None
    most: float | None = None


def bounds_of(rule: Mapping[str, Any], metric: str | None = None) -> Bounds:
    """Interval of the operators of a rule; several narrow each other."""
    is_count = metric in COUNTS and not is_percent(rule)
    least: list[float] = []
    most: list[float] = []
    for operator in OPERATORS:
        low, high = _bounds(operator, rule.get(operator), is_count)
        least += [] if low is None else [low]
        most += [] if high is None else [high]
    return Bounds(max(least, default=None), min(most, default=None))


def is_percent(rule: Mapping[str, Any]) -> bool:
    """Whether a rule speaks of a share."""
    return str(rule.get("unit") or "").strip().lower() in ("percent", "%", "percentage")


def _bounds(operator: str, value: Any, is_count: bool) -> Bounds:
    if operator.endswith("Between"):
        ends = [_number(end) for end in value] if isinstance(value, list) else []
        if operator == "mustBeBetween" and len(ends) == 2:
            low, high = ends
            if low is not None and high is not None:
                return Bounds(min(low, high), max(low, high))
        return Bounds()
    number = _number(value)
    if number is None:
        return Bounds()
    match operator:
        case "mustBe":
            return Bounds(number, number)
        case "mustNotBe":
            # A count is never below zero.
            return Bounds(1.0 if is_count and number == 0 else None)
        case "mustBeGreaterThan":
            return Bounds(math.floor(number) + 1.0 if is_count else math.nextafter(number, math.inf))
        case "mustBeLessThan":
            return Bounds(None, math.ceil(number) - 1.0 if is_count else math.nextafter(number, -math.inf))
        case "mustBeGreaterOrEqualTo" | "mustBeGreaterThanOrEqualTo":
            return Bounds(number)
        case _:
            return Bounds(None, number)


def _number(value: Any) -> float | None:
    """A number, also as text: ``mustBe`` takes anything."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
