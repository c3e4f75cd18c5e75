"""Facts as JSON values, to be kept with the verdict that rests on them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from airflow_lineage_provider.governance.facts import DatasetFacts


def record_of(facts: DatasetFacts) -> Mapping[str, Any]:
    """All that was known about a dataset; what is empty is left out."""
    found = plain(facts)
    return found if isinstance(found, dict) else {}


def plain(value: Any) -> Any:
    """JSON value of facts and of what is in them."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON knows no infinity
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        return {name: part for name, part in parts.items() if part not in (None, "", [], {})}
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        parts_of = [plain(part) for part in value]
        return sorted(parts_of, key=repr) if isinstance(value, set | frozenset) else parts_of
    return str(value)
