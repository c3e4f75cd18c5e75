"""Types of columns as systems and contracts write them, in the form that can be compared."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from airflow_lineage_provider.model.data_type import DataType, Family
from airflow_lineage_provider.sql.dialect import dialect_named
from airflow_lineage_provider.sql.dialect_type import OWN_WORDS, data_type_of
from airflow_lineage_provider.sql.frame_type import is_frame_only, read_frame_type

LONGEST_TYPE = 10_000
"""Characters of a type that are read."""

_CONSTRAINT = re.compile(
    r"\s(?:not\s+null|null|default|collate|character\s+set|charset|primary\s+key|unique|comment|generated|"
    r"auto_increment|autoincrement|identity|zerofill|check|references|encode|options)\b",
    re.IGNORECASE,
)
"""What a column's definition says behind its type."""
_STRANGE = re.compile(r"[|;{}?!@^&~\\]|--|/\*")
_INTERVAL = re.compile(
    r"interval\s*(?:\(\d+\))?|interval\s+(?P<first>[a-z]+)\s*(?:\([\d, ]+\))?(?:\s+to\s+[a-z]+\s*(?:\(\d+\))?)?"
)
_LONG_UNITS = frozenset({"year", "quarter", "month"})
"""Intervals of these never hold days."""
_UNSIZED = re.compile(r"\w[\w ]*\Z")


def read_type(text: str | None, dialect: str | None, *, is_declared: bool = False) -> DataType | None:
    """Read a type; ``None``: there is none, or it cannot be read for certain. Never raises.

    :param dialect: sqlglot dialect; ``None``: the dataset is no table, and types are read as data frames write them.
    :param is_declared: somebody wrote it into a contract: a size that is left out is the dialect's default. Catalogs
        leave sizes out of what they show; there it is not known.
    """
    if not isinstance(text, str) or len(text) > LONGEST_TYPE:
        return None
    return _read(text.strip(), (dialect or "").strip().lower(), is_declared)


@lru_cache(maxsize=20_000)
def _read(text: str, dialect: str, is_declared: bool) -> DataType | None:
    if not text:
        return None
    try:
        dialect = (dialect_named(dialect) or "") if dialect else ""
        found = read_frame_type(text)
        if is_frame_only(text) or (not dialect and found is not None and _is_whole(found)):
            return found
        return _read_sql(_without_constraints(text), dialect, is_declared) or found
    except Exception:
        # sqlglot raises whatever its parsing methods run into on odd input.
        return None


def _read_sql(text: str, dialect: str, is_declared: bool) -> DataType | None:
    lowered = " ".join(text.lower().split())
    for words in (OWN_WORDS.get(dialect, {}), OWN_WORDS[""]):
        if lowered in words:
            return words[lowered]
    if (interval := _INTERVAL.fullmatch(lowered)) is not None:
        unit = interval["first"]
        kind = "year to month" if unit in _LONG_UNITS else "day to second"
        return DataType(Family.INTERVAL, word=None if unit is None else kind)
    if _STRANGE.search(text):
        return None
    if dialect == "tsql":
        # What the catalog says where the column says max.
        text = text.replace("(-1)", "(max)")
    elif dialect == "oracle":
        text = re.sub(r"^raw\b", "varbinary", text, flags=re.IGNORECASE)
    if dialect in ("postgres", "redshift") and re.fullmatch(r"_\w+", text):
        # Name of an array's type in PostgreSQL's catalog.
        element = _read_sql(text[1:], dialect, False)
        return DataType(Family.ARRAY, element=element) if element else None
    tree = _tree(text, dialect)
    if tree is None:
        return None
    return data_type_of(
        tree, dialect, lowered, is_declared=is_declared, is_unsized=bool(_UNSIZED.match(text))
    )


def _tree(text: str, dialect: str) -> Any:
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError

    from airflow_lineage_provider.sql.syntax import quiet_parser

    try:
        with quiet_parser():
            # Not DataType.build(): it drops what it does not understand, and VARCHAR|INT is a VARCHAR.
            return parse_one(text, read=dialect, into=exp.DataType)
    except SqlglotError:
        return None


def _is_whole(found: DataType) -> bool:
    """Whether all parts could be read."""
    parts: list[DataType | None] = []
    if found.family in (Family.ARRAY, Family.MAP):
        parts.append(found.element)
    if found.family is Family.MAP:
        parts.append(found.key)
    parts += [field.type for field in found.fields or ()]
    return all(part is not None and _is_whole(part) for part in parts)


def _without_constraints(text: str) -> str:
    for match in _CONSTRAINT.finditer(text):
        before = text[: match.start()]
        if before.count("(") == before.count(")") and before.count("<") == before.count(">"):
            return before.strip()
    return text
