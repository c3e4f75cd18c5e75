"""Words that columns are classified with, as contracts, schemas and tags write them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

EACH = "*"
"""Stands for each column: the dataset itself is classified."""
LONGEST_WORD = 200

_UNTRUE = frozenset({"false", "no", "0", "none", ""})
_DEEPEST = 20

Words = dict[str, frozenset[str]]
"""Column (or ``EACH``), its nested ones with dots, to words; all in lower case, for no two systems write them alike."""


class FieldWords(NamedTuple):
    """What a list of fields says."""

    words: Words
    explicit: frozenset[str]
    """Columns with a ``classification`` of their own."""


NO_WORDS = FieldWords({}, frozenset())


def words_of_fields(fields: Any) -> FieldWords:
    """Words of the properties of a contract, or of the fields of a schema facet, with what is nested in them."""
    found: dict[str, set[str]] = {}
    explicit: set[str] = set()
    for column, words, is_explicit in _fields(fields, (), 0):
        if words:
            found.setdefault(column, set()).update(words)
        if is_explicit:
            explicit.add(column)
    return FieldWords(_frozen(found), frozenset(explicit))


def words_of_tags(facet: Any) -> Words:
    """Words of an OpenLineage tags facet: ``{"tags": [{"key", "value", "field"?}]}``, of the dataset or a column."""
    found: dict[str, set[str]] = {}
    for tag in _dicts(facet.get("tags") if isinstance(facet, dict) else None):
        key, value, field = (
            str(tag.get(name) or "").strip().casefold() for name in ("key", "value", "field")
        )
        if value not in _UNTRUE:
            found.setdefault(field or EACH, set()).update(
                word for word in (key, value) if 0 < len(word) <= LONGEST_WORD
            )
    return _frozen(found)


def words_of_schemas(contract: Any) -> dict[str, FieldWords]:
    """Words by the name of the schema object in a contract."""
    schemas = _dicts(contract.get("schema") if isinstance(contract, dict) else None)
    return {str(item.get("name")): words_of_fields(item.get("properties")) for item in schemas}


def around(column: str) -> Iterator[str]:
    """The column, and those that it is nested in: their types show it."""
    parts = column.split(".")
    for end in range(1, len(parts) + 1):
        yield ".".join(parts[:end])


def _fields(fields: Any, above: tuple[str, ...], depth: int) -> Iterator[tuple[str, set[str], bool]]:
    """(column, words, whether it has a classification)."""
    if depth >= _DEEPEST:
        return
    for entry in _dicts(fields):
        classification = entry.get("classification")
        tags = entry.get("tags")
        texts = [classification, *(tags if isinstance(tags, list) else ())]
        words = {text.strip().casefold() for text in texts if isinstance(text, str)}
        words |= words_of_tags({"tags": tags}).get(EACH, frozenset())
        words = {word for word in words if 0 < len(word) <= LONGEST_WORD}
        is_explicit = isinstance(classification, str) and bool(classification.strip())
        # A database knows the physical name; both are taken for the column itself.
        names = [name for name in (entry.get("physicalName"), entry.get("name")) if isinstance(name, str)]
        for name in names:
            yield ".".join((*above, name)).casefold(), words, is_explicit
        if not names:
            continue
        yield from _fields(entry.get("properties") or entry.get("fields"), (*above, names[0]), depth + 1)
        if isinstance(items := entry.get("items"), dict):
            yield from _fields([{**items, "name": names[0], "physicalName": None}], above, depth + 1)


def _frozen(found: dict[str, set[str]]) -> Words:
    return {column: frozenset(words) for column, words in found.items() if words}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
