"""Closed schemas have no other columns."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.contracts.compatibility import ChangeKind, ColumnChange
from airflow_lineage_provider.governance.facts import ContractFact, DatasetFacts
from airflow_lineage_provider.governance.rules.column_rule import ColumnRule
from airflow_lineage_provider.governance.rules.rule import Moment, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import why


class ColumnUndeclared(ColumnRule):
    """A column was observed that the contract does not declare, and its schema object says ``closed: true``."""

    id = "column-undeclared"
    title = "A closed schema has no other columns"
    severity = Severity.WARNING
    kinds = (ChangeKind.UNDECLARED,)

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        contract = facts.contract
        if contract is not None and contract.promise is not None and contract.promise.is_closed:
            yield from super().check(facts, moment)

    def fix(self, change: ColumnChange, contract: ContractFact, facts: DatasetFacts) -> str:
        return (
            f"declare column {change.column} in contract {contract.contract_id} and run "
            f"`airflow lineage contracts apply PATH`, or drop it: {why(facts.dataset)} shows what added it"
        )
