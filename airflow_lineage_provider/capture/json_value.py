"""What a value of somebody else's is in JSON: facets hold what libraries gave, and a task must not fail of it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

_MOST_BITS = 64
"""Whole numbers beyond are sent as text: not every reader of JSON holds them, nor does Airflow's own channel."""


class NotJson(TypeError):
    """There are no words for it in JSON. The message names its class."""


def json_value(value: Any) -> Any:
    """Return a number, text, dict, list, bool or ``None`` for a value; what is inside of it is left as it is.

    :raises NotJson: it is of a class that says nothing of itself.
    """
    if isinstance(value, Enum):
        return json_value(value.value)
    if value is None or isinstance(value, bool | str | dict | list | tuple):
        return value
    if isinstance(value, int):
        return int(value) if -(2 ** (_MOST_BITS - 1)) <= value < 2**_MOST_BITS else _long(value)
    if isinstance(value, float):
        # JSON has no word for infinity, and Airflow's API refuses the whole row.
        return float(value) if value - value == 0 else None
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Set):
        return sorted(value, key=str)
    if isinstance(value, bytes | bytearray):
        return value.decode("utf-8", "replace")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta | Decimal | UUID | PurePath):
        return str(value)
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        # A scalar of NumPy's.
        item = value.item()
        if type(item) is not type(value):
            return json_value(item)
    raise NotJson(f"it holds a {type(value).__name__}, for which JSON has no word")


def _long(value: int) -> str:
    if value.bit_length() > 1024:
        raise NotJson("it holds a number of more than 300 digits")
    return str(value)
