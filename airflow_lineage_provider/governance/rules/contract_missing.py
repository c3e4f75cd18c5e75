"""Every dataset a DAG reads has a contract in force."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import place_of
from airflow_lineage_provider.model.near_contract import MEANT


class ContractMissing(RuleDefaults):
    """No contract is bound to the dataset."""

    id = "contract-missing"
    title = "Every upstream dataset has a contract"
    severity = Severity.ERROR

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        if facts.contracts:
            return  # whether they are still in force, rule contract-retired says
        dataset = facts.dataset
        yield Violation(
            "no contract speaks for this dataset",
            "apply one with `airflow lineage contracts apply PATH`; its schema object names the dataset by "
            "servers "
            f"and physicalName, or by the custom properties openlineageNamespace: {dataset.namespace} and "
            f"openlineageName: {dataset.name}; `airflow lineage contracts infer {place_of(dataset)}` writes "
            f"a first one{_meant(facts)}",
        )


def _meant(facts: DatasetFacts) -> str:
    near = facts.near
    return (
        f"{MEANT}{near.label}? It is bound to {near.dataset}, which nobody has seen"
        if near is not None
        else ""
    )
