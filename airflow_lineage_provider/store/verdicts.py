"""Verdicts and their findings, kept with the evidence they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.tables import Finding, Verdict


@dataclass(frozen=True, slots=True)
class Gate:
    """Who asked. Parts that a gate does not have are ``None``."""

    name: str
    """operator | dag-run | task | ci | api"""
    dag_id: str | None = None
    run_id: str | None = None
    task_id: str | None = None
    map_index: int | None = None
    try_number: int | None = None


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as it is kept."""

    rule: str
    level: str
    result: str
    message: str
    evidence: Mapping[str, Any]
    """What was known about the dataset, in JSON values."""
    dataset: DatasetId | None = None


def save_verdict(
    gate: Gate,
    *,
    result: str,
    message: str,
    datasets: int,
    findings: Iterable[FindingRow],
    now: datetime,
    session: Session,
) -> int:
    """Store one verdict. Returns its id.

    :param datasets: how many datasets were judged.
    """
    verdict = Verdict(
        gate=gate.name,
        dag_id=gate.dag_id,
        run_id=gate.run_id,
        task_id=gate.task_id,
        map_index=gate.map_index,
        try_number=gate.try_number,
        result=result,
        message=message,
        datasets=datasets,
        judged_at=now,
    )
    session.add(verdict)
    session.flush()
    session.add_all(
        Finding(
            verdict_id=verdict.id,
            rule=finding.rule,
            level=finding.level,
            result=finding.result,
            digest=finding.dataset.digest if finding.dataset else None,
            namespace=finding.dataset.namespace if finding.dataset else None,
            name=finding.dataset.name if finding.dataset else None,
            message=finding.message,
            evidence=canonical_json(finding.evidence).decode("utf-8", "replace"),
        )
        for finding in findings
    )
    session.flush()
    return verdict.id
