"""Who is told of which findings, as ``[lineage_provider] notifiers`` says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from airflow_lineage_provider.store.untold_findings import Untold


@dataclass(frozen=True, slots=True)
class Route:
    """One notifier, and what it is to be told of."""

    name: str
    """Its class and its place in the list: one class may be there twice."""
    class_path: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    owners: tuple[str, ...] = ()
    """Globs; none means all, ``""`` those without an owner."""
    rules: tuple[str, ...] = ()
    """Globs."""
    levels: tuple[str, ...] = ()

    def takes(self, found: Untold) -> bool:
        """Whether it is to be told of a finding."""
        return (
            _is_match(self.owners, found.owner or "")
            and _is_match(self.rules, found.rule)
            and (not self.levels or found.level in self.levels)
        )

    def takes_runs(self, owner: str | None) -> bool:
        """Whether it is to be told of blocked runs of a DAG. Who is to know of some rules alone is not."""
        return (
            _is_match(self.owners, owner or "")
            and not self.rules
            and (not self.levels or "block" in self.levels)
        )


def routes_of(entries: Sequence[Mapping[str, Any]]) -> tuple[Route, ...]:
    """Routes of the configuration."""
    return tuple(
        Route(
            name=f"{entry['class']} (notifier {number})",
            class_path=entry["class"],
            kwargs=entry.get("kwargs", {}),
            owners=_words(entry.get("owners")),
            rules=_words(entry.get("rules")),
            levels=_words(entry.get("levels")),
        )
        for number, entry in enumerate(entries, 1)
    )


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _is_match(globs: Sequence[str], value: str) -> bool:
    return not globs or any(fnmatchcase(value, glob) and bool(glob) == bool(value) for glob in globs)
