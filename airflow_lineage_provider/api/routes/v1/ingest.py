"""OpenLineage events in: one, or a batch."""

from __future__ import annotations

from typing import Any

from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import APIRouter, HTTPException
from fastapi.responses import JSONResponse, Response

from airflow_lineage_provider.api.ingest_auth import SenderDep
from airflow_lineage_provider.api.ingest_body import BodyDep
from airflow_lineage_provider.api.intake import Refusal, take_in
from airflow_lineage_provider.api.schemas.ingest import (
    BatchAnswer,
    BatchSummary,
    FailedEvent,
    FieldProblem,
    InvalidEventAnswer,
    Problem,
)

MAX_BATCH = 5_000
"""Events of a batch: each is a transaction, and whoever sent them waits."""

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The body is not JSON, or not gzip as it says."},
    401: {
        "model": Problem,
        "description": "Nobody is signed in, or the ingest key is unknown, expired or revoked.",
    },
    403: {"model": Problem, "description": "The sender may not send this."},
    413: {"model": Problem, "description": "The body is too large."},
    415: {"model": Problem, "description": "Content-Encoding or Content-Type is not taken."},
}

router = APIRouter(tags=["Ingest"], responses=_PROBLEMS)


def _body_of(schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


_EVENT = {
    "type": "object",
    "description": "An OpenLineage RunEvent, JobEvent or DatasetEvent.",
    "required": ["eventTime"],
    "properties": {"eventTime": {"type": "string", "format": "date-time"}},
}


@router.post(
    "/lineage",
    summary="Send an OpenLineage event",
    status_code=201,
    response_class=Response,
    responses={
        201: {"description": "The event is stored, or was before."},
        422: {
            "model": InvalidEventAnswer,
            "description": "The event could not be stored; the field is named.",
        },
        503: {"model": Problem, "description": "The database did not take it; send it again."},
    },
    openapi_extra=_body_of(_EVENT),
)
def post_event(sender: SenderDep, body: BodyDep, session: SessionDep) -> Response:
    """Take in one RunEvent, JobEvent or DatasetEvent. Sending it again changes nothing."""
    refusal = take_in(body.json(), sender, session=session)
    return Response(status_code=201) if refusal is None else _answer(refusal)


@router.post(
    "/lineage/batch",
    summary="Send a batch of OpenLineage events",
    responses={422: {"model": InvalidEventAnswer, "description": "The body is not a list."}},
    openapi_extra=_body_of({"type": "array", "maxItems": MAX_BATCH, "items": _EVENT}),
)
def post_batch(sender: SenderDep, body: BodyDep, session: SessionDep) -> BatchAnswer:
    """Take in a list of events, each for itself: what cannot be stored does not keep the others out."""
    documents = body.json()
    if not isinstance(documents, list):
        raise HTTPException(
            422, [{"loc": ["body"], "msg": "must be a list of events", "type": "invalid_event"}]
        )
    if len(documents) > MAX_BATCH:
        raise HTTPException(
            413, f"A batch must have at most {MAX_BATCH} events, but it has {len(documents)}."
        )
    failed = []
    for index, document in enumerate(documents):
        refusal = take_in(document, sender, session=session)
        if refusal is not None:
            failed.append(FailedEvent(index=index, reason=refusal.reason, retriable=refusal.is_retriable))
    retriable = sum(event.retriable for event in failed)
    return BatchAnswer(
        status="partial_success" if failed else "success",
        summary=BatchSummary(
            received=len(documents),
            successful=len(documents) - len(failed),
            failed=len(failed),
            retriable=retriable,
            non_retriable=len(failed) - retriable,
        ),
        failed_events=failed,
    )


def _answer(refusal: Refusal) -> Response:
    if refusal.field is not None:
        problem = FieldProblem(loc=["body", refusal.field], msg=refusal.reason)
        return JSONResponse(InvalidEventAnswer(detail=[problem]).model_dump(), refusal.status)
    headers = {"Retry-After": "5"} if refusal.is_retriable else None
    return JSONResponse({"detail": refusal.reason}, refusal.status, headers=headers)
