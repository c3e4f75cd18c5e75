"""Jobs and their versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from airflow_lineage_provider.api.marquez.moment import moment
from airflow_lineage_provider.api.marquez.runs import run_json
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.store.catalog.jobs import JobView
from airflow_lineage_provider.store.catalog.tags import tag_names
from airflow_lineage_provider.store.catalog.versions import JobVersion, datasets_of


def job_json(job: JobView) -> dict[str, Any]:
    """A job with its newest runs."""
    runs = [run_json(run) for run in job.runs]
    return {
        **graph_job_json(job),
        "latestRun": runs[0] if runs else None,
        "latestRuns": runs,
        "tags": list(tag_names(job.facets)),
        "facets": dict(job.facets),
        "currentVersion": str(job.version),
        "labels": [],
    }


def graph_job_json(job: JobView) -> dict[str, Any]:
    """A job as it stands in a graph."""
    return {
        "id": {"namespace": job.namespace, "name": job.name},
        "type": _type(job.facets),
        "name": job.name,
        "simpleName": job.task_id or _simple_name(job.name, job.parent_name),
        "parentJobName": job.parent_name,
        "parentJobUuid": None,
        "createdAt": moment(job.first_seen),
        "updatedAt": moment(job.updated_at),
        "namespace": job.namespace,
        "inputs": _ids(datasets_of(job.edges, Direction.INPUT)),
        "outputs": _ids(datasets_of(job.edges, Direction.OUTPUT)),
        "location": _text(job.facets, "sourceCodeLocation", "url"),
        "description": _text(job.facets, "documentation", "description"),
        "latestRun": run_json(job.runs[0]) if job.runs else None,
    }


def job_version_json(job: JobView, version: JobVersion) -> dict[str, Any]:
    """What a job read and wrote from a moment on; its newest run belongs to its newest version."""
    number = str(version.version)
    return {
        "id": {"namespace": job.namespace, "name": job.name, "version": number},
        "name": job.name,
        "namespace": job.namespace,
        "version": number,
        "createdAt": moment(version.created_at),
        "location": _text(job.facets, "sourceCodeLocation", "url"),
        "inputs": _ids(version.inputs),
        "outputs": _ids(version.outputs),
        "latestRun": run_json(job.runs[0]) if job.runs and version.version == job.version else None,
    }


def _type(facets: Mapping[str, Any]) -> str:
    kind = (_text(facets, "jobType", "processingType") or "").upper()
    return "STREAM" if kind.startswith("STREAM") else "SERVICE" if kind == "SERVICE" else "BATCH"


def _simple_name(name: str, parent: str | None) -> str:
    return name.removeprefix(f"{parent}.") if parent else name


def _ids(datasets: Iterable[DatasetId]) -> list[dict[str, str]]:
    return [{"namespace": dataset.namespace, "name": dataset.name} for dataset in datasets]


def _text(facets: Mapping[str, Any], name: str, key: str) -> str | None:
    facet = facets.get(name)
    found = facet.get(key) if isinstance(facet, dict) else None
    return found if isinstance(found, str) else None
