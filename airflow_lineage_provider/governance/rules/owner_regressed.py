"""A new version of a contract still names its owner."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation


class OwnerRegressed(RuleDefaults):
    """The version of the contract before named an owner, the one in force names none."""

    id = "owner-regressed"
    title = "Its contract has not lost its owner"
    severity = Severity.WARNING

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        for contract in facts.contracts:
            previous = contract.previous
            if previous is None or not contract.in_force or contract.owner or not previous.owner:
                continue
            yield Violation(
                f"contract {contract.label} names no owner; version {previous.version} named "
                f"{previous.owner}",
                f"give contract {contract.contract_id} a team member with role owner and run "
                "`airflow lineage contracts apply PATH`",
                subject=contract.contract_id,
                evidence={"contract": contract.label, "previous": previous.version, "owner": previous.owner},
            )
