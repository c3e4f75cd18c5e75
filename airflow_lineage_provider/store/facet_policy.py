"""Which facets are kept, and without what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_lineage_provider.sql.redaction import redact_literals

_DROPPED = frozenset({"environmentVariables", "unknownSourceAttribute", "sourceCode", "errorMessage"})
"""They carry secrets, code or stack traces with values in them."""


def kept_facets(facets: Mapping[str, Any]) -> dict[str, Any]:
    """Facets fit to be stored: SQL in them without literals, the dangerous ones gone."""
    kept = {}
    for name, body in facets.items():
        if name in _DROPPED or not isinstance(body, dict) or len(name) > 128:
            continue
        kept[name] = {
            key: redact_literals(value) if key in ("query", "sql") and isinstance(value, str) else value
            for key, value in body.items()
            if key not in ("_deleted",)
        }
    return kept
