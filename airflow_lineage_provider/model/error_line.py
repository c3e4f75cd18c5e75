"""What is said of an error in one line."""

from __future__ import annotations


def first_line(error: object) -> str:
    """The first line of what an error says: databases add the statement and its values below it."""
    return next(iter(str(error).splitlines()), "")


def error_line(error: BaseException) -> str:
    """``Type: first line``."""
    return f"{type(error).__name__}: {first_line(error)}"
