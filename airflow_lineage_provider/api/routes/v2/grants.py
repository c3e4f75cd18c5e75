"""Break-glass grants: leave to go on in an emergency, given beforehand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, HTTPException, Path, status

from airflow_lineage_provider import config
from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.cursor import decode_cursor, encode_cursor
from airflow_lineage_provider.api.parameters import LARGEST_NUMBER, Cursor, Limit
from airflow_lineage_provider.api.refusal import refusing
from airflow_lineage_provider.api.rights import GovernDep, author_of
from airflow_lineage_provider.api.schemas.waiver import GrantOut, GrantPage, GrantRequest
from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store.decisions.approval import Request
from airflow_lineage_provider.store.decisions.grant_requests import (
    approve_grant,
    create_grant,
    find_grant,
    list_grants,
    revoke_grant,
)

router = APIRouter(tags=["Break-glass"])

_LIST = "grants"

# Not by its name: that may hold what no part of a path can.
GrantId = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="Id of the grant.")]


@router.get("/grants", summary="List break-glass grants")
def get_grants(
    session: SessionDep, access: AccessDep, limit: Limit = 100, cursor: Cursor = None
) -> GrantPage:
    """Newest first. Only for who may read every DAG: whoever knows the name of one may use it."""
    _unrestricted(access)
    before = decode_cursor(cursor, int, scope=_LIST)[0] if cursor is not None else None
    found = list_grants(now=datetime.now(UTC), before=before, limit=limit + 1, session=session)  # type: ignore[arg-type]
    shown = found[:limit]
    return GrantPage(
        grants=[GrantOut.model_validate(grant) for grant in shown],
        next_cursor=encode_cursor((shown[-1].id,), scope=_LIST) if len(found) > limit else None,
    )


@router.post("/grants", summary="Ask for a break-glass grant", status_code=status.HTTP_201_CREATED)
def post_grant(session: SessionDep, user: GetUserDep, body: GrantRequest) -> GrantOut:
    """It holds once somebody else has approved it. For one DAG whoever may edit it may ask, else who may edit all."""
    author = author_of(user, body.dag_id)
    now = datetime.now(UTC)
    with refusing():
        grant_id = create_grant(
            body.name,
            body.dag_id,
            Request(body.reason, author, now + timedelta(days=body.days), body.ticket),
            most_uses=body.most_uses,
            longest=config.waiver_longest(),
            now=now,
            session=session,
        )
    return _shown(grant_id, now, session)


@router.post("/grants/{grant_id}/approve", summary="Approve a break-glass grant")
def post_approval(session: SessionDep, governor: GovernDep, grant_id: GrantId) -> GrantOut:
    """Not by whoever asked for it."""
    now = datetime.now(UTC)
    with refusing():
        approve_grant(grant_id, by=governor.name, now=now, session=session)
    return _shown(grant_id, now, session)


@router.post("/grants/{grant_id}/revoke", summary="Revoke a break-glass grant")
def post_revocation(session: SessionDep, governor: GovernDep, grant_id: GrantId) -> GrantOut:
    """No run goes on by it from now on."""
    now = datetime.now(UTC)
    with refusing():
        revoke_grant(grant_id, by=governor.name, now=now, session=session)
    return _shown(grant_id, now, session)


def _unrestricted(access: Access) -> None:
    if not access.is_unrestricted:
        raise HTTPException(status.HTTP_403_FORBIDDEN, "This needs the right to read all DAGs.")


def _shown(grant_id: int, now: datetime, session: SessionDep) -> GrantOut:
    return GrantOut.model_validate(find_grant(grant_id, now=now, session=session))
