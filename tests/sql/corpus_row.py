"""One statement of the corpus."""

from __future__ import annotations

Row = tuple[str, str, str, str, str, str, str, str | None]
"""(dialect, sql, kind, inputs, outputs, input locations, output locations, columns)."""


def row(
    dialect: str,
    sql: str,
    kind: str,
    read: str = "",
    wrote: str = "",
    from_: str = "",
    to: str = "",
    columns: str | None = "",
) -> Row:
    """Names are dotted and separated by spaces.

    :param columns: ``t.c <- s.a:IDENTITY s.b:FILTER; ...``, where ``*`` after the kind stands for masked; none where
        no column is followed, ``None`` where the page about SQL says that what comes of it is wrong.
    """
    return (dialect, sql, kind, read, wrote, from_, to, columns)
