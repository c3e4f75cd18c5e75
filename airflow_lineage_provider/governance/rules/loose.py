"""What the rules about contracts without a dataset have in common."""

from __future__ import annotations

from airflow_lineage_provider.governance.facts import LooseContract


def is_invalid(contract: LooseContract) -> bool:
    """Whether it could not be read as a contract, or names none."""
    return bool(contract.problems) or contract.contract_id is None


def label(contract: LooseContract) -> str:
    """``contract orders 1.2.0``, else the file."""
    if contract.contract_id is None:
        return contract.source or "a file"
    return f"contract {contract.contract_id} {contract.version or 'without version'}"


def people(contract: LooseContract) -> str:
    """Whom to ask: such a finding has no facts of a dataset that would say so."""
    return f"owner: {contract.owner or 'nobody'}; channel: {contract.channel or 'none known'}"
