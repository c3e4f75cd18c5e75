"""What JSON can be kept by every database: bounded in depth, with characters and numbers that exist."""

from __future__ import annotations

import math
from typing import Any

from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.model.openlineage.fields import InvalidEvent, joined

MAX_EVENT_DEPTH = 100
"""Objects and lists inside each other; plans of Spark nest deep."""


def storable_json(document: dict[str, Any]) -> bytes:
    """Canonical JSON of a document. Raises ``InvalidEvent`` for what no database takes, with its place."""
    try:
        body = canonical_json(document)
    except RecursionError:
        raise InvalidEvent("event", f"must not nest more than {MAX_EVENT_DEPTH} deep") from None
    except (TypeError, ValueError):
        _check_values(document)
        raise InvalidEvent("event", "must be JSON") from None
    _check_depth(document)
    # Both are rare, and the place is only looked for where there is something to find.
    if b"\\u0000" in body or not _is_unicode(body):
        _check_values(document)
    return body


def _is_unicode(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _check_depth(document: dict[str, Any]) -> None:
    level: list[Any] = [document]
    for _ in range(MAX_EVENT_DEPTH):
        level = [
            child
            for container in level
            for child in (container.values() if isinstance(container, dict) else container)
            if isinstance(child, dict | list)
        ]
        if not level:
            return
    raise InvalidEvent("event", f"must not nest more than {MAX_EVENT_DEPTH} deep")


def _check_values(document: dict[str, Any]) -> None:
    """Find the value that is wrong; iterative, for it may be hostile."""
    stack: list[tuple[Any, str, int]] = [(document, "", 0)]
    while stack:
        value, path, depth = stack.pop()
        if isinstance(value, str):
            _check_text(value, path)
        elif isinstance(value, float) and not math.isfinite(value):
            raise InvalidEvent(path, "must be a finite number")
        elif depth > MAX_EVENT_DEPTH:
            raise InvalidEvent("event", f"must not nest more than {MAX_EVENT_DEPTH} deep")
        elif isinstance(value, dict):
            for key, child in value.items():
                place = joined(path, str(key))
                _check_text(str(key), place)
                stack.append((child, place, depth + 1))
        elif isinstance(value, list):
            stack.extend((child, f"{path}[{index}]", depth + 1) for index, child in enumerate(value))


def _check_text(text: str, path: str) -> None:
    if "\0" in text:
        raise InvalidEvent(path, "must not hold a NUL character")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidEvent(path, "must not hold half a surrogate pair")
