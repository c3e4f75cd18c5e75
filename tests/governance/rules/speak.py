"""Ask one rule, without levels and waivers."""

from __future__ import annotations

from typing import Any

from airflow_lineage_provider.governance.facts import ScopeFacts
from airflow_lineage_provider.governance.rules import RULES
from airflow_lineage_provider.governance.rules.rule import Moment, Violation
from tests.governance.rules.well import NOW, world

_BY_ID: dict[str, Any] = {rule.id: rule for rule in RULES}


def say(rule: str, scope: ScopeFacts, **options: Any) -> list[Violation]:
    """What a rule says of all that is in scope."""
    moment = Moment(NOW, options)
    if hasattr(_BY_ID[rule], "check_scope"):
        return list(_BY_ID[rule].check_scope(scope, moment))
    return [violation for facts in scope.datasets for violation in _BY_ID[rule].check(facts, moment)]


def results(rule: str, *, options: dict[str, Any] | None = None, **changes: Any) -> list[str]:
    """Results of what a rule says of the one dataset, changed."""
    return [violation.result.value for violation in say(rule, world(**changes), **(options or {}))]
