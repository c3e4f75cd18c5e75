"""Columns hold no more than a contract declares."""

from __future__ import annotations

from airflow_lineage_provider.contracts.compatibility import ChangeKind, ColumnChange
from airflow_lineage_provider.governance.facts import ContractFact, DatasetFacts
from airflow_lineage_provider.governance.rules.column_rule import ColumnRule
from airflow_lineage_provider.governance.rules.rule import Severity
from airflow_lineage_provider.governance.rules.wording import why


class ColumnWidened(ColumnRule):
    """A column may hold more than the contract declares, so that consumers may overflow or cut off."""

    id = "column-widened"
    title = "Its columns hold no more than declared"
    severity = Severity.WARNING
    kinds = (ChangeKind.WIDENED,)

    def fix(self, change: ColumnChange, contract: ContractFact, facts: DatasetFacts) -> str:
        return (
            f"declare the wider type of column {change.column} in a new version of contract "
            f"{contract.contract_id} and run "
            f"`airflow lineage contracts apply PATH`, or narrow it again: {why(facts.dataset)} shows what "
            "widened it"
        )
