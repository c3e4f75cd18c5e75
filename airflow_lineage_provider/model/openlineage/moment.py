"""The time of an event, as producers write it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from airflow_lineage_provider.model.openlineage.fields import InvalidEvent, kind_of

MAX_AHEAD = timedelta(days=1)
"""Clocks differ, and a local time without zone may be hours off; what is later would stay "the newest" for long."""
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
"""MySQL's time stamps begin here; what is earlier is a clock that was never set."""
_EXPECTED = "must be a date and time of ISO 8601, like 2026-03-01T12:00:00.000Z"
_SHOWN = 60

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,18}))?)?"
    r" ?(?:([Zz])|([+-])(\d\d)(?::?(\d\d)(?::?(\d\d))?)?)?(?:\[[\w/+\-:]{1,60}\])?",
    re.ASCII,
)
"""With what Java's ZonedDateTime adds: the name of the zone in brackets, and no seconds where they are zero."""


def read_moment(value: Any, field: str, *, now: datetime) -> datetime:
    """Time in UTC. No zone means UTC, and what is finer than microseconds is cut off. Raises ``InvalidEvent``."""
    if not isinstance(value, str):
        raise InvalidEvent(field, f"{_EXPECTED}, but it is {kind_of(value)}")
    match = _ISO.fullmatch(value.strip())
    if match is None:
        raise InvalidEvent(field, f"{_EXPECTED}, not {value[:_SHOWN]!r}")
    year, month, day, hour, minute, second, fraction, _, sign, *offset = match.groups()
    try:
        local = datetime(
            int(year),
            int(month),
            int(day),
            int(hour),
            int(minute),
            int(second or 0),
            int((fraction or "0").ljust(6, "0")[:6]),
            tzinfo=_zone(sign, *offset),
        )
        at = local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidEvent(field, f"{_EXPECTED}, not {value[:_SHOWN]!r} ({error})") from None
    if not EARLIEST <= at <= now + MAX_AHEAD:
        problem = f"must be between {EARLIEST.date()} and a day from now, but it is {at.isoformat()}"
        raise InvalidEvent(field, problem)
    return at


def _zone(sign: str | None, hours: str | None, minutes: str | None, seconds: str | None) -> timezone:
    if sign is None:
        return UTC
    ahead = timedelta(hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0))
    return timezone(ahead if sign == "+" else -ahead)
