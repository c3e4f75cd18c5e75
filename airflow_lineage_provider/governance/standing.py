"""How a finding about a dataset stands for everybody, whoever asked, how strictly, and for which DAG it is waived."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from airflow_lineage_provider.governance.judge import let_pass, most_of
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.record_absent import error_level
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules import RULES
from airflow_lineage_provider.governance.verdict import Finding
from airflow_lineage_provider.governance.waiver import Waiver
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_policy import Place, RulePolicy

_RULES = {rule.id: rule for rule in RULES}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is configured and decided, without what one asker wants."""

    policy: RulePolicy
    environment: str | None
    waivers: Collection[Waiver]
    baseline: Collection[str]
    now: datetime

    def of(self, finding: Finding) -> Finding:
        """The finding at its level without an asker; what a DAG does is the matter of that DAG alone."""
        rule = _RULES.get(finding.rule)
        if rule is None or finding.dag_id is not None:
            return finding
        place = Place(dataset=finding.dataset, environment=self.environment)
        levels, today = Levels(self.policy), self.now.date()
        level = most_of(finding.result, levels.of(rule, place, today))
        if finding.result is Result.ERROR:
            level = error_level(Level.BLOCK).at_most(level)
        alone = replace(
            finding,
            # Off for everybody else: it was found all the same.
            level=level.at_least(Level.OBSERVE),
            waiver=None,
            is_baselined=False,
            enforce_from=levels.enforce_from(rule, place, today),
        )
        return let_pass(alone, None, self.waivers, self.baseline, self.now)
