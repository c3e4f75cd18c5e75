"""A contract does not go back to a draft."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation


class StatusRegressed(RuleDefaults):
    """The version of the contract before was active or deprecated, the one in force is a draft or only proposed."""

    id = "status-regressed"
    title = "Its contract has not gone back to a draft"
    severity = Severity.WARNING

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        for contract in facts.contracts:
            previous = contract.previous
            if previous is None or not contract.is_draft:
                continue
            if (previous.status or "").strip().casefold() not in ("active", "deprecated"):
                continue
            yield Violation(
                f"contract {contract.label} has status {contract.status}; version {previous.version} was "
                f"{previous.status}",
                f"apply the active version of contract {contract.contract_id} again with "
                "`airflow lineage contracts apply PATH`, and keep drafts under another id",
                subject=contract.contract_id,
                evidence={
                    "contract": contract.label,
                    "previous": previous.version,
                    "was": previous.status,
                    "now": contract.status,
                },
            )
