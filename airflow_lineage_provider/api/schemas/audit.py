"""The audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class AuditEntry(BaseModel):
    """One entry."""

    id: int
    seq: int | None = Field(description="Place in the chain; null: not sealed yet.")
    kind: str
    at: datetime
    actor: str | None
    subject: str | None
    payload: Any = Field(description="What happened; null where it was purged.")
    is_purged: bool
    payload_hash: str = Field(description="SHA-256 of the stored payload; stays when that is purged.")
    entry_hash: str | None = Field(description="SHA-256 of the entry in its place.")


class AuditPage(BaseModel):
    """Entries, newest first."""

    entries: list[AuditEntry]
    next_cursor: str | None


class AuditFault(BaseModel):
    """Something that is not as it was sealed."""

    seq: int | None = Field(description="Place of the first entry that it is about.")
    problem: str
    detail: str


class AuditReseal(BaseModel):
    """An entry in which somebody accepted the faults of before."""

    seq: int
    at: datetime
    actor: str | None
    reason: str
    faults: int = Field(description="How many were accepted.")


class AuditState(BaseModel):
    """What verifying found."""

    is_intact: bool
    is_complete: bool = Field(description="False: only a part of the chain was looked at.")
    entries: int = Field(description="How many were looked at.")
    size: int = Field(description="Place of the last of them.")
    root: str | None = Field(description="Merkle root (RFC 6962) of the whole chain.")
    head: str | None = Field(description="Hash of the last entry.")
    first_bad: int | None = Field(description="Place of the first fault.")
    faults: list[AuditFault] = Field(description="The first ones.")
    fault_count: int
    accepted: list[AuditFault] = Field(description="The first of the faults that somebody accepted.")
    accepted_count: int
    reseals: list[AuditReseal]
    purged: int = Field(description="Entries without payload; their hashes are verified.")
    unsealed: int = Field(description="Entries that nothing protects yet.")
    oldest_unsealed: datetime | None
    checkpoints: int = Field(description="Checkpoints that the chain was compared with.")
    note: str | None = Field(description="What stood in the way of comparing with checkpoints.")
