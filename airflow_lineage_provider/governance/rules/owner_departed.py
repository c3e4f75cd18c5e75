"""Who answers for a dataset is still there."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import DatasetFacts, OwnerFact
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import few, set_owner


class OwnerDeparted(RuleDefaults):
    """Everybody who was named as owner has left. One owner who still serves is enough."""

    id = "owner-departed"
    title = "Its owner has not left"
    severity = Severity.ERROR

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        if facts.owners or not facts.departed:
            return
        contract = facts.contract
        place = f"in the team of contract {contract.contract_id}" if contract is not None else "in a contract"
        yield Violation(
            f"everybody who owned this dataset has left: {few(map(_named, facts.departed))}",
            f"name the successor {place} and apply it, or with {set_owner(facts.dataset)}",
            evidence={"departed": [owner.to_wire() for owner in facts.departed]},
        )


def _named(owner: OwnerFact) -> str:
    until = f", until {owner.valid_to}" if owner.valid_to else ""
    return f"{owner.name} ({owner.source}{until})"
