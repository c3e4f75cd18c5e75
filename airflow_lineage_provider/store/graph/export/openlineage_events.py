"""OpenLineage events that another backend can read: what jobs do, not what was ever run.

A job or dataset that may not be seen has no name, so no event tells of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from openlineage.client.facet_v2 import column_lineage_dataset, schema_dataset

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.openlineage.field_sources import WHOLE_DATASET
from airflow_lineage_provider.store.graph.graph import Graph
from airflow_lineage_provider.store.graph.node import Edge, Node
from airflow_lineage_provider.store.outgoing.facets import PRODUCER

_SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs"
# The versions that the installed client knows, as in the events that are forwarded.
_SCHEMA = schema_dataset.SchemaDatasetFacet._get_schema()
_COLUMNS = column_lineage_dataset.ColumnLineageDatasetFacet._get_schema()
_END = {"success": "COMPLETE", "failed": "FAIL", "aborted": "ABORT", "running": "RUNNING"}

Event = dict[str, Any]
FieldSources = dict[tuple[str, str, str], list[Mapping[str, Any]]]
"""(namespace, name, column) of an input to its transformations."""


@dataclass(slots=True)
class _Work:
    """What one job, or one run, reads and writes."""

    node: Node
    seen_at: datetime | None = None
    inputs: dict[DatasetId, None] = field(default_factory=dict)
    outputs: dict[DatasetId, None] = field(default_factory=dict)
    fields: dict[DatasetId, dict[str, FieldSources]] = field(default_factory=dict)
    """Output to its column to what that is made from."""

    def note(self, edge: Edge) -> None:
        if edge.last_seen is not None and (self.seen_at is None or edge.last_seen > self.seen_at):
            self.seen_at = edge.last_seen


def to_events(graph: Graph) -> Iterator[Event]:
    """A JobEvent for each job or DAG, a RunEvent for each run, a DatasetEvent for datasets that stand alone."""
    now = datetime.now(UTC)
    works = _works(graph)
    told: set[DatasetId] = set()
    for work in works.values():
        told.update(work.inputs, work.outputs)
        yield _work_event(work, graph, now)
    for node in graph.nodes.values():
        dataset = _dataset(node)
        if dataset is not None and dataset not in told:
            told.add(dataset)
            yield {
                "eventTime": now.isoformat(),
                "producer": PRODUCER,
                "schemaURL": f"{_SPEC}/DatasetEvent",
                "dataset": _dataset_wire(dataset, graph, {}),
            }


def _works(graph: Graph) -> dict[str, _Work]:
    works = {
        node.id: _Work(node)
        for node in graph.nodes.values()
        if node.type in ("job", "dag", "run") and not node.is_masked
    }
    for edge in graph.edges:
        source, target = graph.nodes[edge.source], graph.nodes[edge.target]
        taken, given = _dataset(source), _dataset(target)
        if edge.target in works and taken is not None:
            works[edge.target].inputs[taken] = None
            works[edge.target].note(edge)
        if edge.source in works and given is not None:
            works[edge.source].outputs[given] = None
            works[edge.source].note(edge)
        for job in edge.jobs or ():
            if job in graph.jobs and taken is not None and given is not None:
                work = works.setdefault(job, _Work(graph.jobs[job]))
                work.inputs[taken] = None
                work.outputs[given] = None
                work.note(edge)
                if source.type == target.type == "column" and target.name and source.name:
                    sources = work.fields.setdefault(given, {}).setdefault(target.name, {})
                    sources[taken.namespace, taken.name, source.name] = list(edge.transformations or ())
    for link in graph.columns:
        given, taken = (
            _dataset(graph.nodes[link["output"]["dataset"]]),
            _dataset(graph.nodes[link["input"]["dataset"]]),
        )
        column = link["input"]["column"]
        if link["job"] in works and given is not None and taken is not None and column is not None:
            columns = works[link["job"]].fields.setdefault(given, {})
            sources = columns.setdefault(link["output"]["column"], {})
            sources[taken.namespace, taken.name, column] = link["transformations"]
    return works


def _work_event(work: _Work, graph: Graph, now: datetime) -> Event:
    node = work.node
    event: Event = {"eventTime": (work.seen_at or now).isoformat(), "producer": PRODUCER}
    run_id = (node.run or {}).get("openlineage_run_id")
    if node.type == "run" and node.run is not None and run_id is not None:
        ended = node.run["ended_at"] or node.run["started_at"]
        event["eventTime"] = (ended or now).isoformat()
        event["schemaURL"] = f"{_SPEC}/RunEvent"
        event["eventType"] = _END.get(node.run["state"] or "", "OTHER")
        event["run"] = {"runId": run_id, "facets": {}}
    else:
        event["schemaURL"] = f"{_SPEC}/JobEvent"
    event["job"] = {"namespace": node.namespace, "name": node.name, "facets": {}}
    event["inputs"] = [_dataset_wire(each, graph, {}) for each in work.inputs]
    event["outputs"] = [_dataset_wire(each, graph, work.fields.get(each, {})) for each in work.outputs]
    return event


def _dataset(node: Node) -> DatasetId | None:
    """The dataset that a node is, or is a part of."""
    if node.is_masked or node.namespace is None or node.name is None:
        return None
    if node.type == "dataset":
        return DatasetId(node.namespace, node.name)
    if node.type == "column" and node.dataset is not None:
        return DatasetId(node.namespace, node.dataset.removeprefix(f"dataset:{node.namespace}:"))
    return None


def _dataset_wire(dataset: DatasetId, graph: Graph, fields: Mapping[str, FieldSources]) -> dict[str, Any]:
    facets: dict[str, Any] = {}
    node = graph.nodes.get(f"dataset:{dataset.namespace}:{dataset.name}")
    columns = [column for column in (node.columns or () if node is not None else ()) if "name" in column]
    if columns:
        kept = ("name", "type", "description")
        facets["schema"] = {
            "_producer": PRODUCER,
            "_schemaURL": _SCHEMA,
            "fields": [
                {key: column[key] for key in kept if column.get(key) is not None} for column in columns
            ],
        }
    if fields:
        facets["columnLineage"] = {
            "_producer": PRODUCER,
            "_schemaURL": _COLUMNS,
            "fields": {
                column: {"inputFields": _input_fields(sources)}
                for column, sources in fields.items()
                if column != WHOLE_DATASET
            },
        }
        if WHOLE_DATASET in fields:
            facets["columnLineage"]["dataset"] = _input_fields(fields[WHOLE_DATASET])
    return {"namespace": dataset.namespace, "name": dataset.name, "facets": facets}


def _input_fields(sources: FieldSources) -> list[dict[str, Any]]:
    return [
        {
            "namespace": namespace,
            "name": name,
            "field": column,
            # No subtype is stored as an empty one.
            "transformations": [{key: each[key] for key in each if each[key] != ""} for each in how],
        }
        for (namespace, name, column), how in sources.items()
    ]
