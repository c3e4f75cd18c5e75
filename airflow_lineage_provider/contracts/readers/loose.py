"""Values of a file that somebody else's tool wrote: taken where they are what they should be, passed over elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MAX_TEXT = 10_000


def mapping(value: Any) -> Mapping[str, Any]:
    """The mapping itself, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: Any) -> Sequence[Any]:
    """The list itself, or an empty one."""
    return value if isinstance(value, list) else ()


def text(value: Any) -> str | None:
    """A text without blanks around it and without what no database stores; ``None`` where there is none."""
    if not isinstance(value, str):
        return None
    kept = "".join(
        "\ufffd" if letter == "\0" or "\ud800" <= letter <= "\udfff" else letter for letter in value
    )
    return kept.strip()[:MAX_TEXT] or None


def word(value: Any) -> str | None:
    """A text, or a number written as one."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return text(value)


def storable(value: Any, depth: int = 0) -> bool:
    """Whether a JSON value can stand in a stored contract as it is."""
    if depth > 8:
        return False
    if isinstance(value, str):
        return text(value) == value.strip()
    if isinstance(value, bool) or value is None:
        return True
    if isinstance(value, int):
        return abs(value) < 2**63
    if isinstance(value, float):
        return value - value == 0
    if isinstance(value, list):
        return all(storable(item, depth + 1) for item in value)
    return isinstance(value, dict) and all(
        storable(key) and storable(item, depth + 1) for key, item in value.items()
    )
