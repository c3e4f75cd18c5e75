"""What a running deployment finds wrong with a dataset, where files cannot tell: late, failed, unchecked data."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.judge import most_of
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.offline.live_lineage import LiveLineage
from airflow_lineage_provider.governance.offline.offline_rules import HISTORY
from airflow_lineage_provider.governance.offline.offline_world import OfflineWorld
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules import RULES
from airflow_lineage_provider.governance.verdict import Finding
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_policy import Place

_OF_HISTORY = {rule.id: rule for rule in RULES if rule.id in HISTORY and not rule.is_of_dag}
_RESULTS = {result.value: result for result in (Result.FAIL, Result.WARN)}


def live_findings(
    live: LiveLineage, dataset: DatasetId, world: OfflineWorld, levels: Levels, environment: str | None
) -> Iterator[Finding]:
    """Open findings about a dataset of rules that need history, at the levels of this check."""
    for told in live.findings(dataset):
        rule, result = _OF_HISTORY.get(str(told.get("rule"))), _RESULTS.get(str(told.get("result")))
        if rule is None or result is None:
            continue
        level = levels.of(rule, Place(dataset=dataset, environment=environment), world.now.date())
        if level is Level.OFF:
            continue
        yield Finding(
            rule.id,
            most_of(result, level),
            result,
            str(told.get("message") or ""),
            str(told.get("fix") or ""),
            world.facts_of(dataset, ["the running deployment"]),
            subject=str(told.get("subject") or ""),
        )
