"""A contract that speaks for a dataset still holds."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import few


class ContractRetired(RuleDefaults):
    """All contracts that are bound to the dataset have been retired: nobody promises anything any more."""

    id = "contract-retired"
    title = "Its contract has not been retired"
    severity = Severity.ERROR

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        if not facts.contracts or facts.contract is not None:
            return
        labels = [contract.label for contract in facts.contracts]
        word = "contract has" if len(labels) == 1 else "contracts have"
        yield Violation(
            f"the {word} been retired: {few(labels)}",
            "read the dataset that replaces it, or apply a contract with status active for this one with "
            "`airflow lineage contracts apply PATH`",
            evidence={"contracts": labels},
        )
