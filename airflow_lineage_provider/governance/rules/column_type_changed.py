"""Columns have the type that a contract declares."""

from __future__ import annotations

from airflow_lineage_provider.contracts.compatibility import ChangeKind, ColumnChange
from airflow_lineage_provider.governance.facts import ContractFact, DatasetFacts
from airflow_lineage_provider.governance.rules.column_rule import ColumnRule
from airflow_lineage_provider.governance.rules.rule import Severity
from airflow_lineage_provider.governance.rules.wording import why


class ColumnTypeChanged(ColumnRule):
    """A column has a type of another family than the contract declares. A type that cannot be read is unknown."""

    id = "column-type-changed"
    title = "Its columns keep their types"
    severity = Severity.ERROR
    kinds = (ChangeKind.TYPE_CHANGED,)
    unknown = ChangeKind.TYPE_UNKNOWN
    unknown_message = "the types of some columns could not be compared"

    def fix(self, change: ColumnChange, contract: ContractFact, facts: DatasetFacts) -> str:
        return (
            f"give column {change.column} its type back: {why(facts.dataset)} shows what changed it; or "
            "declare the new "
            f"one in a new major version of contract {contract.contract_id} and run `airflow lineage "
            "contracts apply PATH`"
        )
