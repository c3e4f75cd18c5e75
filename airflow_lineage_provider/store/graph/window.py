"""The time an answer is about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam


@dataclass(frozen=True, slots=True)
class Window:
    """Edges known at a moment, edges still alive at another; ``None`` is no limit."""

    as_of: datetime | None = None
    """First seen then or before."""
    since: datetime | None = None
    """Last seen then or after."""

    @property
    def values(self) -> dict[str, datetime]:
        """Parameters of the conditions."""
        limits = {"as_of": self.as_of, "since": self.since}
        return {name: moment for name, moment in limits.items() if moment is not None}


def in_window(table: Table, limits: Collection[str]) -> list[Any]:
    """What the rows of a table with ``first_seen`` and ``last_seen`` must fulfil.

    :param limits: which values the window has; they are given as parameters when the statement is run.
    """
    found: list[Any] = []
    if "as_of" in limits:
        found.append(table.c.first_seen <= bindparam("as_of"))
    if "since" in limits:
        found.append(table.c.last_seen >= bindparam("since"))
    return found
