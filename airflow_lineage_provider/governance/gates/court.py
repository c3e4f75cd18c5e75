"""The judge as the gates ask it on behalf of a DAG: what is configured and decided, and what the DAG tightens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.governance.decisions import Decisions, decisions_for
from airflow_lineage_provider.governance.facts import ScopeFacts
from airflow_lineage_provider.governance.judge import judge
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.record_absent import error_level
from airflow_lineage_provider.governance.rules import RULES
from airflow_lineage_provider.governance.rules.asked import asked
from airflow_lineage_provider.governance.rules.rule import Rule
from airflow_lineage_provider.governance.standing import Standing
from airflow_lineage_provider.governance.verdict import Verdict
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_policy import Place, RulePolicy


@dataclass(frozen=True, slots=True)
class Court:
    """All that the answers about many DAGs have in common."""

    policy: RulePolicy
    environment: str | None
    decisions: Decisions

    @classmethod
    def of_today(cls, *, now: datetime, session: Session) -> Court:
        """With the decisions that hold now."""
        decisions = decisions_for(None, conf=None, now=now, session=session)
        return cls(config.rules(), config.environment(), decisions)

    def judge(self, scope: ScopeFacts, *, now: datetime, rules: Sequence[Rule] = RULES) -> Verdict:
        """What a gate that may block would say.

        Many DAGs read nothing, and one that declares nothing must run to be known: no DAG is stopped for that unasked.
        """
        asker = scope.asker
        dag_id, tags = (asker.dag_id, asker.tags) if asker is not None else (None, frozenset[str]())
        return judge(
            scope,
            levels=Levels(self.policy, floor=asker.gate if asker is not None else Level.OFF),
            now=now,
            waivers=self.decisions.waivers,
            baseline=self.decisions.baseline,
            error_level=error_level(Level.BLOCK),
            environment=self.environment,
            rules=asked(
                rules,
                is_requested=asker is None,
                policy=self.policy,
                place=Place(dag_id, tags, None, self.environment),
                today=now.date(),
            ),
        )

    def standing(self, now: datetime) -> Standing:
        """How what is found stands for everybody."""
        decisions = self.decisions
        return Standing(self.policy, self.environment, decisions.waivers, decisions.baseline, now)
