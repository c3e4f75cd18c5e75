"""Jobs and their versions."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query

from airflow_lineage_provider.api.marquez.jobs import job_json, job_version_json
from airflow_lineage_provider.api.marquez.parameters import (
    JobName,
    Limit,
    NamespaceName,
    Offset,
    SightDep,
    named,
)
from airflow_lineage_provider.api.marquez.problem import PROBLEMS, bad_request, not_found
from airflow_lineage_provider.api.marquez.route import MarquezRoute
from airflow_lineage_provider.api.marquez.runs import run_json, states_of
from airflow_lineage_provider.store.catalog.jobs import JobView, describe_jobs, find_job, list_jobs
from airflow_lineage_provider.store.catalog.runs import runs_of_job
from airflow_lineage_provider.store.catalog.sight import Sight
from airflow_lineage_provider.store.catalog.versions import job_versions

router = APIRouter(tags=["Marquez"], route_class=MarquezRoute, responses=PROBLEMS)

LastRunStates = Annotated[
    list[str] | None,
    Query(
        alias="lastRunStates",
        description="States of the newest run: NEW, RUNNING, COMPLETED, FAILED, ABORTED.",
    ),
]


@router.get("/jobs", summary="List jobs of all namespaces")
def get_all_jobs(
    sight: SightDep, states: LastRunStates = None, limit: Limit = 100, offset: Offset = 0
) -> dict[str, Any]:
    """Jobs by namespace and name."""
    return _list(None, states, sight, limit, offset)


@router.get("/namespaces/{namespace}/jobs", summary="List jobs")
def get_jobs(
    namespace: NamespaceName,
    sight: SightDep,
    states: LastRunStates = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> dict[str, Any]:
    """Jobs of a namespace, by name."""
    return _list(named("Namespace", namespace), states, sight, limit, offset)


@router.get("/namespaces/{namespace}/jobs/{job}", summary="Read a job")
def get_job(namespace: NamespaceName, job: JobName, sight: SightDep) -> dict[str, Any]:
    """One job, with all that it ever read and wrote, and its newest runs."""
    return job_json(_job(namespace, job, sight))


@router.get("/namespaces/{namespace}/jobs/{job}/versions", summary="List versions of a job")
def get_job_versions(
    namespace: NamespaceName, job: JobName, sight: SightDep, limit: Limit = 100, offset: Offset = 0
) -> dict[str, Any]:
    """Versions, newest first: there is a new one when the job is first seen with a dataset."""
    found = _job(namespace, job, sight)
    versions = job_versions(found.namespace, found.name, found.edges)
    return {
        "versions": [job_version_json(found, version) for version in versions[offset : offset + limit]],
        "totalCount": len(versions),
    }


@router.get("/namespaces/{namespace}/jobs/{job}/versions/{version}", summary="Read a version of a job")
def get_job_version(
    namespace: NamespaceName,
    job: JobName,
    version: Annotated[UUID, Path(description="Id of the version.")],
    sight: SightDep,
) -> dict[str, Any]:
    """One version of a job."""
    found = _job(namespace, job, sight)
    for known in job_versions(found.namespace, found.name, found.edges):
        if known.version == version:
            return job_version_json(found, known)
    raise not_found("Job version", str(version))


@router.get("/namespaces/{namespace}/jobs/{job}/runs", summary="List runs of a job")
def get_job_runs(
    namespace: NamespaceName, job: JobName, sight: SightDep, limit: Limit = 100, offset: Offset = 0
) -> dict[str, Any]:
    """Runs, newest first."""
    row_id = find_job(named("Namespace", namespace), named("Job", job), sight)
    if row_id is None:
        raise not_found("Job", job)
    page = runs_of_job(row_id, sight, limit=limit, offset=offset)
    return {"runs": [run_json(run) for run in page.items], "totalCount": page.total}


def _list(
    namespace: str | None, states: list[str] | None, sight: Sight, limit: int, offset: int
) -> dict[str, Any]:
    wanted: list[str | None] = []
    for word in states or ():
        if not (known := states_of(word)):
            raise bad_request("lastRunStates are NEW, RUNNING, COMPLETED, FAILED and ABORTED")
        wanted += known
    page = list_jobs(namespace, wanted, sight, limit=limit, offset=offset)
    return {"jobs": [job_json(job) for job in page.items], "totalCount": page.total}


def _job(namespace: str, name: str, sight: Sight) -> JobView:
    row_id = find_job(named("Namespace", namespace), named("Job", name), sight)
    if row_id is None:
        raise not_found("Job", name)
    return describe_jobs([row_id], sight)[0]
