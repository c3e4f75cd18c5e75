"""Moments in JSON, and in parameters."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import HTTPException, status


def moment(at: datetime | None) -> str | None:
    """``2026-06-15T12:00:00.000000Z``."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def given_moment(at: datetime | None, name: str) -> datetime | None:
    """A moment that was asked for; without a zone it is UTC.

    :raises HTTPException: 400 where it lies beyond the calendar.
    """
    if at is None:
        return None
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, f"{name} is beyond the calendar") from None
