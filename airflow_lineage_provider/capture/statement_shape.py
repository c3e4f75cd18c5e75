"""Which statements say the same but for their values: a thousand inserts of one row each are one insert."""

from __future__ import annotations

import re

_VALUES = re.compile(r"\bVALUES\b", re.IGNORECASE)
_INSERT = re.compile(r"\s*(?:INSERT|REPLACE|UPSERT)\b", re.IGNORECASE)
_QUERY_INSIDE = re.compile(r"\b(?:SELECT|FROM|TABLE)\b", re.IGNORECASE)
_DATA = re.compile(r"\s*(?:SELECT|UPDATE|DELETE|INSERT|WITH|MERGE)\b", re.IGNORECASE)
_SESSION = re.compile(
    r"\s*(?:(?:BEGIN|START|COMMIT|ROLLBACK|END|ABORT)(?:\s+(?:TRANSACTION|WORK|TRAN|DEFERRED|IMMEDIATE|EXCLUSIVE))*"
    r"|(?:ROLLBACK\s+(?:WORK\s+|TRANSACTION\s+)?TO|SAVEPOINT|RELEASE|SHOW|PRAGMA|DISCARD|DEALLOCATE|FETCH|CLOSE)\s[^;]*"
    r"|SET\s+(?:SESSION\s+CHARACTERISTICS|(?:SESSION\s+)?TRANSACTION|NAMES|AUTOCOMMIT|TIME\s+ZONE|SQL_MODE"
    r"|CLIENT_ENCODING|DATESTYLE)\b[^;]*)\s*;?\s*",
    re.IGNORECASE,
)
_SELECT = re.compile(r"\s*(?:SELECT|WITH)\b", re.IGNORECASE)
_WRITES = re.compile(r"\b(?:INTO|INSERT|UPDATE|DELETE|MERGE|TABLE|CALL|EXECUTE)\b|;\s*\S", re.IGNORECASE)
_CALL = re.compile(r"\b(\w+)\s*\(")
_HARMLESS = frozenset(
    {"version", "cast", "current_schema", "current_database", "database", "schema", "user", "now", "char"}
)
_READ = re.compile(r"\b(?:FROM|JOIN|USING)\s+(?:LATERAL\s+|ONLY\s+)?(\(|[^\s(),;]*)", re.IGNORECASE)
_FROM = re.compile(r"\bFROM\b", re.IGNORECASE)
_READ_MORE = re.compile(r"\bFROM\s+[^\s(),;]+(?:\s+(?:AS\s+)?[^\s(),;]+)?\s*,", re.IGNORECASE)
_MORE_BEHIND = re.compile(r"\)\s*(?:AS\s+)?(?:[^\s(),;]+\s*)?,\s*[^\s\d'(]", re.IGNORECASE)
"""Commas that may stand before one more table: after a name, and anywhere after a FROM behind a bracket."""
_SYSTEM = re.compile(
    r"\(|[\"`\[]?(?:pg_catalog[\"]?\..*|information_schema[\"`\]]?\..*|sys\..*|pg_(?:type|namespace|class|attribute|index|"
    r"constraint|roles|database|settings|description|enum|proc|stat\w*)|sqlite_(?:master|schema|temp_master|temp_schema))"
    r"[\"`\]]?\Z",
    re.IGNORECASE,
)
_TEXT = r"'(?:[^']|'')*'"
_LITERAL = re.compile(_TEXT)
_PLAIN_VALUE = re.compile(
    rf"(?P<compared>=|<|>|\bLIKE\b|\bIN\s*\()\s*{_TEXT}(?:\s*,\s*{_TEXT})*"
    rf"|(?P<name>{_TEXT}|\"[^\"]*\"|`[^`]*`|\[[^\]]*\])|(?<![\w$.])\d+(?:\.\d+)?\b",
    re.IGNORECASE,
)
"""What is quoted and not compared with may name data: it is found so that no number is looked for in it."""
MOST_READ = 20_000
"""Characters; a longer statement is its own shape."""


def shape_of(sql: str) -> str:
    """Text that equals another statement's where both differ in plain values only.

    Errs on the side of difference: a text that may name data (the file of a COPY, a path after FROM) is kept.
    """
    if len(sql) > MOST_READ or not _DATA.match(sql):
        return sql
    if (
        _INSERT.match(sql)
        and (values := _VALUES.search(sql))
        and not _QUERY_INSIDE.search(_without_texts(sql))
    ):
        return sql[: values.end()]
    return _PLAIN_VALUE.sub(_placeholder, sql)


def _placeholder(found: re.Match[str]) -> str:
    if found["name"]:
        return found[0]
    return f"{found['compared']} ?" if found["compared"] else "?"


def _without_texts(sql: str) -> str:
    """The statement with its string literals empty, as far as it is plain where they end."""
    return sql if "\\" in sql else _LITERAL.sub("''", sql)


def is_bookkeeping(sql: str) -> bool:
    """Tell whether a statement is what drivers and engines say among themselves, and names nobody's data.

    Transactions, settings, ``SELECT version()``, questions to the catalog. When in doubt it is not.
    """
    if len(sql) > MOST_READ:
        return False
    if _SESSION.fullmatch(sql):
        return True
    if not _SELECT.match(sql):
        return False
    sql = _without_texts(sql)
    if _WRITES.search(sql):
        return False
    read = _READ.findall(sql)
    if not read:
        return all(name.lower() in _HARMLESS for name in _CALL.findall(sql))
    return all(map(_SYSTEM.match, read)) and not _reads_more(sql)


def _reads_more(sql: str) -> bool:
    first = _FROM.search(sql)
    if first is None:
        return False
    return bool(_READ_MORE.search(sql, first.start()) or _MORE_BEHIND.search(sql, first.end()))
