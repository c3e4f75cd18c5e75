"""Durations as the SLA properties of contracts write them."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_UNITS = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), 0.001),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), _MINUTE),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), _HOUR),
    **dict.fromkeys(("d", "day", "days"), _DAY),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), 7 * _DAY),
    **dict.fromkeys(("mo", "mon", "month", "months"), 30 * _DAY),
    **dict.fromkeys(("q", "quarter", "quarters"), 91 * _DAY),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), 365 * _DAY),
}
"""Seconds by unit; a month has 30 days and a year 365."""
_WORDS = {
    "hourly": _HOUR, "daily": _DAY, "weekly": 7 * _DAY, "monthly": 30 * _DAY, "quarterly": 91 * _DAY,
    "yearly": 365 * _DAY, "annually": 365 * _DAY,
}  # fmt: skip
_NUMBER = r"\d{1,15}(?:[.,]\d{1,9})?"
_PLAIN = re.compile(rf"\s*(?P<number>{_NUMBER})\s*\Z")
_PART = re.compile(rf"\s*(?P<number>{_NUMBER})\s*(?P<unit>[a-z]+)\s*,?", re.IGNORECASE)
_ISO = re.compile(
    rf"P(?:(?P<y>{_NUMBER})Y)?(?:(?P<mo>{_NUMBER})M)?(?:(?P<w>{_NUMBER})W)?(?:(?P<d>{_NUMBER})D)?"
    rf"(?:T(?:(?P<h>{_NUMBER})H)?(?:(?P<m>{_NUMBER})M)?(?:(?P<s>{_NUMBER})S)?)?\Z",
    re.IGNORECASE,
)


def seconds_of(value: Any, unit: Any = None) -> float | None:
    """Read a duration: ``4`` with unit ``d``, ``"2 hours"``, ``"PT4H"``, ``"daily"``. ``None``: it is none.

    A number without a unit is none either: nobody could tell hours from days.
    """
    number = _number(value)
    if number is not None:
        factor = _UNITS.get(str(unit).strip().lower().rstrip(".")) if unit is not None else None
        return _finite(number * factor) if factor is not None else None
    text = value.strip() if isinstance(value, str) else ""
    if not 0 < len(text) <= 100:
        return None
    if (word := _WORDS.get(text.lower())) is not None:
        return float(word)
    if (match := _ISO.match(text)) is not None:
        parts = [(float(part.replace(",", ".")), name) for name, part in match.groupdict().items() if part]
        return _finite(sum(number * _UNITS[name] for number, name in parts)) if parts else None
    return _spelled(text)


def day_of(value: Any) -> date | None:
    """Read the day of an ISO date or timestamp; ``None``: it is none."""
    text = str(value).strip() if value is not None and not isinstance(value, bool | int | float) else ""
    if len(text) > 10 and text[10] not in "T ":
        return None
    try:
        return date.fromisoformat(text[:10]) if len(text) >= 10 else None
    except ValueError:
        return None


def _number(value: Any) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            return None
        return number if math.isfinite(number) and number >= 0 else None
    match = _PLAIN.match(value) if isinstance(value, str) else None
    return float(match["number"].replace(",", ".")) if match is not None else None


def _spelled(text: str) -> float | None:
    total, at = 0.0, 0
    while at < len(text):
        match = _PART.match(text, at)
        factor = _UNITS.get(match["unit"].lower()) if match is not None else None
        if match is None or factor is None:
            return None
        total += float(match["number"].replace(",", ".")) * factor
        at = match.end()
    return _finite(total)


def _finite(seconds: float) -> float | None:
    return float(seconds) if math.isfinite(seconds) else None
