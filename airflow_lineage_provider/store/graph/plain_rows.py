"""Tens of thousands of rows as the driver has them: SQLAlchemy's own cost as much as reading them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session


def plain_rows(query: Select[Any], values: Mapping[str, Any], *, session: Session) -> Sequence[Sequence[Any]]:
    """Every row of a query; numbers and text are what they are, anything else is what the driver makes of it."""
    result = session.connection().execute(query, values)
    try:
        return result.cursor.fetchall()  # type: ignore[union-attr]
    finally:
        result.close()
