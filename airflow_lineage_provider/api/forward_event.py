"""A queued event back into the OpenLineage client's own classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def run_event(event: Mapping[str, Any]) -> Any:
    """Make the client's ``RunEvent`` of a JSON object.

    Facets stay JSON objects, but those that the client or a transport of it reads: the parent, which is the key of a
    Kafka message, and the tags, to which the client adds its version.
    """
    from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState

    run, job = event["run"], event["job"]
    return RunEvent(
        eventType=RunState(event["eventType"]),
        eventTime=event["eventTime"],
        producer=event["producer"],
        run=Run(runId=run["runId"], facets=_run_facets(run.get("facets", {}))),
        job=Job(namespace=job["namespace"], name=job["name"], facets=_job_facets(job.get("facets", {}))),
        inputs=[InputDataset(**dataset) for dataset in event.get("inputs", ())],
        outputs=[OutputDataset(**dataset) for dataset in event.get("outputs", ())],
    )


def _run_facets(facets: Mapping[str, Any]) -> dict[str, Any]:
    from openlineage.client.facet_v2 import parent_run, tags_run

    made = dict(facets)
    if (parent := facets.get("parent")) is not None:
        root = parent.get("root")
        made["parent"] = parent_run.ParentRunFacet(
            run=parent_run.Run(**parent["run"]),
            job=parent_run.Job(**parent["job"]),
            root=parent_run.Root(run=parent_run.RootRun(**root["run"]), job=parent_run.RootJob(**root["job"]))
            if root
            else None,
            producer=parent["_producer"],
        )
    if (tags := facets.get("tags")) is not None:
        made["tags"] = tags_run.TagsRunFacet(
            tags=[tags_run.TagsRunFacetFields(**tag) for tag in tags.get("tags", ())],
            producer=tags["_producer"],
        )
    return made


def _job_facets(facets: Mapping[str, Any]) -> dict[str, Any]:
    from openlineage.client.facet_v2 import tags_job

    made = dict(facets)
    if (tags := facets.get("tags")) is not None:
        made["tags"] = tags_job.TagsJobFacet(
            tags=[tags_job.TagsJobFacetFields(**tag) for tag in tags.get("tags", ())],
            producer=tags["_producer"],
        )
    return made
