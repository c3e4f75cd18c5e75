"""Days as people write them."""

from __future__ import annotations

import re
from datetime import date

_DAY = re.compile(r"(?:19[7-9]\d|[2-8]\d{3})-\d\d-\d\d")


def day_of(text: str) -> date | None:
    """Day of a text like ``2026-06-30``, of the years 1970 to 8999; ``None`` of any other text.

    Other years are mistakes, and the last ones have no moment in every time zone.
    """
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
