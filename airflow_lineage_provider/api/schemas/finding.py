"""Findings and the verdicts that have them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from airflow_lineage_provider.api.schemas.run import Shown


class Finding(Shown):
    """What one rule says about one thing, from the first time it was found."""

    id: int
    key: str = Field(description="The same defect found again has the same key.")
    state: str = Field(description="open or resolved.")
    rule: str
    level: str = Field(description="As it was seen last: observe, warn or block.")
    result: str = Field(description="fail, error or unknown.")
    standing: str = Field(description="Its level, or why it is let pass: waived, in the baseline.")
    namespace: str | None
    name: str | None
    dag_id: str | None = Field(description="Only of a rule about what one DAG does.")
    subject: str | None = Field(description="A column, a contract, a task.")
    message: str
    fix: str
    owner: str | None
    channel: str | None
    contract_id: str | None
    contract_version: str | None
    opened_at: datetime
    last_seen_at: datetime
    resolved_at: datetime | None
    reopened: int = Field(description="How often it came back after it was gone.")
    waiver_id: int | None
    is_baselined: bool


class FindingPage(BaseModel):
    """Findings, the one opened last first."""

    findings: list[Finding]
    next_cursor: str | None = Field(description="A page may be short and still have a next one.")


class FindingCount(Shown):
    """How many findings of a group there are."""

    value: str | None
    findings: int


class FindingCounts(BaseModel):
    """Findings by group, most first."""

    by: str
    counts: list[FindingCount]


class FindingInVerdict(Shown):
    """A verdict that has the finding."""

    verdict_id: int
    gate: str
    dag_id: str | None
    run_id: str | None
    result: str = Field(description="Of the verdict.")
    level: str = Field(description="That the finding had there.")
    judged_at: datetime


class FindingDetail(BaseModel):
    """One finding."""

    finding: Finding
    evidence: dict[str, Any] = Field(description="Facts it rests on, as they were when it was seen last.")
    verdicts: list[FindingInVerdict] = Field(description="Newest first, 50 at most.")
