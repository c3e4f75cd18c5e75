"""Verdicts: lists, and one with its whole answer."""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import APIRouter, HTTPException, Path, Query, status

from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.cursor import decode_cursor, encode_cursor
from airflow_lineage_provider.api.parameters import Cursor, DagId, DagRunId, Limit, Word
from airflow_lineage_provider.api.schemas.verdict import Verdict, VerdictDetail, VerdictPage
from airflow_lineage_provider.store.finding_list import LARGEST_ID
from airflow_lineage_provider.store.verdict_list import VerdictFilter, list_verdicts, read_verdict

router = APIRouter(tags=["Governance"])

_LIST = "verdicts"


@router.get("/verdicts", summary="List verdicts")
def get_verdicts(
    session: SessionDep,
    access: AccessDep,
    dag_id: DagId = None,
    run_id: DagRunId = None,
    gate: Annotated[
        Word | None, Query(min_length=1, max_length=32, description="Only of this gate: operator, cli.")
    ] = None,
    result: Annotated[
        Word | None, Query(min_length=1, max_length=8, description="Only with this result: pass, warn, fail.")
    ] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> VerdictPage:
    """Verdicts about DAGs that the reader may read, newest first."""
    below = decode_cursor(cursor, int, scope=_LIST)[0] if cursor is not None else None
    asked = VerdictFilter(dag_id, run_id, gate, result)
    page = list_verdicts(asked, access, below=below, limit=limit, session=session)  # type: ignore[arg-type]
    return VerdictPage(
        verdicts=[Verdict.model_validate(verdict) for verdict in page.verdicts],
        next_cursor=encode_cursor([page.next_id], scope=_LIST) if page.next_id is not None else None,
    )


@router.get("/verdicts/{verdict_id}", summary="Read a verdict")
def get_verdict(
    session: SessionDep,
    access: AccessDep,
    verdict_id: Annotated[int, Path(ge=0, le=LARGEST_ID, description="Id of the verdict.")],
) -> VerdictDetail:
    """One verdict with its answer as it was given, and the facts it rests on."""
    found = read_verdict(verdict_id, access, session=session)
    if found is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"no verdict {verdict_id} is known")
    return VerdictDetail(
        verdict=Verdict.model_validate(found.verdict),
        message=found.message,
        answer=dict(found.answer) if found.answer is not None else None,
    )
