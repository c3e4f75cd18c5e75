"""Columns that a contract requires allow no nulls."""

from __future__ import annotations

from airflow_lineage_provider.contracts.compatibility import ChangeKind, ColumnChange
from airflow_lineage_provider.governance.facts import ContractFact, DatasetFacts
from airflow_lineage_provider.governance.rules.column_rule import ColumnRule
from airflow_lineage_provider.governance.rules.rule import Severity


class RequiredNullable(ColumnRule):
    """The contract requires a column and the data allows nulls in it. Where nobody says so or not it is unknown."""

    id = "required-nullable"
    title = "Its required columns allow no nulls"
    severity = Severity.WARNING
    kinds = (ChangeKind.NULLABLE,)
    unknown = ChangeKind.NULLABILITY_UNKNOWN
    unknown_message = "nobody says whether required columns allow nulls"

    def fix(self, change: ColumnChange, contract: ContractFact, facts: DatasetFacts) -> str:
        return (
            f"make column {change.column} NOT NULL where it is stored, or set required: false in a new "
            "major version of "
            f"contract {contract.contract_id} and run `airflow lineage contracts apply PATH`"
        )
