"""A contract that speaks for a dataset has been agreed to."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation


class ContractDraft(RuleDefaults):
    """The only contract in force is a draft, or only proposed. It may change any day."""

    id = "contract-draft"
    title = "Its contract is more than a draft"
    severity = Severity.WARNING

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        contract = facts.contract
        if contract is None or not contract.is_draft:
            return
        yield Violation(
            f"contract {contract.label} has status {contract.status} and no other one is in force",
            f"agree with {contract.owner or 'whoever wrote it'}, set status: active in contract "
            f"{contract.contract_id} and run `airflow lineage contracts apply PATH`",
            evidence={"contract": contract.label, "status": contract.status},
        )
