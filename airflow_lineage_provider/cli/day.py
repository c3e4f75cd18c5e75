"""Days on the command line."""

from __future__ import annotations

from datetime import date

from airflow_lineage_provider.cli.command import CommandError
from airflow_lineage_provider.model.day import day_of


def read_day(text: str | None, option: str) -> date | None:
    """Day of a text like ``2026-06-30``. Raises :class:`CommandError`."""
    if text is None:
        return None
    if (day := day_of(text)) is not None:
        return day
    raise CommandError(f"{option} is {text!r}; it must be a day like 2026-06-30, of the years 1970 to 8999.")
