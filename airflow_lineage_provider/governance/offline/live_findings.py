"""What a running deployment finds wrong with data, where files cannot tell: late, failed, unchecked data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from airflow_lineage_provider.governance.facts import AskerFact, DatasetFacts
from airflow_lineage_provider.governance.judge import most_of
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.offline.live_lineage import LiveLineage
from airflow_lineage_provider.governance.offline.offline_rules import HISTORY
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules import RULES
from airflow_lineage_provider.governance.verdict import Finding
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_policy import Place

_OF_HISTORY = {rule.id: rule for rule in RULES if rule.id in HISTORY and not rule.is_of_dag}
_RESULTS = {result.value: result for result in (Result.FAIL, Result.WARN)}


def live_findings(
    live: LiveLineage,
    asker: AskerFact,
    facts: DatasetFacts,
    levels: Levels,
    *,
    environment: str | None,
    today: date,
) -> Iterator[Finding]:
    """Open findings about a dataset of rules that need history, at the levels that they have for one DAG.

    :param asker: the DAG, which reads the dataset.
    """
    place = Place(asker.dag_id, asker.tags, facts.dataset, environment)
    for told in live.findings(facts.dataset):
        rule, result = _OF_HISTORY.get(str(told.get("rule"))), _RESULTS.get(str(told.get("result")))
        if rule is None or result is None:
            continue
        level = levels.of(rule, place, today)
        if level is Level.OFF:
            continue
        yield Finding(
            rule.id,
            most_of(result, level),
            result,
            str(told.get("message") or ""),
            str(told.get("fix") or ""),
            facts,
            subject=str(told.get("subject") or ""),
            enforce_from=levels.enforce_from(rule, place, today),
        )


def baselined(live: LiveLineage, datasets: Iterable[DatasetId]) -> Iterator[str]:
    """Keys of findings about datasets that are in the deployment's baseline."""
    for dataset in datasets:
        for told in live.findings(dataset):
            if told.get("is_baselined") is True:
                yield str(told.get("key"))
