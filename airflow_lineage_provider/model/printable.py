"""Text as one line that a log, a terminal or a mail shows as it is."""

from __future__ import annotations

_UNSHOWN = "\N{REPLACEMENT CHARACTER}"


def line_of(text: str) -> str:
    """The text in one line, with a mark for each control character.

    Names come from whoever writes data: none may start a line of its own, colour a terminal or turn the direction
    of what follows.
    """
    line = " ".join(text.split())
    return line if line.isprintable() else "".join(c if c.isprintable() else _UNSHOWN for c in line)
