"""One difference between two versions of a contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from airflow_lineage_provider.contracts.property_tree import mappings


class Impact(StrEnum):
    """Part of a version number that a change takes, mildest first."""

    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"


@dataclass(frozen=True, slots=True)
class ContractChange:
    """One difference."""

    kind: str
    """Kebab-case: ``column-removed``, ``type-narrowed``, ``owner-removed``, ``sla-loosened`` ..."""
    path: str
    """Where: ``schema[orders].properties[id]``."""
    was: Any
    now: Any
    impact: Impact
    message: str
    """One sentence for people."""

    def to_wire(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "path": self.path,
            "was": self.was,
            "now": self.now,
            "impact": self.impact.value,
            "message": self.message,
        }


def major(kind: str, path: str, was: Any, now: Any, message: str) -> ContractChange:
    """Build a change that promises less than before."""
    return ContractChange(kind, path, was, now, Impact.MAJOR, message)


def minor(kind: str, path: str, was: Any, now: Any, message: str) -> ContractChange:
    """Build a change that promises more, or something else that breaks nobody."""
    return ContractChange(kind, path, was, now, Impact.MINOR, message)


def patch(kind: str, path: str, was: Any, now: Any, message: str) -> ContractChange:
    """Build a change that promises the same."""
    return ContractChange(kind, path, was, now, Impact.PATCH, message)


def other_keys(
    old: Mapping[str, Any], new: Mapping[str, Any], told: frozenset[str], path: str, what: str
) -> list[ContractChange]:
    """One change for all keys whose values differ and that nothing else tells of."""
    keys = [
        key
        for key in sorted(old.keys() | new.keys())
        if key not in told and not _are_equal(old.get(key), new.get(key))
    ]
    if not keys:
        return []
    was, now = ({key: _brief(side.get(key)) for key in keys} for side in (old, new))
    return [patch("metadata-changed", path, was, now, f"{what} has another {', '.join(keys)}")]


def without_custom(holder: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """A holder whose custom properties are without some that something else tells of."""
    custom = [
        entry
        for entry in mappings(holder.get("customProperties"))
        if str(entry.get("property") or "").strip().casefold() not in names
    ]
    return {
        **{key: value for key, value in holder.items() if key != "customProperties"},
        "customProperties": custom,
    }


def _are_equal(old: Any, new: Any) -> bool:
    return (old == new and isinstance(old, bool) == isinstance(new, bool)) or (not old and not new)


def _brief(value: Any) -> Any:
    """Lists and mappings may be long, and whoever wants them has both versions."""
    return value if value is None or isinstance(value, str | int | float | bool) else "..."
