"""Columns that a contract declares are there."""

from __future__ import annotations

from airflow_lineage_provider.contracts.compatibility import ChangeKind, ColumnChange
from airflow_lineage_provider.governance.facts import ContractFact, DatasetFacts
from airflow_lineage_provider.governance.rules.column_rule import ColumnRule
from airflow_lineage_provider.governance.rules.rule import Severity
from airflow_lineage_provider.governance.rules.wording import why


class ColumnMissing(ColumnRule):
    """A column that the contract declares was not among those observed last. Of a deprecated column it only warns."""

    id = "column-missing"
    title = "Its declared columns are there"
    severity = Severity.ERROR
    kinds = (ChangeKind.MISSING,)
    mild = (ChangeKind.DEPRECATED_GONE,)

    def fix(self, change: ColumnChange, contract: ContractFact, facts: DatasetFacts) -> str:
        return (
            f"bring column {change.column} back: {why(facts.dataset)} shows what took it away; or agree with "
            f"{contract.owner or 'its owner'} on a new major version of contract {contract.contract_id} "
            "without it and run "
            "`airflow lineage contracts apply PATH`"
        )
