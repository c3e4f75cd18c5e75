"""Which rules a DAG is held against: some only where somebody wants to know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from airflow_lineage_provider.governance.rules.rule import Rule
from airflow_lineage_provider.model.rule_policy import Place, RulePolicy


def asked(
    rules: Iterable[Rule], *, is_requested: bool, policy: RulePolicy, place: Place, today: date
) -> list[Rule]:
    """Rules that are to be asked; those on request only where one of two things wants them.

    :param is_requested: whether somebody asks about this very DAG.
    :param place: where ``policy`` may give such a rule a level, ``off`` too.
    """
    return [
        rule
        for rule in rules
        if not rule.is_on_request or is_requested or policy.level(rule.id, place, today) is not None
    ]
