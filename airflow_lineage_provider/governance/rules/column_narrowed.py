"""Columns hold as much as a contract declares."""

from __future__ import annotations

from airflow_lineage_provider.contracts.compatibility import ChangeKind, ColumnChange
from airflow_lineage_provider.governance.facts import ContractFact, DatasetFacts
from airflow_lineage_provider.governance.rules.column_rule import ColumnRule
from airflow_lineage_provider.governance.rules.rule import Severity
from airflow_lineage_provider.governance.rules.wording import why


class ColumnNarrowed(ColumnRule):
    """A column holds less than the contract declares. Who only reads is safe."""

    id = "column-narrowed"
    title = "Its columns hold as much as declared"
    severity = Severity.INFO
    kinds = (ChangeKind.NARROWED,)

    def fix(self, change: ColumnChange, contract: ContractFact, facts: DatasetFacts) -> str:
        return (
            f"declare the narrower type of column {change.column} in a new major version of contract "
            f"{contract.contract_id} and run `airflow lineage contracts apply PATH`, or widen it again: "
            f"{why(facts.dataset)} shows what narrowed it"
        )
