"""How lineage does: figures of a window, the same over time, and what could not be read."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import APIRouter, Depends, HTTPException, Query, status

from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.cursor import decode_cursor, encode_cursor
from airflow_lineage_provider.api.kept import Kept
from airflow_lineage_provider.api.parameters import Cursor, Limit
from airflow_lineage_provider.api.schemas.health import (
    DeadLetter,
    DeadLetterPage,
    HealthBucket,
    HealthHistory,
    Slis,
)
from airflow_lineage_provider.store.dead_letters import list_letters
from airflow_lineage_provider.store.health_history import read_history
from airflow_lineage_provider.store.slis import read_slis

_LIST = "dead-letters"
KEPT_SECONDS = 30.0
MOST_KEPT = 100
MOST_HOURS = 24 * 92
MOST_BUCKETS = 200


def _reads_all(access: AccessDep) -> None:
    if not access.is_unrestricted:
        raise HTTPException(
            status.HTTP_403_FORBIDDEN,
            "This needs the right to read all DAGs, for it counts what all of them do.",
        )


router = APIRouter(tags=["Health"], dependencies=[Depends(_reads_all)])

_Hours = Annotated[int, Query(ge=1, le=MOST_HOURS, description="How far back, from now.")]

KEPT: Kept[Any] = Kept(KEPT_SECONDS, MOST_KEPT)
"""They count whole windows, and pages ask often."""


@router.get("/health/slis", summary="Read the figures of a window")
def get_slis(session: SessionDep, hours: _Hours = 24) -> Slis:
    """Coverage, latency, dead letters, and what contracts speak of in vain; the numbers may be 30 seconds old."""

    def read() -> Slis:
        until = datetime.now(UTC)
        since = until - timedelta(hours=hours)
        found = read_slis(since, until, session=session)
        return Slis(since=since, until=until, **asdict(found))

    return KEPT.get(("slis", hours), read)


@router.get("/health/history", summary="Read the figures over time")
def get_history(
    session: SessionDep,
    hours: _Hours = 168,
    buckets: Annotated[int, Query(ge=1, le=MOST_BUCKETS, description="Equal parts of the window.")] = 28,
) -> HealthHistory:
    """Coverage, errors and latency of each part of a window; the numbers may be 30 seconds old."""

    def read() -> HealthHistory:
        until = datetime.now(UTC)
        since = until - timedelta(hours=hours)
        found = read_history(since, until, buckets, session=session)
        return HealthHistory(
            since=since,
            until=until,
            bucket_seconds=(until - since).total_seconds() / buckets,
            buckets=[HealthBucket.model_validate(bucket) for bucket in found.buckets],
            is_cut=found.is_cut,
        )

    return KEPT.get(("history", hours, buckets), read)


@router.get("/health/dead-letters", summary="List dead letters")
def get_dead_letters(session: SessionDep, limit: Limit = 50, cursor: Cursor = None) -> DeadLetterPage:
    """Records that could not be ingested, with the reason."""
    below = decode_cursor(cursor, int, scope=_LIST)[0] if cursor is not None else None
    found = list_letters(limit=limit + 1, below=below, session=session)  # type: ignore[arg-type]
    return DeadLetterPage(
        letters=[DeadLetter.model_validate(letter) for letter in found[:limit]],
        next_cursor=encode_cursor([found[limit - 1].id], scope=_LIST) if len(found) > limit else None,
    )
