"""One message to one owner: what opened, what is gone, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.verdict import Finding
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.untold_findings import OPENED, Untold

SHOWN = 30
"""Findings of each sort that a message spells out."""


@dataclass(frozen=True)
class Letter:
    """What one notifier is told in one round about the findings of one owner."""

    owner: str | None
    channel: str | None
    findings: tuple[Untold, ...]

    @cached_property
    def opened(self) -> tuple[Untold, ...]:
        return tuple(each for each in self.findings if each.state == OPENED)

    @cached_property
    def resolved(self) -> tuple[Untold, ...]:
        return tuple(each for each in self.findings if each.state != OPENED)

    @property
    def title(self) -> str:
        """One line."""
        parts = [f"{len(self.opened)} opened"] if self.opened else []
        parts += [f"{len(self.resolved)} resolved"] if self.resolved else []
        return f"Lineage findings: {', '.join(parts)} (owner: {_line(self.owner or 'nobody')})"

    @property
    def message(self) -> str:
        """Plain text; no name in it, wherever it comes from, can add a line of its own."""
        lines = [self.title, f"channel: {_line(self.channel or 'none known')}"]
        for state, findings in ((OPENED, self.opened), ("resolved", self.resolved)):
            if findings:
                lines += ["", f"{state}:"]
                for each in findings[:SHOWN]:
                    lines += _lines(each)
                if len(findings) > SHOWN:
                    lines.append(f"- and {len(findings) - SHOWN} more")
        return "\n".join(lines)

    def context(self) -> dict[str, Any]:
        """What templates see; all of it once more as ``lineage``.

        Airflow adds a notifier's own template fields to the context: a notifier with a field ``message`` hides ours.
        """
        known = {
            "owner": self.owner,
            "channel": self.channel,
            "title": self.title,
            "message": self.message,
            "findings": [to_wire(each) for each in self.findings],
            "opened": [to_wire(each) for each in self.opened],
            "resolved": [to_wire(each) for each in self.resolved],
            "dag_id": None,
            "runs": [],
        }
        return {**known, "lineage": dict(known)}


def letters_of(findings: Sequence[Untold]) -> list[Letter]:
    """One letter for each owner and channel."""
    groups: dict[tuple[str | None, str | None], list[Untold]] = {}
    for each in findings:
        groups.setdefault((each.owner, each.channel), []).append(each)
    return [Letter(owner, channel, tuple(group)) for (owner, channel), group in groups.items()]


def to_wire(found: Untold) -> dict[str, Any]:
    """JSON object of one finding."""
    return {
        "state": found.state,
        "rule": found.rule,
        "level": found.level,
        "result": found.result,
        "namespace": found.namespace,
        "name": found.name,
        "dag_id": found.dag_id,
        "subject": found.subject,
        "message": found.message,
        "fix": found.fix,
        "waive": _waive(found),
        "owner": found.owner,
        "channel": found.channel,
        "contract_id": found.contract_id,
        "contract_version": found.contract_version,
        "opened_at": found.opened_at.isoformat(),
        "resolved_at": found.resolved_at.isoformat() if found.resolved_at else None,
    }


def _lines(found: Untold) -> list[str]:
    about = [str(_dataset(found))] if found.namespace is not None else []
    about += [f"DAG {found.dag_id}"] if found.dag_id else []
    title = _line(f"{found.rule} ({found.level}): {', '.join(about) or 'everything'}")
    if found.state != OPENED:
        return [f"- {title}, open since {found.opened_at.isoformat(timespec='minutes')}"]
    contract = f"{found.contract_id} {found.contract_version or ''}" if found.contract_id else "none"
    parts = [found.message, f"contract: {contract}", f"fix: {found.fix}", f"waive: {_waive(found)}"]
    return [f"- {title}", *(f"  {_line(part)}" for part in parts)]


def _waive(found: Untold) -> str:
    return Finding(
        rule=found.rule,
        level=Level.WARN,
        result=Result.FAIL,
        message=found.message,
        fix=found.fix,
        subject=found.subject or "",
        dag_id=found.dag_id,
        about=_dataset(found),
    ).waive


def _dataset(found: Untold) -> DatasetId | None:
    return DatasetId(found.namespace, found.name or "") if found.namespace is not None else None


def _line(text: str) -> str:
    return " ".join(text.split())
