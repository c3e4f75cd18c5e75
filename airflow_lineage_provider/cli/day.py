"""Days on the command line."""

from __future__ import annotations

import re
from datetime import date

from airflow_lineage_provider.cli.command import CommandError

_DAY = re.compile(r"(?:19[7-9]\d|[2-8]\d{3})-\d\d-\d\d")


def read_day(text: str | None, option: str) -> date | None:
    """Day of a text like ``2026-06-30``. Raises :class:`CommandError`."""
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise CommandError(f"{option} is {text!r}; it must be a day like 2026-06-30, of the years 1970 to 8999.")
