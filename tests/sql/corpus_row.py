"""One statement of the corpus."""

from __future__ import annotations

Row = tuple[str, str, str, str, str, str, str]
"""(dialect, sql, kind, inputs, outputs, input locations, output locations)."""


def row(
    dialect: str, sql: str, kind: str, read: str = "", wrote: str = "", from_: str = "", to: str = ""
) -> Row:
    """Names are dotted and separated by spaces."""
    return (dialect, sql, kind, read, wrote, from_, to)
