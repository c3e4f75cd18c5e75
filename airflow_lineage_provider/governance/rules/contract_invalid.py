"""Contract files can be read."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import ScopeFacts
from airflow_lineage_provider.governance.rules.loose import is_invalid, label, people
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import few


class ContractInvalid(RuleDefaults):
    """A file is no valid contract. What was applied before stays in force. Asked where everything is judged."""

    id = "contract-invalid"
    title = "Contract files are valid"
    severity = Severity.WARNING

    def check_scope(self, scope: ScopeFacts, moment: Moment) -> Iterator[Violation]:
        files = {
            item.source or item.contract_id or "": item for item in scope.loose_contracts if is_invalid(item)
        }
        for subject, contract in files.items():
            problems = f": {few(contract.problems)}" if contract.problems else ""
            yield Violation(
                f"{label(contract)} is no valid contract ({people(contract)}): {contract.reason}{problems}",
                f"correct {contract.source or 'the file'}, try it with `airflow lineage contracts lint PATH` "
                "and apply it",
                subject=subject,
                evidence={"source": contract.source, "problems": list(contract.problems[:20])},
            )
