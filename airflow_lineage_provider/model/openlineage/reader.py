"""Read an OpenLineage event: lenient where producers differ, strict where nothing could be stored.

The document is untrusted. Whatever is wrong with it is an :class:`InvalidEvent` that names the field.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.openlineage.dataset_facets import (
    MAX_EVENT_SYMLINKS,
    Facets,
    read_columns,
    read_count,
    read_is_dropped,
    read_symlinks,
)
from airflow_lineage_provider.model.openlineage.event import (
    EventDataset,
    EventKind,
    JobRef,
    LineageEvent,
    ParentRef,
    Phase,
)
from airflow_lineage_provider.model.openlineage.field_sources import (
    MAX_FIELD_SOURCES,
    Flow,
    is_job,
    merged,
    read_column_lineage,
    read_flow,
)
from airflow_lineage_provider.model.openlineage.fields import Fields, InvalidEvent as InvalidEvent
from airflow_lineage_provider.model.openlineage.moment import read_moment
from airflow_lineage_provider.model.openlineage.names import read_dataset_id, read_job, read_run_id
from airflow_lineage_provider.model.openlineage.storable import storable_json
from airflow_lineage_provider.model.wire_limits import MAX_ENTRIES, MAX_PART

_HINTS = {"RunEvent": EventKind.RUN, "JobEvent": EventKind.JOB, "DatasetEvent": EventKind.DATASET}
_NEEDED = {
    EventKind.RUN: ("run", "job"),
    EventKind.JOB: ("job",),
    EventKind.DATASET: ("dataset",),
}
_PARENTS = ("parent", "parentRun")


def read_event(document: object, *, now: datetime) -> LineageEvent:
    """Read one decoded event.

    :param now: time of the server, aware: an event must not lie far ahead of it.
    """
    event = Fields(document, "")
    body = storable_json(event.values)
    kind = _kind(event)
    at = read_moment(event.get("eventTime"), "eventTime", now=now)
    digest = hashlib.sha256(body).hexdigest()
    producer = event.text("producer", MAX_PART)
    if kind is EventKind.DATASET:
        dataset = _dataset(event.required("dataset"), is_output=True)
        _check_size((dataset,))
        return LineageEvent(kind, at, digest, body, producer, outputs=(dataset,))
    job_fields = event.required("job")
    job = read_job(job_fields)
    job_facets = Facets(job_fields, "facets")
    inputs = [_dataset(item, is_output=False) for item in event.objects("inputs", MAX_ENTRIES) or ()]
    outputs = [_dataset(item, is_output=True) for item in event.objects("outputs", MAX_ENTRIES) or ()]
    _add_entries(job_facets, job, inputs, outputs)
    _add_inputs(inputs, [source for output in outputs for source in output.sources or ()])
    _check_size((*inputs, *outputs))
    found = LineageEvent(
        kind, at, digest, body, producer, job, inputs=tuple(inputs), outputs=tuple(outputs),
        job_facets=job_facets.bodies,
    )  # fmt: skip
    if kind is EventKind.JOB:
        return found
    run = event.required("run")
    run_facets = Facets(run, "facets")
    return replace(
        found,
        run_id=read_run_id(run),
        phase=_phase(event.get("eventType")),
        parent=_parent(run_facets),
        run_facets=run_facets.bodies,
    )


def _kind(event: Fields) -> EventKind:
    """What the document holds decides; the schema's URL only between kinds that are possible."""
    url = event.get("schemaURL")
    hint = _HINTS.get(url.rstrip("/").rpartition("/")[2]) if isinstance(url, str) else None
    if hint is not None:
        for key in _NEEDED[hint]:
            if key not in event:
                event.fail(key, f"must be an object, for the schemaURL says {hint.value} event")
        if hint is EventKind.JOB and "run" in event:
            return EventKind.RUN
        return hint
    for kind in (EventKind.RUN, EventKind.DATASET, EventKind.JOB):
        if all(key in event for key in _NEEDED[kind]):
            return kind
    if "run" in event:
        event.fail("job", "must be an object with namespace and name, for there is a run")
    raise InvalidEvent("event", "must hold run and job (a run event), job (a job event) or dataset")


