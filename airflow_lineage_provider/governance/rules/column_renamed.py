"""Columns that a contract declares keep their names."""

from __future__ import annotations

from airflow_lineage_provider.contracts.compatibility import ChangeKind, ColumnChange
from airflow_lineage_provider.governance.facts import ContractFact, DatasetFacts
from airflow_lineage_provider.governance.rules.column_rule import ColumnRule
from airflow_lineage_provider.governance.rules.rule import Severity
from airflow_lineage_provider.governance.rules.wording import why


class ColumnRenamed(ColumnRule):
    """A column that the contract declares is gone, and one that looks like it has come."""

    id = "column-renamed"
    title = "Its declared columns keep their names"
    severity = Severity.ERROR
    kinds = (ChangeKind.RENAMED,)

    def fix(self, change: ColumnChange, contract: ContractFact, facts: DatasetFacts) -> str:
        return (
            f"give column {change.column} its name back: {why(facts.dataset)} shows what renamed it; or, if "
            f"{change.now} is that column, name it in a new major version of contract "
            f"{contract.contract_id} and run "
            "`airflow lineage contracts apply PATH`"
        )
