"""A contract that breaks its consumers says so in its version."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.contracts.contract_diff import Impact
from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import few

_TOLD_BY_ANOTHER = "status-regressed"
"""Rule status-regressed speaks of it, at a level of its own."""


class ContractBreakingChange(RuleDefaults):
    """The version in force breaks what the version before promised, and its number is no new major one."""

    id = "contract-breaking-change"
    title = "Its contract breaks only with a new major version"
    severity = Severity.ERROR

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        for contract in facts.contracts:
            previous = contract.previous
            if previous is None or not contract.in_force:
                continue
            breaking = [
                change
                for change in previous.diff.changes
                if change.impact is Impact.MAJOR and change.kind != _TOLD_BY_ANOTHER
            ]
            if not breaking or previous.diff.is_version_raised:
                continue
            yield Violation(
                f"contract {contract.label} breaks version {previous.version} without a new major version: "
                f"{few(change.message for change in breaking)}",
                f"raise the major version of contract {contract.contract_id}, or take the change back, and "
                "run "
                "`airflow lineage contracts apply PATH`; compare the files with `airflow lineage contracts "
                "diff OLD NEW`",
                subject=contract.contract_id,
                evidence={
                    "contract": contract.label,
                    "previous": previous.version,
                    "changes": [change.to_wire() for change in breaking[:20]],
                },
            )
