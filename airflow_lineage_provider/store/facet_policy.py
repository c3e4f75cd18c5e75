"""Which facets are kept, and without what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from airflow_lineage_provider.model.dataset_id import DatasetId, safe_dataset_id, strip_credentials_in
from airflow_lineage_provider.model.error_text import clean_message
from airflow_lineage_provider.sql.redaction import redact_literals

_DROPPED = frozenset(
    {
        "environmentVariables", "unknownSourceAttribute", "sourceCode", "errorMessage",
        "toldOwners", "qualityChecks",
    }
)  # fmt: skip
"""They carry secrets, code or stack traces with values in them, or have the name of a facet that we make ourselves."""
_CHECKS = frozenset({"assertions", "tests"})
_VALUES_OF_CHECKS = frozenset({"expected", "actual", "params"})
"""Of one quality check: they may hold data. Of ``params`` what names table and column stays."""
_NAMES_OF_CHECKS = ("tested_table", "tested_column")
_SQL_KEYS = frozenset({"query", "sql", "statement", "queries", "statements", "command"})
_LOOKS_LIKE_SQL = re.compile(
    r"\b(select\b.+\bfrom|insert\s+into|update\b.+\bset|delete\s+from|merge\s+into|create\s+\w+|where)\b",
    re.IGNORECASE | re.DOTALL,
)
_MESSAGE_KEYS = frozenset({"errorMessage", "stackTrace", "error", "message"})
_WORDED_KEYS = _SQL_KEYS | _MESSAGE_KEYS
_KEPT_PLAIN = 16_384
_MOST_REMEMBERED = 500
"""Characters of a text that is remembered."""
_plain: dict[str, None] = {}
"""Texts in which there is nothing to clean under an ordinary key; what holds a secret is never remembered."""
_plain_names: dict[tuple[str, str], None] = {}
"""The same of namespaces with names."""
MAX_NAME = 128
MAX_DEPTH = 20
_ABOVE_FACETS = 5
"""Levels of an event that its facets stand below."""


def kept_facets(facets: Mapping[str, Any]) -> dict[str, Any]:
    """Facets fit to be stored: SQL in them without literals, URLs without credentials, the dangerous ones gone."""
    return {
        name: _clean(body, name, 0)
        for name, body in facets.items()
        if name not in _DROPPED and isinstance(body, dict) and len(name) <= MAX_NAME
    }


def kept_event(document: Mapping[str, Any]) -> dict[str, Any]:
    """An OpenLineage event fit to be stored: as :func:`kept_facets` does, wherever in it."""
    return {name: _clean(part, name, -_ABOVE_FACETS) for name, part in document.items()}


def _clean(value: Any, key: str, depth: int) -> Any:
    """Providers put SQL under many names, also inside of JSON texts: what looks like SQL is taken for it."""
    if isinstance(value, str):
        return value if value in _plain and key not in _WORDED_KEYS else _clean_text(value, key)
    if depth >= MAX_DEPTH:
        return None
    if isinstance(value, dict):
        cleaned = {
            name: part
            if type(part) is str and part in _plain and name not in _WORDED_KEYS
            else _clean(part, str(name), depth + 1)
            for name, part in (_without_values(value) if key in _CHECKS else value).items()
            if name not in _DROPPED
        }
        namespace, name = value.get("namespace"), value.get("name")
        if isinstance(namespace, str) and isinstance(name, str):
            # What names a dataset or a job is neither SQL nor a text with addresses in it.
            if (namespace, name) in _plain_names:
                cleaned["namespace"], cleaned["name"] = namespace, name
            else:
                safe = safe_dataset_id(namespace, name)
                cleaned["namespace"], cleaned["name"] = safe.namespace, safe.name
                if safe == DatasetId(namespace, name):
                    _remember(_plain_names, (namespace, name), len(namespace) + len(name))
        return cleaned
    if isinstance(value, list):
        return [_clean(part, key, depth + 1) for part in value]
    return value


def _without_values(check: dict[str, Any]) -> dict[str, Any]:
    """A quality check as it is kept: its SQL is cleaned as any other, what it compared is not kept."""
    kept = {name: part for name, part in check.items() if name not in _VALUES_OF_CHECKS}
    params = check.get("params")
    names = {
        name: params[name]
        for name in _NAMES_OF_CHECKS
        if isinstance(params, dict) and isinstance(params.get(name), str)
    }
    if isinstance(kept.get("content"), str):
        kept["content"] = redact_literals(kept["content"])
    return {**kept, "params": names} if names else kept


def _clean_text(text: str, key: str) -> str:
    if key in _MESSAGE_KEYS:
        return clean_message(text)
    if key in _SQL_KEYS or (len(text) > 10 and _LOOKS_LIKE_SQL.search(text)):
        return redact_literals(text)
    cleaned = strip_credentials_in(text)
    if cleaned == text:
        _remember(_plain, text, len(text))
    return cleaned


def _remember(plain: dict[Any, None], value: Any, length: int) -> None:
    if length <= _MOST_REMEMBERED:
        if len(plain) >= _KEPT_PLAIN:
            plain.clear()
        plain[value] = None
