"""What the gates would do now."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field


class GateFinding(BaseModel):
    """A finding by name."""

    key: str
    rule: str
    level: str = Field(description="What the DAG tightens is in it.")


class Gate(BaseModel):
    """The last known answer about a DAG."""

    dag_id: str
    mode: str = Field(
        description="Most that the dag-run gate may do for the DAG: off, observe, warn or block."
    )
    result: str = Field(description="pass, warn, fail, error, unknown or skip, as if the gate may block.")
    level: str = Field(description="Gravest level among the findings; off: nothing was found.")
    effective: str = Field(description="What the gate would do about a run now: off, observe, warn or block.")
    findings_total: int
    datasets: int = Field(description="How many were judged.")
    verdict_id: int | None = Field(description="The verdict with the evidence; null where nothing was found.")
    judged_at: datetime
    valid_until: datetime
    is_expired: bool


class GatePage(BaseModel):
    """Answers by the id of their DAG."""

    gates: list[Gate]
    next_cursor: str | None = Field(description="A page may be short and still have a next one.")


class GateDetail(Gate):
    """One answer with what it says."""

    message: str
    findings: list[GateFinding] = Field(description="The gravest 50.")
    reason: str = Field(description="What would become of a run now, in one sentence.")
