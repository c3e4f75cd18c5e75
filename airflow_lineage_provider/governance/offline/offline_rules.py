"""The rules as they are asked where nothing is known of what ran: what only history could tell is unknown, never broken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import cast

from airflow_lineage_provider.governance.facts import DatasetFacts, ScopeFacts
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules import RULES
from airflow_lineage_provider.governance.rules.option import Option
from airflow_lineage_provider.governance.rules.rule import (
    DatasetRule,
    Moment,
    Rule,
    ScopeRule,
    Severity,
    Violation,
)
from airflow_lineage_provider.model.dataset_id import DatasetId

HISTORY = frozenset(
    {
        "schema-unknown", "schema-stale", "freshness-late", "latency-exceeded", "frequency-missed",
        "volume-out-of-bounds", "quality-failed", "quality-stale", "quality-missing", "declared-unused",
        "upstream-failed", "upstream-running", "upstream-unknown",
    }
)  # fmt: skip
"""Rules about what happened. Here nobody knows, whatever they find."""
ABSENCE = frozenset({"contract-missing", "owner-missing", "input-undeclared", "output-undeclared"})
"""Rules about what nobody says: where a dataset's name is in doubt, somebody may say it under another one."""


def offline_rules(doubts: Mapping[DatasetId, str]) -> tuple[Rule, ...]:
    """All rules, in their order.

    :param doubts: why it is not known which dataset a name means, in words that end a sentence.
    """
    return tuple(_offline(rule, doubts) for rule in RULES)


def _offline(rule: Rule, doubts: Mapping[DatasetId, str]) -> Rule:
    if rule.id in HISTORY:
        return _ScopeOfHistory(rule) if hasattr(rule, "check_scope") else _OfHistory(rule)
    return _OfAbsence(rule, doubts) if rule.id in ABSENCE and doubts else rule


class _Wrapped:
    """A rule that is another one in all but its answers."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    @property
    def id(self) -> str:
        return self._rule.id

    @property
    def title(self) -> str:
        return self._rule.title

    @property
    def severity(self) -> Severity:
        return self._rule.severity

    @property
    def is_of_dag(self) -> bool:
        return self._rule.is_of_dag

    @property
    def options(self) -> tuple[Option, ...]:
        return self._rule.options

    @property
    def is_timed(self) -> bool:
        return self._rule.is_timed

    @property
    def is_on_request(self) -> bool:
        return self._rule.is_on_request


class _OfHistory(_Wrapped):
    def check(self, facts: DatasetFacts, moment: Moment) -> Iterable[Violation]:
        return _unknown(cast("DatasetRule", self._rule).check(facts, moment))


class _ScopeOfHistory(_Wrapped):
    def check_scope(self, scope: ScopeFacts, moment: Moment) -> Iterable[Violation]:
        return _unknown(cast("ScopeRule", self._rule).check_scope(scope, moment))


class _OfAbsence(_Wrapped):
    def __init__(self, rule: Rule, doubts: Mapping[DatasetId, str]) -> None:
        super().__init__(rule)
        self._doubts = doubts

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        doubt = self._doubts.get(facts.dataset)
        for violation in cast("DatasetRule", self._rule).check(facts, moment):
            if doubt is None:
                yield violation
            else:
                yield replace(violation, message=f"{violation.message}; {doubt}", result=Result.UNKNOWN)


def _unknown(violations: Iterable[Violation]) -> Iterator[Violation]:
    for violation in violations:
        yield replace(violation, result=Result.UNKNOWN)
