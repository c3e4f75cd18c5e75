"""The rules, one file each. A new rule is a file and a line here."""

from __future__ import annotations

from airflow_lineage_provider.governance.rules.contract_missing import ContractMissing
from airflow_lineage_provider.governance.rules.owner_missing import OwnerMissing
from airflow_lineage_provider.governance.rules.rule import Rule

RULES: tuple[Rule, ...] = (OwnerMissing(), ContractMissing())
"""In the order in which findings are shown."""
