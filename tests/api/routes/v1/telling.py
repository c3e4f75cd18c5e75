"""Producers as short as tests want to write them: what they tell goes the way of every event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.openlineage.reader import read_event
from airflow_lineage_provider.store.external.ingest import Taken, ingest_event
from tests.airflow_rows import NOW

LAKE = "s3://lake"
JOBS = "spark://cluster:7077"
LATER = NOW + timedelta(days=1)

Named = str | tuple[str, str] | Mapping[str, Any]
"""A name in the lake, a namespace and name, or the dataset of an event."""


def run_id(name: str) -> str:
    """The same UUID for the same word."""
    return str(uuid5(NAMESPACE_URL, name))


def columns(**types: str) -> dict[str, Any]:
    """A schema facet."""
    return {"schema": {"fields": [{"name": name, "type": kind} for name, kind in types.items()]}}


def origins(**sources: str) -> dict[str, Any]:
    """A column lineage facet: ``column="dataset.column"``, in the lake."""
    fields = {}
    for column, source in sources.items():
        name, _, field = source.rpartition(".")
        transformation = {"type": "DIRECT", "subtype": "IDENTITY", "masking": False}
        fields[column] = {
            "inputFields": [
                {"namespace": LAKE, "name": name, "field": field, "transformations": [transformation]}
            ]
        }
    return {"columnLineage": {"fields": fields}}


def dataset(named: Named, **facets: Any) -> dict[str, Any]:
    """A dataset of an event."""
    if isinstance(named, Mapping):
        return dict(named)
    namespace, name = (LAKE, named) if isinstance(named, str) else named
    return {"namespace": namespace, "name": name, "facets": facets}


def run_event(
    job: str,
    inputs: Sequence[Named] = (),
    outputs: Sequence[Named] = (),
    *,
    run: str | None = None,
    phase: str = "COMPLETE",
    at: datetime = NOW,
    namespace: str = JOBS,
    run_facets: Mapping[str, Any] | None = None,
    job_facets: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A run event as producers send it."""
    return {
        "eventType": phase,
        "eventTime": at.isoformat(),
        "producer": "https://example.com/producer",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": run_id(run or job), "facets": dict(run_facets or {})},
        "job": {"namespace": namespace, "name": job, "facets": dict(job_facets or {})},
        "inputs": [dataset(each) for each in inputs],
        "outputs": [dataset(each) for each in outputs],
    }


def parent(job: str, run: str | UUID, namespace: str) -> dict[str, Any]:
    """A parent facet."""
    return {"parent": {"run": {"runId": str(run)}, "job": {"namespace": namespace, "name": job}}}


def tell(session: Session, *events: Mapping[str, Any]) -> list[Taken]:
    """Take in events."""
    taken = [
        ingest_event(
            read_event(dict(event), now=LATER),
            received_from="key:tests",
            own_namespace="default",
            now=LATER,
            session=session,
        )
        for event in events
    ]
    session.flush()
    return taken
