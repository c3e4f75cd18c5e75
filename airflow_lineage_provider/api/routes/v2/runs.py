"""Runs: lists, one in full, and what one did otherwise than another."""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import APIRouter, HTTPException, Path, Query, status
from sqlalchemy.orm import Session

from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.cursor import decode_cursor, encode_cursor
from airflow_lineage_provider.api.parameters import (
    LARGEST_NUMBER,
    MAX_ID,
    MAX_NODE_ID,
    Cursor,
    DagId,
    DagRunId,
    Limit,
    Since,
    TaskId,
    Until,
    Word,
)
from airflow_lineage_provider.api.schemas.run import ListedRun, RunDetail, RunDiff, RunPage
from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.node_id import InvalidNodeId
from airflow_lineage_provider.store.found_job import job_of_node
from airflow_lineage_provider.store.run_detail import read_detail
from airflow_lineage_provider.store.run_diff import diff_runs, previous_run
from airflow_lineage_provider.store.run_list import RunFilter, list_runs
from airflow_lineage_provider.store.run_refs import RunRef, UnknownRun, find_attempt_run, find_run

router = APIRouter(tags=["Runs"])

_LIST = "runs"
_NO_JOB = -1
PREVIOUS, LAST_GOOD = "previous", "last-success"

RunId = Annotated[
    Word,
    Path(
        max_length=MAX_ID, description="Id of the run here, its OpenLineage run id, or a task instance's id."
    ),
]


@router.get("/runs", summary="List runs")
def get_runs(
    session: SessionDep,
    access: AccessDep,
    dag_id: DagId = None,
    run_id: DagRunId = None,
    task_id: TaskId = None,
    map_index: Annotated[
        int | None, Query(ge=-1, le=LARGEST_NUMBER, description="Only of this map index; -1: not mapped.")
    ] = None,
    state: Annotated[
        Word | None, Query(min_length=1, max_length=20, description="Only in this state.")
    ] = None,
    job: Annotated[
        Word | None, Query(min_length=1, max_length=MAX_NODE_ID, description="Only of job:NAMESPACE:NAME.")
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> RunPage:
    """Runs that the reader may see, newest first."""
    below = decode_cursor(cursor, int, scope=_LIST)[0] if cursor is not None else None
    job_id = _job_id(job, session) if job is not None else None
    asked = RunFilter(dag_id, run_id, task_id, state, job_id, since, until, map_index)
    page = list_runs(asked, access, below=below, limit=limit, session=session)  # type: ignore[arg-type]
    return RunPage(
        runs=[ListedRun.model_validate(run) for run in page.runs],
        next_cursor=encode_cursor([page.next_id], scope=_LIST) if page.next_id is not None else None,
    )


@router.get("/runs/attempt", summary="Read the run of an attempt of a task")
def get_attempt(
    session: SessionDep,
    access: AccessDep,
    dag_id: Annotated[Word, Query(min_length=1, max_length=MAX_ID, description="Id of the DAG.")],
    run_id: Annotated[Word, Query(min_length=1, max_length=MAX_ID, description="Id of the DAG run.")],
    task_id: Annotated[Word, Query(min_length=1, max_length=MAX_ID, description="Id of the task.")],
    map_index: Annotated[
        int | None, Query(ge=-1, le=LARGEST_NUMBER, description="-1 for a task that is not mapped.")
    ] = None,
    try_number: Annotated[
        int | None, Query(ge=0, le=LARGEST_NUMBER, description="Left out: the newest try.")
    ] = None,
) -> RunDetail:
    """One run in full, by the names that Airflow has for it."""
    try:
        run = find_attempt_run(
            dag_id,
            run_id,
            task_id,
            map_index=map_index,
            try_number=try_number,
            access=access,
            session=session,
        )
    except UnknownRun as error:
        raise _not_found(error) from None
    return RunDetail.model_validate(read_detail(run, access, session=session))


@router.get("/runs/{run}", summary="Read a run")
def get_run(run: RunId, session: SessionDep, access: AccessDep) -> RunDetail:
    """One run in full: what it read and wrote with evidence and columns, statements, facets, relatives, errors."""
    return RunDetail.model_validate(read_detail(_find(run, access, session), access, session=session))


@router.get("/runs/{run}/diff", summary="Compare two runs")
def get_diff(
    run: RunId,
    session: SessionDep,
    access: AccessDep,
    with_: Annotated[
        Word,
        Query(
            alias="with",
            max_length=MAX_ID,
            description="Id of a run; previous: the one before of the same job; last-success: the one before that "
            "succeeded.",
        ),
    ] = PREVIOUS,
) -> RunDiff:
    """What the run did otherwise than another: datasets, columns, statements, rows, duration."""
    after = _find(run, access, session)
    if with_ in (PREVIOUS, LAST_GOOD):
        try:
            before = previous_run(after, access, ended_well=with_ == LAST_GOOD, session=session)
        except UnknownRun as error:
            raise _not_found(error) from None
    else:
        before = _find(with_, access, session)
    return RunDiff.model_validate(diff_runs(before, after, access, session=session))


def _find(text: str, access: Access, session: Session) -> RunRef:
    try:
        return find_run(text, access, session=session)
    except UnknownRun as error:
        raise _not_found(error) from None


def _not_found(error: UnknownRun) -> HTTPException:
    return HTTPException(status.HTTP_404_NOT_FOUND, str(error.args[0]))


def _job_id(text: str, session: Session) -> int:
    try:
        found = job_of_node(text, session=session)
    except InvalidNodeId as error:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, f"job: {error}") from None
    return _NO_JOB if found is None else found
