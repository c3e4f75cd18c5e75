"""What the rules about service levels have in common: each holds one SLA property against the writes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from airflow_lineage_provider.contracts.promise import SlaPromise
from airflow_lineage_provider.governance.facts import ContractFact, DatasetFacts
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Violation
from airflow_lineage_provider.governance.rules.wording import node_of, span


class SlaRule(RuleDefaults, ABC):
    """Base of a rule about one service level. Of several promises for one element the strictest counts."""

    property: ClassVar[str]
    """As :class:`SlaPromise` has it."""

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        contract = facts.contract
        if contract is None or contract.promise is None:
            return
        for sla in self._promises(contract.promise.slas):
            if sla.seconds is None:
                yield self.unknown(
                    contract,
                    sla,
                    f"{sla.path} of contract {contract.label} is no duration that could be compared",
                    f"write value and unit, such as value: 24 and unit: h, in {sla.path} of contract "
                    f"{contract.contract_id} and run `airflow lineage contracts apply PATH`",
                )
            elif not facts.writes:
                yield self.unknown(
                    contract,
                    sla,
                    f"no successful write of this dataset was recorded, and contract {contract.label} "
                    "promises "
                    f"{self.property} of {span(sla.seconds)}",
                    "have the job that writes it recorded, or send its OpenLineage events; `airflow lineage "
                    "history "
                    f"{node_of(facts.dataset)}` shows what is known",
                )
            else:
                yield from self.measure(facts, contract, sla, sla.seconds, moment)

    @abstractmethod
    def measure(
        self, facts: DatasetFacts, contract: ContractFact, sla: SlaPromise, seconds: float, moment: Moment
    ) -> Iterator[Violation]:
        """Compare a promise with the writes, of which there is at least one."""

    def unknown(self, contract: ContractFact, sla: SlaPromise, message: str, fix: str) -> Violation:
        """A promise that cannot be judged."""
        return Violation(
            message, fix, sla.element or "", Result.UNKNOWN, {"contract": contract.label, "promise": sla.path}
        )

    def _promises(self, slas: tuple[SlaPromise, ...]) -> list[SlaPromise]:
        found: dict[str, SlaPromise] = {}
        for sla in slas:
            if sla.property != self.property:
                continue
            known = found.get(sla.element or "")
            if known is None or _strictness(sla) < _strictness(known):
                found[sla.element or ""] = sla
        return list(found.values())


def _strictness(sla: SlaPromise) -> float:
    return sla.seconds if sla.seconds is not None else float("inf")
