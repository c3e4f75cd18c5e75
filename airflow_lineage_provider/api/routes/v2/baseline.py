"""The baseline: findings that were there when governance was switched on."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import APIRouter, HTTPException, status

from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.rights import GovernDep
from airflow_lineage_provider.api.schemas.waiver import BaselineChangeOut, BaselineEntryOut, BaselineOut
from airflow_lineage_provider.store.decisions import baseline_entries

router = APIRouter(tags=["Baseline"])


@router.get("/baseline", summary="Read the baseline")
def get_baseline(session: SessionDep, access: AccessDep) -> BaselineOut:
    """Findings that are shown and do not block. Only for who may read every DAG."""
    if not access.is_unrestricted:
        raise HTTPException(status.HTTP_403_FORBIDDEN, "This needs the right to read all DAGs.")
    entries = baseline_entries.rows(session=session)
    return BaselineOut(findings=[BaselineEntryOut.model_validate(entry) for entry in entries])


@router.post("/baseline/take", summary="Take all open findings into the baseline")
def post_take(session: SessionDep, governor: GovernDep) -> BaselineChangeOut:
    """From now on only what is found beyond them counts."""
    change = baseline_entries.take(by=governor.name, now=datetime.now(UTC), session=session)
    return BaselineChangeOut.model_validate(change)


@router.post("/baseline/shrink", summary="Take what is mended out of the baseline")
def post_shrink(session: SessionDep, governor: GovernDep) -> BaselineChangeOut:
    """What comes back after it was mended counts again."""
    change = baseline_entries.shrink(by=governor.name, now=datetime.now(UTC), session=session)
    return BaselineChangeOut.model_validate(change)
