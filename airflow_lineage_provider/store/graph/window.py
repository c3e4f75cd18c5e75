"""The time an answer is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table


@dataclass(frozen=True, slots=True)
class Window:
    """Edges known at a moment, edges still alive at another; ``None`` is no limit."""

    as_of: datetime | None = None
    """First seen then or before."""
    since: datetime | None = None
    """Last seen then or after."""

    def conditions(self, table: Table) -> list[Any]:
        """What the rows of a table with ``first_seen`` and ``last_seen`` must fulfil."""
        found: list[Any] = []
        if self.as_of is not None:
            found.append(table.c.first_seen <= self.as_of)
        if self.since is not None:
            found.append(table.c.last_seen >= self.since)
        return found
