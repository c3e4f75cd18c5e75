"""What the rules about columns have in common: each speaks of some kinds of change."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from airflow_lineage_provider.contracts.compatibility import ChangeKind, ColumnChange
from airflow_lineage_provider.governance.facts import ContractFact, DatasetFacts, SchemaFact
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Violation
from airflow_lineage_provider.governance.rules.wording import at, few


class ColumnRule(RuleDefaults, ABC):
    """Base of a rule about columns. One finding for each column; one for all columns that nothing is known about."""

    kinds: ClassVar[tuple[ChangeKind, ...]]
    """Kinds of change it speaks of."""
    mild: ClassVar[tuple[ChangeKind, ...]] = ()
    """Kinds that only warn, whatever the level."""
    unknown: ClassVar[ChangeKind | None] = None
    """Kind of those columns that it cannot judge."""
    unknown_message: ClassVar[str] = ""

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        changes = moment.comparisons.of(facts)
        contract, schema = facts.contract, facts.schema
        if not changes or contract is None or schema is None:
            return
        unknown: list[ColumnChange] = []
        told: set[str] = set()
        for change in changes:
            if change.kind is self.unknown:
                unknown.append(change)
            elif (change.kind in self.kinds or change.kind in self.mild) and change.column not in told:
                told.add(change.column)
                yield Violation(
                    f"{change.message} (contract {contract.label}; {_seen(schema)})",
                    self.fix(change, contract, facts),
                    subject=change.column,
                    result=Result.WARN if change.kind in self.mild else Result.FAIL,
                    evidence={
                        "column": change.column,
                        "was": change.was,
                        "now": change.now,
                        "is_certain": change.is_certain,
                        **_evidence(contract, schema),
                    },
                )
        if unknown:
            columns = [change.column for change in unknown]
            yield Violation(
                f"{self.unknown_message}: {few(columns)} (contract {contract.label}; {_seen(schema)})",
                "nothing has to be done; a run that reports more of its columns, or a declaration in the "
                "words of the "
                "database, lets it be judged",
                result=Result.UNKNOWN,
                evidence={"columns": columns, **_evidence(contract, schema)},
            )

    @abstractmethod
    def fix(self, change: ColumnChange, contract: ContractFact, facts: DatasetFacts) -> str:
        """What to do about a change."""


def _seen(schema: SchemaFact) -> str:
    return f"columns as {schema.source} saw them at {at(schema.observed_at)}"


def _evidence(contract: ContractFact, schema: SchemaFact) -> dict[str, str]:
    return {
        "contract": contract.label,
        "observed_at": schema.observed_at.isoformat(),
        "observed_by": schema.source,
    }
