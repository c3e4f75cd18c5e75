"""What the gates would do now, DAG by DAG."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import APIRouter, HTTPException, Path, Query, status

from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.cursor import decode_cursor, encode_cursor
from airflow_lineage_provider.api.parameters import MAX_ID, Cursor, Limit, Word
from airflow_lineage_provider.api.rights import GovernDep
from airflow_lineage_provider.api.schemas.gate import Gate, GateDetail, GatePage
from airflow_lineage_provider.governance.gates.gate_view import view_of
from airflow_lineage_provider.governance.gates.judge_now import judge_now
from airflow_lineage_provider.store.gate_list import GateFilter, list_gates, read_gate, shown_message
from airflow_lineage_provider.store.known_dags import is_live_dag

router = APIRouter(tags=["Governance"])

_LIST = "gates"

GateDagId = Annotated[Word, Path(min_length=1, max_length=MAX_ID, description="Id of the DAG.")]


@router.get("/gates", summary="List gate states")
def get_gates(
    session: SessionDep,
    access: AccessDep,
    level: Annotated[
        str | None,
        Query(pattern="^(off|observe|warn|block)$", description="Only with this gravest level of findings."),
    ] = None,
    result: Annotated[
        Word | None, Query(min_length=1, max_length=8, description="Only with this result: pass, warn, fail.")
    ] = None,
    dag_id: Annotated[
        Word | None, Query(min_length=1, max_length=MAX_ID, description="Only DAGs that this glob matches.")
    ] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> GatePage:
    """What the gates know about DAGs that the reader may read, by id."""
    after = decode_cursor(cursor, str, scope=_LIST)[0] if cursor is not None else ""
    asked = GateFilter(level, result, dag_id)
    page = list_gates(asked, access, after=str(after), limit=limit, session=session)
    now = datetime.now(UTC)
    return GatePage(
        gates=[Gate.model_validate(view_of(gate, now=now).to_wire()) for gate in page.gates],
        next_cursor=encode_cursor([page.next_after], scope=_LIST) if page.next_after is not None else None,
    )


@router.get("/gates/{dag_id}", summary="Read the gate state of a DAG")
def get_gate(session: SessionDep, access: AccessDep, dag_id: GateDagId) -> GateDetail:
    """What the gates know about a DAG, and what they would do about a run of it now."""
    gate = read_gate(dag_id, access, session=session)
    if gate is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"nothing is known about the gates of DAG {dag_id!r}")
    message = shown_message(gate, access, session=session)
    return GateDetail.model_validate(view_of(gate, now=datetime.now(UTC)).to_wire(message=message))


@router.post("/gates/{dag_id}/judge", summary="Judge a DAG for its gates now")
def post_judge(session: SessionDep, access: AccessDep, governor: GovernDep, dag_id: GateDagId) -> GateDetail:
    """Judge a DAG at once, and keep the answer: after a fix, before its next run."""
    if not access.may_read(dag_id) or not is_live_dag(dag_id, session=session):
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"there is no DAG {dag_id!r}")
    now = datetime.now(UTC)
    gate = judge_now(dag_id, now=now, session=session)
    message = shown_message(gate, access, session=session)
    return GateDetail.model_validate(view_of(gate, now=now).to_wire(message=message))
