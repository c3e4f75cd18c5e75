"""A graph of lineage in a file: OpenLineage events, one a line, or the JSON that the API and ``lineage export`` write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from airflow_lineage_provider.governance.offline.downstream import Job
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.identity import canonical_dataset


class UnreadableLineage(ValueError):
    """A text that is no lineage; the message says where."""


def read_lineage(text: str) -> list[Job]:
    """Jobs with what they read and write. Raises :class:`UnreadableLineage`."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return _merged(_of_events(_lines(text)))
    if isinstance(document, dict) and isinstance(document.get("nodes"), list):
        return _merged(_of_graph(document))
    events = document if isinstance(document, list) else [document]
    return _merged(_of_events(enumerate(events, 1)))


def _lines(text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError) as error:
                raise UnreadableLineage(f"line {number} is no JSON: {error}") from None


def _of_events(events: Iterable[tuple[int, Any]]) -> Iterator[Job]:
    for number, event in events:
        if not isinstance(event, Mapping) or not ("job" in event or "dataset" in event):
            raise UnreadableLineage(
                f"event {number} is no OpenLineage event; write the file with `airflow lineage export`"
            )
        job = event.get("job")
        if isinstance(job, Mapping):
            name = str(job.get("name") or "")
            inputs, outputs = _datasets(event.get("inputs")), _datasets(event.get("outputs"))
            yield Job(name, _dag_of(job), inputs, outputs)


def _dag_of(job: Mapping[str, Any]) -> str | None:
    """The DAG of a job whose facets say that it is a task of Airflow."""
    facets = job.get("facets")
    kind = facets.get("jobType") if isinstance(facets, Mapping) else None
    if isinstance(kind, Mapping) and str(kind.get("integration")).upper() == "AIRFLOW":
        return str(job.get("name") or "").partition(".")[0] or None
    return None


def _datasets(given: Any) -> frozenset[DatasetId]:
    found = set()
    for item in given if isinstance(given, list) else ():
        if isinstance(item, Mapping) and item.get("namespace") and item.get("name"):
            found.add(canonical_dataset(DatasetId(str(item["namespace"]), str(item["name"]))))
    return frozenset(found)


def _of_graph(document: Mapping[str, Any]) -> Iterator[Job]:
    nodes = {
        node["id"]: node
        for node in document["nodes"]
        if isinstance(node, Mapping) and isinstance(node.get("id"), str)
    }
    datasets = {
        key: canonical_dataset(DatasetId(str(node["namespace"]), str(node["name"])))
        for key, node in nodes.items()
        if node.get("type") == "dataset" and node.get("namespace") and node.get("name")
    }
    inputs: dict[str, set[DatasetId]] = {}
    outputs: dict[str, set[DatasetId]] = {}
    edges = document.get("edges")
    for edge in edges if isinstance(edges, list) else ():
        source, target = (
            (str(edge.get("source")), str(edge.get("target"))) if isinstance(edge, Mapping) else ("", "")
        )
        if source in datasets:
            inputs.setdefault(target, set()).add(datasets[source])
        if target in datasets:
            outputs.setdefault(source, set()).add(datasets[target])
    for key, node in nodes.items():
        if node.get("type") in ("job", "dag") and not node.get("masked"):
            name, dag_id = str(node.get("name") or key), node.get("dag_id")
            reads, writes = frozenset(inputs.get(key, ())), frozenset(outputs.get(key, ()))
            yield Job(name, str(dag_id) if dag_id else None, reads, writes)


def _merged(jobs: Iterable[Job]) -> list[Job]:
    """Several events may tell of one job."""
    found: dict[str, Job] = {}
    for job in jobs:
        known = found.get(job.name, job)
        dag_id = job.dag_id or known.dag_id
        found[job.name] = Job(job.name, dag_id, job.inputs | known.inputs, job.outputs | known.outputs)
    return list(found.values())
