"""Every dataset a DAG reads has a contract in force."""

from __future__ import annotations

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.rules.rule import Violation


class ContractMissing:
    """No contract is bound to the dataset, or the ones that are have been retired."""

    id = "contract-missing"
    title = "Every upstream dataset has a contract"

    def check(self, facts: DatasetFacts) -> Violation | None:
        if any(contract.in_force for contract in facts.contracts):
            return None
        if facts.contracts:
            retired = facts.contracts[0]
            return Violation(
                f"its contract {retired.contract_id} {retired.version} is retired",
                "apply the contract that follows it with `airflow lineage contracts apply PATH`, "
                "or stop reading the dataset",
            )
        return Violation(
            "no contract speaks for this dataset",
            "apply one with `airflow lineage contracts apply PATH`; its schema object names the dataset by servers "
            f"and physicalName, or by the custom properties openlineageNamespace: {facts.dataset.namespace} and "
            f"openlineageName: {facts.dataset.name}",
        )
