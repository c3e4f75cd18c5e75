"""Which level a rule has for whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from airflow_lineage_provider.governance.rules.rule import Rule
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_policy import Place, RulePolicy


@dataclass(frozen=True, slots=True)
class Levels:
    """What the deployment configured, and what the asker wants beyond it."""

    policy: RulePolicy = field(default_factory=RulePolicy)
    asked: Mapping[str, Level] = field(default_factory=dict)
    """Level by rule that the asker names: it may only tighten what is configured."""
    asked_ceiling: Level = Level.BLOCK
    """Most that the asker wants of rules that nobody configured."""
    ceiling: Level = Level.BLOCK
    """Most that any rule has at this gate."""
    floor: Level = Level.OFF
    """What the asking DAG tightens to: a rule that is one step milder has this level for it. ``off``: nothing."""

    def of(self, rule: Rule, place: Place, today: date) -> Level:
        """Level of a rule at a place."""
        asked = self.asked.get(rule.id)
        configured = self.policy.level(rule.id, place, today)
        if configured is None:
            level = (asked if asked is not None else self._own(rule, place, today)).at_most(
                self.asked_ceiling
            )
        elif asked is None:
            level = configured
        else:
            level = configured.at_least(asked.at_most(self.asked_ceiling))
        if level.rank == self.floor.rank - 1 and level is not Level.OFF:
            level = self.floor
        return level.at_most(self.ceiling)

    def everywhere(self, rule: Rule, today: date) -> Level | None:
        """Level of a rule that has the same one at each place; ``None``: its scopes tell places apart."""
        return None if self.policy.has_scopes(rule.id) else self.of(rule, Place(), today)

    def _own(self, rule: Rule, place: Place, today: date) -> Level:
        """Level by severity; until its day of enforcement, also where no level goes with it, a rule only warns."""
        level = rule.severity.level
        return level.at_most(Level.WARN) if self.enforce_from(rule, place, today) is not None else level

    def enforce_from(self, rule: Rule, place: Place, today: date) -> date | None:
        """Day from which the rule will block here, as long as that day has not come."""
        day = self.policy.enforce_from(rule.id, place)
        return day if day is not None and today < day else None
