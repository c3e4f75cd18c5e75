"""How much of what ran is recorded."""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import APIRouter, Query

from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.cursor import decode_cursor, encode_cursor
from airflow_lineage_provider.api.parameters import Cursor, DagId, Limit, Since, Until, window_of
from airflow_lineage_provider.api.schemas.coverage import Counts, CoveragePage, CoverageRow
from airflow_lineage_provider.store.coverage import GroupBy, read_coverage

router = APIRouter(tags=["Coverage"])

_LIST = "coverage"


@router.get("/coverage", summary="Count what is recorded")
def get_coverage(
    session: SessionDep,
    access: AccessDep,
    by: Annotated[GroupBy, Query(description="What is counted together.")] = "dag",
    dag_id: DagId = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> CoveragePage:
    """Attempts by DAG, task or operator, and how many of them are recorded; by default of the last seven days.

    Runs of other producers stand in the group without a DAG.
    """
    start, end = window_of(since, until)
    after = decode_cursor(cursor, str, str, scope=_LIST) if cursor is not None else None
    page = read_coverage(by, start, end, access, dag_id=dag_id, after=after, limit=limit, session=session)  # type: ignore[arg-type]
    return CoveragePage(
        since=start,
        until=end,
        total=Counts.model_validate(page.total),
        rows=[CoverageRow.model_validate(row) for row in page.rows],
        next_cursor=encode_cursor(page.next_key, scope=_LIST) if page.next_key is not None else None,
    )
