"""Text that ``sqlite3`` and ``duckdb`` read: SQL with commands between the lines that start with a dot."""

from __future__ import annotations

from collections.abc import Iterator


def dot_commands(text: str) -> Iterator[tuple[str, str]]:
    """SQL and the dot command behind it, either of which may be empty."""
    lines: list[str] = []
    in_statement = False
    for line in text.split("\n"):
        if line.startswith(".") and not in_statement:
            yield "\n".join(lines), line
            lines = []
            continue
        lines.append(line)
        if line.strip():
            in_statement = not line.rstrip().endswith(";")
    yield "\n".join(lines), ""
