"""Which facets are kept, and without what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from airflow_lineage_provider.model.dataset_id import safe_dataset_id, strip_credentials_in
from airflow_lineage_provider.model.error_text import clean_message
from airflow_lineage_provider.sql.redaction import redact_literals

_DROPPED = frozenset({"environmentVariables", "unknownSourceAttribute", "sourceCode", "errorMessage"})
"""They carry secrets, code or stack traces with values in them."""
_SQL_KEYS = frozenset({"query", "sql", "statement", "queries", "statements", "command"})
_LOOKS_LIKE_SQL = re.compile(
    r"\b(select\b.+\bfrom|insert\s+into|update\b.+\bset|delete\s+from|merge\s+into|create\s+\w+|where)\b",
    re.IGNORECASE | re.DOTALL,
)
_MESSAGE_KEYS = frozenset({"errorMessage", "stackTrace", "error", "message"})
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
        if key in _MESSAGE_KEYS:
            return clean_message(value)
        if key in _SQL_KEYS or (len(value) > 10 and _LOOKS_LIKE_SQL.search(value)):
            return redact_literals(value)
        return strip_credentials_in(value)
    if depth >= MAX_DEPTH:
        return None
    if isinstance(value, dict):
        cleaned = {
            name: _clean(part, str(name), depth + 1) for name, part in value.items() if name not in _DROPPED
        }
        namespace, name = value.get("namespace"), value.get("name")
        if isinstance(namespace, str) and isinstance(name, str):
            # What names a dataset or a job is neither SQL nor a text with addresses in it.
            safe = safe_dataset_id(namespace, name)
            cleaned |= {"namespace": safe.namespace, "name": safe.name}
        return cleaned
    if isinstance(value, list):
        return [_clean(part, key, depth + 1) for part in value]
    return value
