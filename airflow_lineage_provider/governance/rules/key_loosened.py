"""Keys are as strict as a contract declares."""

from __future__ import annotations

from airflow_lineage_provider.contracts.compatibility import ChangeKind, ColumnChange
from airflow_lineage_provider.governance.facts import ContractFact, DatasetFacts
from airflow_lineage_provider.governance.rules.column_rule import ColumnRule
from airflow_lineage_provider.governance.rules.rule import Severity
from airflow_lineage_provider.governance.rules.wording import why


class KeyLoosened(ColumnRule):
    """A column of the declared primary key is no longer strict enough to be one."""

    id = "key-loosened"
    title = "Its key is as strict as declared"
    severity = Severity.WARNING
    kinds = (ChangeKind.KEY_LOOSENED,)

    def fix(self, change: ColumnChange, contract: ContractFact, facts: DatasetFacts) -> str:
        return (
            f"restore the key on column {change.column}: {why(facts.dataset)} shows what changed it; or "
            "declare the new key "
            f"in a new major version of contract {contract.contract_id} and run `airflow lineage contracts "
            "apply PATH`"
        )
