"""Which namespaces are meant: a namespace, or with ``*`` at its end all that begin so."""

from __future__ import annotations

from collections.abc import Iterable

from airflow_lineage_provider.model.dataset_id import MAX_NAMESPACE


class InvalidPattern(ValueError):
    """A text that is no pattern; the message says why."""


def checked_pattern(text: str) -> str:
    """A pattern as given. Raises :class:`InvalidPattern`."""
    if not text.strip():
        raise InvalidPattern("a namespace must not be empty")
    if len(text) > MAX_NAMESPACE:
        raise InvalidPattern(f"a namespace has at most {MAX_NAMESPACE} characters")
    if not text.isprintable():
        raise InvalidPattern(f"{text!a} holds control characters")
    if "*" in text[:-1]:
        raise InvalidPattern(f"{text!r} has a * that is not at its end")
    return text


def is_match(namespace: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns means this namespace."""
    return any(
        namespace.startswith(pattern[:-1]) if pattern.endswith("*") else namespace == pattern
        for pattern in patterns
    )
