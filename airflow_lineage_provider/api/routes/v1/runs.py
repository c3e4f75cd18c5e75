"""Runs by their OpenLineage id."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query

from airflow_lineage_provider.api.marquez.parameters import SightDep
from airflow_lineage_provider.api.marquez.problem import PROBLEMS, not_found
from airflow_lineage_provider.api.marquez.route import MarquezRoute
from airflow_lineage_provider.api.marquez.runs import run_json
from airflow_lineage_provider.store.catalog.jobs import describe_jobs
from airflow_lineage_provider.store.catalog.runs import RunView, find_run
from airflow_lineage_provider.store.catalog.sight import Sight

router = APIRouter(tags=["Marquez"], route_class=MarquezRoute, responses=PROBLEMS)

RunId = Annotated[UUID, Path(description="OpenLineage run id.")]


@router.get("/jobs/runs/{run_id}", summary="Read a run")
def get_run(run_id: RunId, sight: SightDep) -> dict[str, Any]:
    """One run; of several attempts that share an id the newest."""
    return run_json(_run(run_id, sight))


@router.get("/jobs/runs/{run_id}/facets", summary="Read the facets of a run")
def get_run_facets(
    run_id: RunId,
    sight: SightDep,
    kind: Annotated[Literal["run", "job"], Query(alias="type", description="Of the run, or of its job.")],
) -> dict[str, Any]:
    """Facets by name."""
    run = _run(run_id, sight)
    facets = run.facets
    if kind == "job":
        jobs = describe_jobs([run.job_id], sight, runs=1, detailed=False)
        facets = jobs[0].facets if jobs else {}
    return {"runId": str(run_id), "facets": dict(facets)}


def _run(run_id: UUID, sight: Sight) -> RunView:
    run = find_run(run_id, sight)
    if run is None:
        raise not_found("Run", str(run_id))
    return run
