"""What a rule is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from airflow_lineage_provider.governance.facts import DatasetFacts


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong with a dataset, and what to do about it."""

    message: str
    fix: str


class Rule(Protocol):
    """One question about one dataset. A rule is a module-level value of a file of its own."""

    @property
    def id(self) -> str:
        """Kebab-case; configuration and findings name the rule by it, so it never changes."""
        ...

    @property
    def title(self) -> str:
        """What the rule demands, in a few words."""
        ...

    def check(self, facts: DatasetFacts) -> Violation | None:
        """Return what is wrong, or ``None``."""
        ...
