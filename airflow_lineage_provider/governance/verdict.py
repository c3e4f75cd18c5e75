"""The judge's answer: findings, what they add up to, and one message a person can act on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from airflow_lineage_provider.governance.facts import ContractFact, DatasetFacts, dataset_wire

WIRE_VERSION = 1


class Level(StrEnum):
    """What a finding of a rule does to whoever asked, mildest first."""

    OFF = "off"
    OBSERVE = "observe"
    WARN = "warn"
    BLOCK = "block"

    @property
    def rank(self) -> int:
        """0 (off) to 3 (block)."""
        return list(Level).index(self)

    def at_most(self, ceiling: Level) -> Level:
        """The milder of the two."""
        return min(self, ceiling, key=lambda level: level.rank)


class Result(StrEnum):
    """What was found out."""

    PASS = "pass"  # noqa: S105 - a word of the field, no password
    WARN = "warn"
    FAIL = "fail"
    ERROR = "error"
    """It could not be judged."""
    UNKNOWN = "unknown"
    """Nothing is known to judge by. Never blocks."""
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says about one dataset, or about the question as a whole."""

    rule: str
    level: Level
    result: Result
    message: str
    """What is wrong, in one sentence."""
    fix: str
    """What to do about it."""
    facts: DatasetFacts | None = None

    @property
    def owner(self) -> str | None:
        """First owner that is known."""
        if self.facts is None:
            return None
        if self.facts.owners:
            return self.facts.owners[0].name
        return next((contract.owner for contract in self.facts.contracts if contract.owner), None)

    @property
    def contract(self) -> ContractFact | None:
        """The contract in force, else the one that no longer is."""
        contracts = self.facts.contracts if self.facts is not None else ()
        return next((contract for contract in contracts if contract.in_force), next(iter(contracts), None))

    def to_wire(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "level": self.level.value,
            "result": self.result.value,
            "dataset": dataset_wire(self.facts.dataset) if self.facts is not None else None,
            "message": self.message,
            "fix": self.fix,
            "owner": self.owner,
            "channel": self.facts.channel if self.facts is not None else None,
            "contract": self.contract.to_wire() if self.contract is not None else None,
            "known_by": list(self.facts.known_by) if self.facts is not None else [],
        }

    def describe(self) -> str:
        """Several lines for people; no name, wherever it comes from, can add a line of its own."""
        title = f"{self.rule} ({self.level.value})"
        lines = [f"{title}: {self.facts.dataset}" if self.facts is not None else title, self.message]
        if self.facts is not None:
            contract = self.contract
            known = f"{contract.contract_id} {contract.version}" if contract is not None else "none"
            if contract is not None and contract.status:
                known += f" ({contract.status})"
            lines.append(f"contract: {known}")
            lines.append(f"owner: {self.owner or 'nobody'}; channel: {self.facts.channel or 'none known'}")
            if self.facts.known_by:
                lines.append(f"known by: {'; '.join(self.facts.known_by)}")
        lines.append(f"fix: {self.fix}")
        return "\n  ".join(" ".join(line.split()) for line in lines)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer to one question."""

    result: Result
    findings: tuple[Finding, ...]
    datasets: tuple[DatasetFacts, ...]
    message: str
    blocks: bool
    """Whether whoever asked must not go on."""

    def to_wire(self) -> dict[str, Any]:
        """JSON object; its keys are stable."""
        return {
            "v": WIRE_VERSION,
            "result": self.result.value,
            "blocks": self.blocks,
            "message": self.message,
            "datasets": [facts.to_wire() for facts in self.datasets],
            "findings": [finding.to_wire() for finding in self.findings],
        }
