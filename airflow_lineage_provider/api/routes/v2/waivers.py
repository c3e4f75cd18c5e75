"""Waivers: let a finding pass for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, HTTPException, Path, Query, status

from airflow_lineage_provider import config
from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.cursor import decode_cursor, encode_cursor
from airflow_lineage_provider.api.parameters import LARGEST_NUMBER, Cursor, Limit, Word
from airflow_lineage_provider.api.refusal import refusing
from airflow_lineage_provider.api.rights import GovernDep, author_of
from airflow_lineage_provider.api.schemas.waiver import WaiverOut, WaiverPage, WaiverRequest
from airflow_lineage_provider.store.decisions.approval import Request
from airflow_lineage_provider.store.decisions.waiver_requests import (
    STATES,
    WaiverScope,
    approve_waiver,
    create_waiver,
    find_waiver,
    list_waivers,
    revoke_waiver,
)

router = APIRouter(tags=["Waivers"])

_LIST = "waivers"

WaiverId = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="Id of the waiver.")]
State = Annotated[Word | None, Query(description=f"Only these: {', '.join(STATES)}.", max_length=16)]


@router.get("/waivers", summary="List waivers")
def get_waivers(
    session: SessionDep,
    access: AccessDep,
    state: State = None,
    rule: Annotated[Word | None, Query(max_length=64, description="Only of this rule.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> WaiverPage:
    """Newest first. Who may not read every DAG sees those for single DAGs that they may read."""
    if state is not None and state not in STATES:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, f"state must be one of {', '.join(STATES)}")
    before = decode_cursor(cursor, int, scope=_LIST)[0] if cursor is not None else None
    found = list_waivers(
        now=datetime.now(UTC),
        states=(state,) if state else STATES,
        rule=rule,
        dag_ids=access.dag_ids,
        before=before,  # type: ignore[arg-type]
        limit=limit + 1,
        session=session,
    )
    shown = found[:limit]
    return WaiverPage(
        waivers=[WaiverOut.model_validate(waiver) for waiver in shown],
        next_cursor=encode_cursor((shown[-1].id,), scope=_LIST) if len(found) > limit else None,
    )


@router.post("/waivers", summary="Ask for a waiver", status_code=status.HTTP_201_CREATED)
def post_waiver(session: SessionDep, user: GetUserDep, body: WaiverRequest) -> WaiverOut:
    """It holds once somebody else has approved it. For one DAG whoever may edit it may ask, else who may edit all."""
    author = author_of(user, body.dag_id)
    now = datetime.now(UTC)
    with refusing():
        waiver_id = create_waiver(
            WaiverScope(body.rule, body.namespace, body.name, body.dag_id, body.subject),
            Request(body.reason, author, now + timedelta(days=body.days), body.ticket),
            longest=config.waiver_longest(),
            now=now,
            session=session,
        )
    return _shown(waiver_id, now, session)


@router.post("/waivers/{waiver_id}/approve", summary="Approve a waiver")
def post_approval(session: SessionDep, governor: GovernDep, waiver_id: WaiverId) -> WaiverOut:
    """Not by whoever asked for it."""
    now = datetime.now(UTC)
    with refusing():
        approve_waiver(waiver_id, by=governor.name, now=now, session=session)
    return _shown(waiver_id, now, session)


@router.post("/waivers/{waiver_id}/revoke", summary="Revoke a waiver")
def post_revocation(session: SessionDep, governor: GovernDep, waiver_id: WaiverId) -> WaiverOut:
    """What it let pass counts again from now on."""
    now = datetime.now(UTC)
    with refusing():
        revoke_waiver(waiver_id, by=governor.name, now=now, session=session)
    return _shown(waiver_id, now, session)


def _shown(waiver_id: int, now: datetime, session: SessionDep) -> WaiverOut:
    return WaiverOut.model_validate(find_waiver(waiver_id, now=now, session=session))
