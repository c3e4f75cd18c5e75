"""Findings: lists, counts by group, and one with its verdicts."""

from __future__ import annotations

from typing import Annotated, Literal

from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import APIRouter, Depends, HTTPException, Path, Query, status

from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.cursor import decode_cursor, encode_cursor
from airflow_lineage_provider.api.parameters import Cursor, DagId, Limit, Word
from airflow_lineage_provider.api.schemas.finding import (
    Finding,
    FindingCount,
    FindingCounts,
    FindingDetail,
    FindingInVerdict,
    FindingPage,
)
from airflow_lineage_provider.governance.dag_findings import findings_of
from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE
from airflow_lineage_provider.store.finding_list import (
    LARGEST_ID,
    FindingFilter,
    count_findings,
    list_findings,
    read_finding,
)

router = APIRouter(tags=["Governance"])

_LIST = "findings"


def _asked(
    session: SessionDep,
    access: AccessDep,
    state: Annotated[Literal["open", "resolved", "all"], Query(description="How they stand.")] = "open",
    rule: Annotated[Word | None, Query(min_length=1, max_length=64, description="Only of this rule.")] = None,
    level: Annotated[
        Literal["observe", "warn", "block"] | None, Query(description="Only at this level.")
    ] = None,
    dag_id: DagId = None,
    namespace: Annotated[
        Word | None, Query(min_length=1, max_length=MAX_NAMESPACE, description="Only of this namespace.")
    ] = None,
    name: Annotated[
        Word | None, Query(min_length=1, max_length=MAX_NAME, description="Only of datasets of this name.")
    ] = None,
    owner: Annotated[
        Word | None, Query(min_length=1, max_length=250, description="Only of this owner.")
    ] = None,
) -> FindingFilter:
    asked = FindingFilter(state, rule, level, dag_id, frozenset(), namespace, name, owner)
    return findings_of(asked, session=session) if access.may_read(dag_id) else asked


Asked = Annotated[FindingFilter, Depends(_asked)]


@router.get("/findings", summary="List findings")
def get_findings(
    session: SessionDep, access: AccessDep, asked: Asked, limit: Limit = 100, cursor: Cursor = None
) -> FindingPage:
    """Findings about datasets that the reader may see and DAGs they may read, the one opened last first."""
    below = decode_cursor(cursor, int, scope=_LIST)[0] if cursor is not None else None
    page = list_findings(asked, access, below=below, limit=limit, session=session)  # type: ignore[arg-type]
    return FindingPage(
        findings=[Finding.model_validate(finding) for finding in page.findings],
        next_cursor=encode_cursor([page.next_id], scope=_LIST) if page.next_id is not None else None,
    )


@router.get("/findings/counts", summary="Count findings by group")
def get_counts(
    session: SessionDep,
    access: AccessDep,
    asked: Asked,
    by: Annotated[
        Literal["owner", "rule", "level", "namespace", "dag_id"], Query(description="What the groups are.")
    ] = "rule",
) -> FindingCounts:
    """How many findings there are of each owner, rule, level, namespace or DAG."""
    counts = count_findings(asked, by, access, session=session)
    return FindingCounts(by=by, counts=[FindingCount.model_validate(count) for count in counts])


@router.get("/findings/{finding_id}", summary="Read a finding")
def get_finding(
    session: SessionDep,
    access: AccessDep,
    finding_id: Annotated[int, Path(ge=0, le=LARGEST_ID, description="Id of the finding.")],
) -> FindingDetail:
    """One finding with its evidence and the newest verdicts that have it."""
    found = read_finding(finding_id, access, session=session)
    if found is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"no finding {finding_id} is known")
    finding, verdicts = found
    return FindingDetail(
        finding=Finding.model_validate(finding),
        evidence=finding.evidence,
        verdicts=[FindingInVerdict.model_validate(verdict) for verdict in verdicts],
    )
