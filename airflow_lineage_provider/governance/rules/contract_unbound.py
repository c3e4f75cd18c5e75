"""Contracts speak for a dataset."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import ScopeFacts, dataset_wire
from airflow_lineage_provider.governance.rules.loose import is_invalid, label, people
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import few


class ContractUnbound(RuleDefaults):
    """A schema object of a contract names no dataset. Asked where everything is judged."""

    id = "contract-unbound"
    title = "Contracts name their datasets"
    severity = Severity.WARNING

    def check_scope(self, scope: ScopeFacts, moment: Moment) -> Iterator[Violation]:
        unbound = {
            f"{item.contract_id} {item.schema_name or ''}".strip(): item
            for item in scope.loose_contracts
            if not is_invalid(item)
        }
        for subject, contract in unbound.items():
            what = f"schema object {contract.schema_name} of " if contract.schema_name else ""
            closest = f"; closest: {few(map(str, contract.closest), 3)}" if contract.closest else ""
            fix = "correct its servers and physicalName"
            if contract.closest:
                near = contract.closest[0]
                fix += (
                    f", or set the custom properties openlineageNamespace: {near.namespace} and "
                    f"openlineageName: {near.name} if that is the dataset"
                )
            yield Violation(
                f"{what}{label(contract)} speaks for no dataset ({people(contract)}): "
                f"{contract.reason}{closest}",
                f"{fix}; then run `airflow lineage contracts apply PATH`; `airflow lineage contracts "
                "status` shows "
                "what is bound",
                subject=subject,
                evidence={
                    "source": contract.source,
                    "reason": contract.reason,
                    "closest": [dict(dataset_wire(dataset)) for dataset in contract.closest[:5]],
                },
            )
