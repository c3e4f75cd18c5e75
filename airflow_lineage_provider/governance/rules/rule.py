"""What a rule is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from airflow_lineage_provider.governance.facts import DatasetFacts, ScopeFacts
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules.comparison import Comparisons
from airflow_lineage_provider.governance.rules.option import Option
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level


class Severity(StrEnum):
    """How bad a violation is where nobody configured the rule."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def level(self) -> Level:
        """Level it has with an asker that may block."""
        return _LEVELS[self]


_LEVELS = {Severity.INFO: Level.OBSERVE, Severity.WARNING: Level.WARN, Severity.ERROR: Level.BLOCK}


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong, and what to do about it."""

    message: str
    """One sentence; names what was expected and what was found."""
    fix: str
    subject: str = ""
    """What of the dataset: a column, a contract id, a task. Part of the finding's key, so it must not vary with time."""
    result: Result = Result.FAIL
    """``unknown`` where a detail is not known: shown, never blocking."""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """JSON values that the message rests on."""
    dataset: DatasetId | None = None
    """Only from :class:`ScopeRule`: the dataset it is about, if any."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When is judged, and the rule's own options."""

    now: datetime
    """UTC."""
    options: Mapping[str, Any] = field(default_factory=dict)
    comparisons: Comparisons = field(default_factory=Comparisons)
    """Of the whole judging: rules about columns share them."""


class _Described(Protocol):
    @property
    def id(self) -> str:
        """One of ``model.rule_id.RULE_IDS``."""
        ...

    @property
    def title(self) -> str:
        """What the rule demands, in a few words."""
        ...

    @property
    def severity(self) -> Severity: ...

    @property
    def is_of_dag(self) -> bool:
        """Whether it is about what one DAG does with a dataset, not about the dataset itself."""
        ...

    @property
    def options(self) -> tuple[Option, ...]:
        """What may be configured of it."""
        ...

    @property
    def is_timed(self) -> bool:
        """Whether it may say something else of the same facts within one day (UTC)."""
        ...

    @property
    def is_on_request(self) -> bool:
        """Whether a DAG is held against it only where somebody asks for that DAG, or configures the rule there."""
        ...


class RuleDefaults:
    """What most rules are. Base of each rule."""

    is_of_dag: bool = False
    options: tuple[Option, ...] = ()
    is_timed: bool = False
    is_on_request: bool = False


class DatasetRule(_Described, Protocol):
    """A question about one dataset. An instance in ``RULES``, a class in a file of its own."""

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterable[Violation]:
        """Yield what is wrong; nothing if all is well."""
        ...


class ScopeRule(_Described, Protocol):
    """A question about all that was asked at once: contracts that bind to nothing, no upstream at all."""

    def check_scope(self, scope: ScopeFacts, moment: Moment) -> Iterable[Violation]:
        """Yield what is wrong; nothing if all is well."""
        ...


Rule = DatasetRule | ScopeRule
