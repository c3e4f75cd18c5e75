"""The judge's answer: findings, what they add up to, and one message a person can act on."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from airflow_lineage_provider.governance.facts import ContractFact, DatasetFacts, OwnerFact, dataset_wire
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.model.canonical import content_hash
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.printable import line_of

WIRE_VERSION = 1
_MOST_REASONS = 10
"""Why a dataset is in scope, as people are told; the wire form has all."""


@dataclass(frozen=True, slots=True)
class WaiverNote:
    """The waiver that lets a finding pass."""

    id: int
    reason: str
    ticket: str | None
    approver: str | None
    expires: date

    def to_wire(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "reason": self.reason,
            "ticket": self.ticket,
            "approver": self.approver,
            "expires": self.expires.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class GrantNote:
    """The break-glass grant that lets a run go on."""

    id: int
    name: str
    reason: str
    approver: str | None
    expires: date

    def to_wire(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "reason": self.reason,
            "approver": self.approver,
            "expires": self.expires.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says about one dataset, or about the question as a whole."""

    rule: str
    level: Level
    """After waivers and the baseline: a finding that was let pass is at ``observe``."""
    result: Result
    message: str
    """What is wrong, in one sentence."""
    fix: str
    """What to do about it."""
    facts: DatasetFacts | None = None
    subject: str = ""
    dag_id: str | None = None
    """Only of a rule about what one DAG does."""
    about: DatasetId | None = None
    """Dataset it is about where no facts of it are at hand."""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    waiver: WaiverNote | None = None
    is_baselined: bool = False
    enforce_from: date | None = None
    """Day from which it blocks."""
    owners: tuple[OwnerFact, ...] = ()
    """Who answers for it where it has no facts of a dataset: owners of the DAG."""

    @property
    def dataset(self) -> DatasetId | None:
        return self.facts.dataset if self.facts is not None else self.about

    @property
    def key(self) -> str:
        """SHA-256 of rule, dataset, DAG and subject: the same defect found again has the same key."""
        dataset = self.dataset
        return content_hash([self.rule, dataset.digest if dataset else "", self.dag_id or "", self.subject])

    @property
    def owner(self) -> str | None:
        """First owner that is known."""
        if self.facts is None:
            return self.owners[0].name if self.owners else None
        if self.facts.owners:
            return self.facts.owners[0].name
        return next((contract.owner for contract in self.facts.contracts if contract.owner), None)

    @property
    def channel(self) -> str | None:
        if self.facts is not None:
            return self.facts.channel
        return next((owner.channel for owner in self.owners if owner.channel), None)

    @property
    def who(self) -> str:
        """Owner and channel, for people."""
        return _who(self.owner, self.channel)

    @property
    def contract(self) -> ContractFact | None:
        """The contract in force, else the one that no longer is."""
        if self.facts is None:
            return None
        return self.facts.contract or next(iter(self.facts.contracts), None)

    @property
    def waive(self) -> str:
        """The command that asks for a waiver of it."""
        parts = ["airflow lineage waivers create", f"--rule {self.rule}"]
        if self.dataset is not None:
            parts.append(
                f"--namespace {shlex.quote(self.dataset.namespace)} --name {shlex.quote(self.dataset.name)}"
            )
        if self.dag_id:
            parts.append(f"--dag-id {shlex.quote(self.dag_id)}")
        if self.subject:
            parts.append(f"--subject {shlex.quote(self.subject)}")
        parts.append("--days 14 --reason '...'")
        return " ".join(parts)

    def to_wire(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "rule": self.rule,
            "level": self.level.value,
            "result": self.result.value,
            "dataset": dataset_wire(self.dataset) if self.dataset is not None else None,
            "dag_id": self.dag_id,
            "subject": self.subject or None,
            "message": self.message,
            "fix": self.fix,
            "waive": self.waive,
            "owner": self.owner,
            "channel": self.channel,
            "contract": self.contract.to_wire() if self.contract is not None else None,
            "known_by": list(self.facts.known_by) if self.facts is not None else [],
            "degree": self.facts.degree if self.facts is not None else None,
            "evidence": dict(self.evidence),
            "waiver": self.waiver.to_wire() if self.waiver is not None else None,
            "is_baselined": self.is_baselined,
            "enforce_from": self.enforce_from.isoformat() if self.enforce_from else None,
        }

    def describe(self) -> str:
        """See :func:`described`."""
        return described(self.to_wire())


def described(finding: Mapping[str, Any]) -> str:
    """Several lines for people; no name, wherever it comes from, can add a line of its own.

    :param finding: in its wire form, as its reader may see it.
    """
    dataset, contract, waiver = finding["dataset"], finding["contract"], finding["waiver"]
    title = f"{finding['rule']} ({_standing(finding)})"
    if dataset is not None:
        title += f": {DatasetId(dataset['namespace'], dataset['name'])}"
    lines = [title, finding["message"]]
    if dataset is not None:
        known = f"{contract['id']} {contract['version']}" if contract is not None else "none"
        if contract is not None and contract["status"]:
            known += f" ({contract['status']})"
        lines.append(f"contract: {known}")
    if dataset is not None or finding["dag_id"]:
        lines.append(_who(finding["owner"], finding["channel"]))
    if finding["dag_id"]:
        lines.append(f"DAG: {finding['dag_id']}")
    if known_by := finding["known_by"]:
        rest = f"; and {len(known_by) - _MOST_REASONS} more" if len(known_by) > _MOST_REASONS else ""
        lines.append(f"known by: {'; '.join(known_by[:_MOST_REASONS])}{rest}")
    lines.append(f"fix: {finding['fix']}")
    if waiver is not None:
        ticket = f", {waiver['ticket']}" if waiver["ticket"] else ""
        lines.append(f"waived until {waiver['expires']} by {waiver['approver']}: {waiver['reason']}{ticket}")
    elif finding["waive"] and finding["result"] in (Result.FAIL, Result.WARN, Result.ERROR):
        lines.append(f"waive: {finding['waive']}")
    return "\n  ".join(map(line_of, lines))


def _who(owner: str | None, channel: str | None) -> str:
    return f"owner: {owner or 'nobody'}; channel: {channel or 'none known'}"


def _standing(finding: Mapping[str, Any]) -> str:
    if finding["waiver"] is not None:
        return "waived"
    if finding["is_baselined"]:
        return "in the baseline"
    if finding["result"] == Result.UNKNOWN:
        return "unknown"
    if finding["enforce_from"] is not None and finding["level"] != Level.BLOCK:
        return f"{finding['level']}, enforced from {finding['enforce_from']}"
    return str(finding["level"])


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer to one question."""

    result: Result
    findings: tuple[Finding, ...]
    datasets: tuple[DatasetFacts, ...]
    message: str
    blocks: bool
    """Whether whoever asked must not go on."""
    judged: frozenset[str] = frozenset()
    """Ids of the rules that were asked: what they no longer find is resolved."""
    left_out: frozenset[tuple[str, str]] = frozenset()
    """Of those, (rule, digest) where the rule is off for a dataset: nothing is resolved there."""
    grant: GrantNote | None = None
    """Break-glass: why it does not block although findings would."""

    def to_wire(self) -> dict[str, Any]:
        """JSON object; its keys are stable."""
        return {
            "v": WIRE_VERSION,
            "result": self.result.value,
            "blocks": self.blocks,
            "message": self.message,
            "datasets": [facts.to_wire() for facts in self.datasets],
            "findings": [finding.to_wire() for finding in self.findings],
            "grant": self.grant.to_wire() if self.grant is not None else None,
        }
