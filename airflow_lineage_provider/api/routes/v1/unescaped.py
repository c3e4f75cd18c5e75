"""Paths whose names hold slashes as they are, typed by hand or unescaped by a proxy: the store tells what is meant.

This router comes after the others: what they match was sent percent-encoded, and can mean one thing only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter

from airflow_lineage_provider.api.marquez.parameters import Limit, Offset, SightDep, is_storable
from airflow_lineage_provider.api.marquez.problem import PROBLEMS, not_found
from airflow_lineage_provider.api.marquez.route import MarquezRoute
from airflow_lineage_provider.api.routes.v1 import datasets, events, jobs, namespaces
from airflow_lineage_provider.store.catalog.datasets import find_visible_dataset
from airflow_lineage_provider.store.catalog.jobs import find_job
from airflow_lineage_provider.store.catalog.namespaces import find_namespace, list_namespaces
from airflow_lineage_provider.store.catalog.sight import Sight

router = APIRouter(route_class=MarquezRoute, responses=PROBLEMS)

MOST_READINGS = 60
"""Each costs a look-up."""


class Reading(NamedTuple):
    """One way to read the path behind ``/namespaces/``."""

    namespace: str
    kind: str
    """datasets | jobs"""
    name: str
    part: str
    """Nothing, versions or runs."""
    version: str


@router.get("/sources/{source:path}", include_in_schema=False)
def get_source(source: str, sight: SightDep) -> dict[str, Any]:
    """A source."""
    return namespaces.get_source(source, sight)


@router.get("/events/{namespace:path}", include_in_schema=False)
def get_events(namespace: str, sight: SightDep, limit: Limit = 100, offset: Offset = 0) -> dict[str, Any]:
    """Events of a namespace, as the Python client asks for them."""
    return events.get_events_of_namespace(namespace, sight, limit, offset)


@router.get("/namespaces/{rest:path}", include_in_schema=False)
def get_anything(rest: str, sight: SightDep, limit: Limit = 100, offset: Offset = 0) -> dict[str, Any]:
    """A namespace, or whatever of it exists under one of the readings of the path."""
    if is_storable(rest):
        for reading in list(readings(rest))[:MOST_READINGS]:
            if _exists(reading, sight):
                return _answer(reading, sight, limit, offset)
        for kind, answer in (("datasets", datasets.get_datasets), ("jobs", jobs.get_jobs)):
            name = rest.removesuffix(f"/{kind}")
            if name != rest and find_namespace(list_namespaces(sight, name=name), name) is not None:
                return answer(namespace=name, sight=sight, limit=limit, offset=offset)
        return namespaces.get_namespace(rest, sight)
    raise not_found("Namespace", rest.replace("\0", ""))


def readings(rest: str) -> Iterator[Reading]:
    """Every way to read ``NAMESPACE/datasets/NAME[/versions[/ID]]`` or the same of jobs, longest name first."""
    for kind in ("datasets", "jobs"):
        middle = f"/{kind}/"
        at = rest.find(middle, 1)
        while at > 0:
            yield from _parts(rest[:at], kind, rest[at + len(middle) :])
            at = rest.find(middle, at + 1)


def _parts(namespace: str, kind: str, name: str) -> Iterator[Reading]:
    if name:
        yield Reading(namespace, kind, name, "", "")
    for part in ("versions", "runs") if kind == "jobs" else ("versions",):
        if name.endswith(f"/{part}"):
            yield Reading(namespace, kind, name.removesuffix(f"/{part}"), part, "")
    head, _, last = name.rpartition("/")
    if head.endswith("/versions"):
        yield Reading(namespace, kind, head.removesuffix("/versions"), "version", last)


def _exists(reading: Reading, sight: Sight) -> bool:
    if reading.part == "version":
        try:
            UUID(reading.version)
        except ValueError:
            return False
    find = find_visible_dataset if reading.kind == "datasets" else find_job
    return bool(reading.name) and find(reading.namespace, reading.name, sight) is not None


def _answer(reading: Reading, sight: Sight, limit: int, offset: int) -> dict[str, Any]:
    namespace, kind, name, part, version = reading
    if kind == "datasets":
        if part == "versions":
            return datasets.get_dataset_versions(namespace, name, sight, limit, offset)
        if part == "version":
            return datasets.get_dataset_version(namespace, name, UUID(version), sight)
        return datasets.get_dataset(namespace, name, sight)
    if part == "runs":
        return jobs.get_job_runs(namespace, name, sight, limit, offset)
    if part == "versions":
        return jobs.get_job_versions(namespace, name, sight, limit, offset)
    if part == "version":
        return jobs.get_job_version(namespace, name, UUID(version), sight)
    return jobs.get_job(namespace, name, sight)
