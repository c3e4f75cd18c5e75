"""One contract speaks for a dataset."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import few


class ContractDuplicated(RuleDefaults):
    """Several contracts in force are bound to the dataset, so that nobody can tell which one holds.

    A draft beside an active contract, or an active one beside a deprecated one, is no such case: the active one holds.
    """

    id = "contract-duplicated"
    title = "One contract speaks for it"
    severity = Severity.WARNING

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        first = facts.contract
        if first is None:
            return
        equal = [contract for contract in facts.contracts if contract.precedence == first.precedence]
        if len(equal) < 2:
            return
        labels = [contract.label for contract in equal]
        if len(set(labels)) == 1:
            objects = [contract.promise.schema_name for contract in equal if contract.promise is not None]
            told = f"contract {first.label} speaks for this dataset {len(equal)} times: {few(objects)}"
            judge = objects[0] if objects else "the first"
        else:
            told = f"{len(labels)} contracts speak for this dataset: {few(labels)}"
            judge = first.label
        yield Violation(
            f"{told}; it is judged by {judge}",
            "keep one: set status: retired in the others or take the dataset out of their schema, and run "
            "`airflow lineage contracts apply PATH`; `airflow lineage contracts list` shows what is bound",
            evidence={"contracts": labels},
        )