def _phase(value: Any) -> Phase:
    try:
        return Phase(value.strip().upper()) if isinstance(value, str) else Phase.OTHER
    except ValueError:
        return Phase.OTHER


def _parent(facets: Facets) -> ParentRef | None:
    for name in _PARENTS:
        if (facet := facets.get(name)) is not None:
            return ParentRef(read_run_id(facet.required("run")), read_job(facet.required("job")))
    return None


def _dataset(fields: Fields, *, is_output: bool) -> EventDataset:
    dataset = read_dataset_id(fields)
    facets = Facets(fields, "facets", "outputFacets" if is_output else "inputFacets")
    # The metrics of an output count what is in it, not what this run wrote.
    counts = ("outputStatistics",) if is_output else ("inputStatistics", "dataQualityMetrics")
    found = EventDataset(
        dataset,
        columns=read_columns(facets),
        symlinks=read_symlinks(facets, dataset),
        rows=read_count(facets, "rowCount", *counts),
        bytes=_bytes(facets, counts),
        is_dropped=read_is_dropped(facets),
        facets=facets.bodies,
    )
    if not is_output:
        return found
    found = replace(found, field_sources=merged(read_column_lineage(facets)))
    lineage = facets.get("lineage")
    return found if lineage is None else _with_flow(found, read_flow(lineage))


def _bytes(facets: Facets, names: tuple[str, ...]) -> int | None:
    size = read_count(facets, "size", *names)
    return size if size is not None else read_count(facets, "bytes", *names)


def _with_flow(output: EventDataset, flow: Flow) -> EventDataset:
    """An output with what an explicit lineage facet says of it, besides what was said before."""
    sources = output.sources
    if flow.sources is not None:
        sources = tuple(dict.fromkeys((*(sources or ()), *flow.sources)))
    return replace(
        output, sources=sources, field_sources=merged((*output.field_sources, *flow.field_sources))
    )


def _add_entries(
    facets: Facets, job: JobRef, inputs: list[EventDataset], outputs: list[EventDataset]
) -> None:
    """What the job's lineage facet says: a dataset that it names as a target is an output."""
    facet = facets.get("lineage")
    if facet is None:
        return
    places: dict[DatasetId, int] = {}
    for place, output in enumerate(outputs):
        places.setdefault(output.dataset, place)
    for entry in facet.objects("entries", MAX_ENTRIES) or ():
        if is_job(entry):
            # What flows into other jobs is for their own events to say.
            if "name" not in entry or read_job(entry) == job:
                _add_inputs(inputs, read_flow(entry).sources or ())
            continue
        dataset, flow = read_dataset_id(entry), read_flow(entry)
        if dataset not in places and not flow.sources and _is_of_others(entry, job):
            continue
        if dataset not in places:
            places[dataset] = len(outputs)
            outputs.append(EventDataset(dataset))
        outputs[places[dataset]] = _with_flow(outputs[places[dataset]], flow)


def _is_of_others(entry: Fields, job: JobRef) -> bool:
    """Whether the sources of a dataset are other jobs, which are then the ones that write it."""
    named = entry.objects("inputs", MAX_ENTRIES) or []
    return bool(named) and all(is_job(item) and "name" in item and read_job(item) != job for item in named)


def _add_inputs(inputs: list[EventDataset], sources: Iterable[DatasetId]) -> None:
    known = {entry.dataset for entry in inputs}
    for source in sources:
        if source not in known:
            known.add(source)
            inputs.append(EventDataset(source))


def _check_size(datasets: tuple[EventDataset, ...]) -> None:
    """What lists inside of lists may add up to."""
    if len(datasets) > 2 * MAX_ENTRIES:
        raise InvalidEvent("event", f"must name at most {2 * MAX_ENTRIES} datasets, but has {len(datasets)}")
    if (count := sum(len(dataset.symlinks) for dataset in datasets)) > MAX_EVENT_SYMLINKS:
        raise InvalidEvent("event", f"must have at most {MAX_EVENT_SYMLINKS} symlinks, but has {count}")
    if (count := sum(len(dataset.field_sources) for dataset in datasets)) > MAX_FIELD_SOURCES:
        raise InvalidEvent(
            "event", f"must have at most {MAX_FIELD_SOURCES} sources of columns, but has {count}"
        )
