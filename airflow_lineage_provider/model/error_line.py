"""What is said of an error in one line."""

from __future__ import annotations

from airflow_lineage_provider.model.error_text import clean_message
from airflow_lineage_provider.model.printable import line_of


def first_line(error: object) -> str:
    """The first line of what an error says: databases add the statement and its values below it."""
    return next(iter(str(error).splitlines()), "")


def error_line(error: BaseException) -> str:
    """``Type: first line``, without the values that libraries put into it; which file it is about is told."""
    origin = getattr(error, "orig", None)
    text = clean_message(first_line(origin if isinstance(origin, BaseException) else error))
    if isinstance(error, OSError) and isinstance(error.filename, str):
        text = f"{error.strerror}: {line_of(error.filename)}"
    return f"{type(error).__name__}: {text}"
