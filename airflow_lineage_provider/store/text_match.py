"""Text compared in whatever letters, wildcards standing for themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, func, or_

EXACT, PREFIX, NAME, NAMESPACE = range(4)
"""How well something fits, best first."""


def contains(column: Any, text: str) -> ColumnElement[bool]:
    """Whether a column contains ``text`` in whatever letters; wildcards in it stand for themselves."""
    return _either(lambda part, lowered: lowered.contains(part, autoescape=True), column, text)


def starts_with(column: Any, text: str) -> ColumnElement[bool]:
    """Whether a column starts with ``text`` in whatever letters."""
    return _either(lambda part, lowered: lowered.startswith(part, autoescape=True), column, text)


def equals(column: Any, text: str) -> ColumnElement[bool]:
    """Whether a column is ``text`` in whatever letters."""
    return _either(lambda part, lowered: lowered == part, column, text)


def _either(
    compare: Callable[[str, Any], ColumnElement[bool]], column: Any, text: str
) -> ColumnElement[bool]:
    # SQLite lowers ASCII alone, so that other letters are also tried as they were written, and as capitals.
    lowered = func.lower(column)
    if text.isascii():
        return compare(text.lower(), lowered)
    return or_(
        compare(text.lower(), lowered), compare(text.upper(), func.upper(column)), compare(text, column)
    )
