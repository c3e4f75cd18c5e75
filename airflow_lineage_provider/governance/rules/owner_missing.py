"""Every dataset a DAG reads has somebody who answers for it."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import set_owner


class OwnerMissing(RuleDefaults):
    """Nobody is named by a contract, the registered owners, an asset or a producing DAG."""

    id = "owner-missing"
    title = "Every upstream dataset has an owner"
    severity = Severity.ERROR

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        if facts.owners or facts.departed:
            return  # of owners that have left rule owner-departed speaks
        ways = []
        contract = facts.contract
        if contract is not None:
            ways.append(
                f"give contract {contract.contract_id} a team member with role owner and apply it again"
            )
        else:
            ways.append("apply a contract that names an owner in its team")
        ways.append(f"register one with {set_owner(facts.dataset)}")
        ways.append('put {"owner": "..."} into the extra of its Asset')
        if facts.producers:
            ways.append(f"set owner in the DAG of {facts.producers[0]} ('airflow' does not count)")
        yield Violation("nobody owns this dataset", ", or ".join(ways))
