"""DAG runs and their DAGs: what one read and wrote, what it did otherwise, when the next one is."""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import APIRouter, HTTPException, Query, status

from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.cursor import decode_cursor, encode_cursor
from airflow_lineage_provider.api.parameters import MAX_ID, Cursor, Word
from airflow_lineage_provider.api.schemas.dag_run import (
    DagRunAttempt,
    DagRunDetail,
    DagRunDiff,
    NextRun,
    NextRuns,
)
from airflow_lineage_provider.api.schemas.run import Run, RunDataset
from airflow_lineage_provider.store.dag_run_attempts import dag_run_page, find_dag_run
from airflow_lineage_provider.store.dag_run_diff import diff_dag_runs, earlier_dag_run
from airflow_lineage_provider.store.next_runs import next_runs
from airflow_lineage_provider.store.run_detail import RunDetail
from airflow_lineage_provider.store.run_refs import UnknownRun

router = APIRouter(tags=["Runs"])

_LIST = "dag-runs"
PREVIOUS, LAST_GOOD = "previous", "last-success"
MOST_DAGS = 200

_DagId = Annotated[Word, Query(alias="dag_id", min_length=1, max_length=MAX_ID, description="Of this DAG.")]
_RunId = Annotated[
    Word, Query(alias="run_id", min_length=1, max_length=MAX_ID, description="Airflow's id of the DAG run.")
]
_OneDagId = Annotated[Word, Query(min_length=1, max_length=MAX_ID)]


@router.get("/dag-runs/detail", summary="Read a DAG run")
def get_dag_run(
    session: SessionDep,
    access: AccessDep,
    dag_id: _DagId,
    run_id: _RunId,
    limit: Annotated[int, Query(ge=1, le=200, description="How many at most.")] = 200,
    cursor: Cursor = None,
) -> DagRunDetail:
    """What the newest attempt of each task and map index read and wrote."""
    after = decode_cursor(cursor, str, int, scope=_LIST) if cursor is not None else None
    try:
        page = dag_run_page(dag_id, run_id, access, after=after, limit=limit, session=session)  # type: ignore[arg-type]
    except UnknownRun as error:
        raise _not_found(error) from None
    return DagRunDetail(
        dag_id=page.dag_id,
        run_id=page.run_id,
        runs=[_attempt(detail) for detail in page.runs],
        next_cursor=encode_cursor(page.next_key, scope=_LIST) if page.next_key is not None else None,
    )


@router.get("/dag-runs/diff", summary="Compare two DAG runs")
def get_dag_run_diff(
    session: SessionDep,
    access: AccessDep,
    dag_id: _DagId,
    run_id: _RunId,
    with_: Annotated[
        Word,
        Query(
            alias="with",
            min_length=1,
            max_length=MAX_ID,
            description="Id of a run of the same DAG; previous: the one before; last-success: the one before of "
            "which every attempt succeeded or was skipped.",
        ),
    ] = PREVIOUS,
) -> DagRunDiff:
    """What a DAG run did otherwise than another one, task by task."""
    try:
        after = find_dag_run(dag_id, run_id, access, session=session)
        before = (
            earlier_dag_run(after, access, ended_well=with_ == LAST_GOOD, session=session)
            if with_ in (PREVIOUS, LAST_GOOD)
            else find_dag_run(dag_id, with_, access, session=session)
        )
    except UnknownRun as error:
        raise _not_found(error) from None
    return DagRunDiff.model_validate(diff_dag_runs(before, after, access, session=session))


@router.get("/dags/next-runs", summary="List when DAGs run next")
def get_next_runs(
    session: SessionDep,
    access: AccessDep,
    dag_id: Annotated[
        list[_OneDagId],
        Query(min_length=1, max_length=MOST_DAGS, description="DAGs; may be repeated."),
    ],
) -> NextRuns:
    """When DAGs run next, and what starts them; DAGs that the reader may not read are left out."""
    return NextRuns(
        dags=[NextRun.model_validate(each) for each in next_runs(dag_id, access, session=session)]
    )


def _attempt(detail: RunDetail) -> DagRunAttempt:
    return DagRunAttempt(
        run=Run.model_validate(detail.run),
        inputs=[RunDataset.model_validate(entry) for entry in detail.inputs],
        outputs=[RunDataset.model_validate(entry) for entry in detail.outputs],
        statements=list(dict.fromkeys(statement.fingerprint for statement in detail.statements)),
        is_masked=detail.is_masked,
    )


def _not_found(error: UnknownRun) -> HTTPException:
    return HTTPException(status.HTTP_404_NOT_FOUND, str(error.args[0]))
