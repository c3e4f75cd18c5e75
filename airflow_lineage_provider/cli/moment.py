"""Moments on the command line."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow_lineage_provider.cli.command import CommandError


def read_moment(text: str | None, option: str) -> datetime | None:
    """Moment of an ISO 8601 text, UTC where it names no zone. Raises :class:`CommandError`."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CommandError(f"{option} is {text!r}; it must be a time like 2026-06-15T12:00.") from None
    if not 1970 <= moment.year < 9000:
        raise CommandError(f"{option} is {text!r}; it must be between the years 1970 and 9000.")
    return moment
