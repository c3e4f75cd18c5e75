"""Every dataset a DAG reads has somebody who answers for it."""

from __future__ import annotations

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.rules.rule import Violation


class OwnerMissing:
    """Nobody is named by a contract, an asset or a producing DAG."""

    id = "owner-missing"
    title = "Every upstream dataset has an owner"

    def check(self, facts: DatasetFacts) -> Violation | None:
        if facts.owners:
            return None
        ways = []
        contract = next((contract for contract in facts.contracts if contract.in_force), None)
        if contract is not None:
            ways.append(
                f"give contract {contract.contract_id} a team member with role owner and apply it again"
            )
        else:
            ways.append("apply a contract that names an owner in its team")
        ways.append('put {"owner": "..."} into the extra of its Asset')
        if facts.producers:
            ways.append(f"set owner in the DAG of {facts.producers[0]} ('airflow' does not count)")
        return Violation("nobody owns this dataset", f"{', or '.join(ways)}")
