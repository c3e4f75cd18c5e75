"""Waivers, break-glass grants and the baseline as the API shows and takes them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from airflow_lineage_provider.api.parameters import Word
from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE
from airflow_lineage_provider.store.decisions.approval import MAX_REASON, MAX_TICKET

_Reason = Annotated[Word, StringConstraints(min_length=1, max_length=MAX_REASON)]
_Ticket = Annotated[Word, StringConstraints(max_length=MAX_TICKET)]


class _Decided(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    state: str = Field(description="pending | active | expired | revoked")
    reason: str
    ticket: str | None
    author: str
    created_at: datetime
    approver: str | None
    approved_at: datetime | None
    expires_at: datetime
    revoked_at: datetime | None
    revoked_by: str | None


class WaiverOut(_Decided):
    """A waiver."""

    rule: str
    namespace: str | None
    name: str | None
    dag_id: str | None
    subject: str | None


class WaiverPage(BaseModel):
    """Waivers, newest first."""

    waivers: list[WaiverOut]
    next_cursor: str | None


class GrantOut(_Decided):
    """A break-glass grant."""

    name: str
    dag_id: str
    uses: int
    most_uses: int | None


class GrantPage(BaseModel):
    """Grants, newest first."""

    grants: list[GrantOut]
    next_cursor: str | None


class WaiverRequest(BaseModel):
    """What to let pass, why and for how long."""

    model_config = ConfigDict(extra="forbid")

    rule: Annotated[Word, StringConstraints(max_length=64)]
    namespace: Annotated[Word, StringConstraints(max_length=MAX_NAMESPACE)] | None = None
    name: Annotated[Word, StringConstraints(max_length=MAX_NAME)] | None = None
    dag_id: Annotated[Word, StringConstraints(max_length=250)] | None = None
    subject: Annotated[Word, StringConstraints(max_length=1000)] | None = None
    reason: _Reason
    ticket: _Ticket | None = None
    days: Annotated[int, Field(ge=1, le=3650)]


class GrantRequest(BaseModel):
    """Which DAGs may go on, why and for how long."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Word, StringConstraints(min_length=1, max_length=128)]
    dag_id: Annotated[Word, StringConstraints(min_length=1, max_length=250)]
    reason: _Reason
    ticket: _Ticket | None = None
    days: Annotated[int, Field(ge=1, le=3650)]
    most_uses: Annotated[int, Field(ge=1, le=10_000)] | None = None


class BaselineEntryOut(BaseModel):
    """A finding of the baseline."""

    model_config = ConfigDict(from_attributes=True)

    key: str
    rule: str
    subject: str
    created_at: datetime
    created_by: str | None
    is_open: bool


class BaselineOut(BaseModel):
    """The baseline."""

    findings: list[BaselineEntryOut]


class BaselineChangeOut(BaseModel):
    """What became of the baseline."""

    model_config = ConfigDict(from_attributes=True)

    added: int
    removed: int
