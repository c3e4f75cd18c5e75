"""Columns that a contract declares can be compared with something."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import node_of


class SchemaUnknown(RuleDefaults):
    """The contract declares columns and no run has told which there are. Unknown, so it never blocks."""

    id = "schema-unknown"
    title = "Its columns were observed"
    severity = Severity.INFO

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        contract = facts.contract
        if facts.schema is not None or contract is None or contract.promise is None:
            return
        declared = len(contract.promise.columns)
        if not declared:
            return
        yield Violation(
            f"contract {contract.label} declares {declared} column{'' if declared == 1 else 's'} and no run "
            "has told "
            "which there are",
            "have a task read or write it with a hook or SQL that tells columns; `airflow lineage history "
            f"{node_of(facts.dataset)}` shows what is known",
            result=Result.UNKNOWN,
            evidence={"contract": contract.label, "declared": declared},
        )
