"""What senders of events are answered."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class FieldProblem(BaseModel):
    """A field that is wrong."""

    loc: list[str | int] = Field(description="body, then the path of the field: inputs[0].name")
    msg: str = Field(description="The field, and what is expected there.")
    type: str = "invalid_event"


class InvalidEventAnswer(BaseModel):
    """An event that could not be stored as it is."""

    detail: list[FieldProblem]


class Problem(BaseModel):
    """Any other refusal."""

    detail: str


class BatchSummary(BaseModel):
    """How many events went which way."""

    received: int
    successful: int
    failed: int
    retriable: int
    non_retriable: int


class FailedEvent(BaseModel):
    """An event of a batch that was not taken."""

    index: int = Field(description="Place in the batch, from 0.")
    reason: str
    retriable: bool = Field(description="Whether the same event may be taken later.")


class BatchAnswer(BaseModel):
    """What became of a batch."""

    status: Literal["success", "partial_success"] = Field(
        description="success: every event was taken. Otherwise the summary and failed_events say what was not."
    )
    summary: BatchSummary
    failed_events: list[FailedEvent]
