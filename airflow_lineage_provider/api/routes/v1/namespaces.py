"""Namespaces, and the sources that namespaces of datasets are."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from airflow_lineage_provider.api.marquez.namespaces import namespace_json, source_json
from airflow_lineage_provider.api.marquez.parameters import Limit, NamespaceName, Offset, SightDep, named
from airflow_lineage_provider.api.marquez.problem import PROBLEMS, not_found
from airflow_lineage_provider.api.marquez.route import MarquezRoute
from airflow_lineage_provider.store.catalog.namespaces import (
    find_namespace,
    list_namespaces,
    list_sources,
)
from airflow_lineage_provider.store.catalog.tags import list_tags

router = APIRouter(tags=["Marquez"], route_class=MarquezRoute, responses=PROBLEMS)


@router.get("/namespaces", summary="List namespaces")
def get_namespaces(sight: SightDep, limit: Limit = 100, offset: Offset = 0) -> dict[str, Any]:
    """Namespaces of jobs and of datasets, by name."""
    found = list_namespaces(sight)
    return {"namespaces": [namespace_json(each) for each in found[offset : offset + limit]]}


@router.get("/namespaces/{namespace}", summary="Read a namespace")
def get_namespace(namespace: NamespaceName, sight: SightDep) -> dict[str, Any]:
    """One namespace."""
    name = named("Namespace", namespace)
    found = find_namespace(list_namespaces(sight, name=name), name)
    if found is None:
        raise not_found("Namespace", name)
    return namespace_json(found)


@router.get("/sources", summary="List sources")
def get_sources(sight: SightDep, limit: Limit = 100, offset: Offset = 0) -> dict[str, Any]:
    """Places where datasets are: their namespaces, with the type that the scheme tells."""
    found = list_sources(sight)
    return {"sources": [source_json(each) for each in found[offset : offset + limit]]}


@router.get("/sources/{source}", summary="Read a source")
def get_source(source: NamespaceName, sight: SightDep) -> dict[str, Any]:
    """One source."""
    name = named("Source", source)
    found = find_namespace(list_sources(sight, name=name), name)
    if found is None:
        raise not_found("Source", name)
    return source_json(found)


@router.get("/tags", summary="List tags")
def get_tags(sight: SightDep, limit: Limit = 100, offset: Offset = 0) -> dict[str, Any]:
    """Tags that producers gave datasets, columns and jobs."""
    names = list_tags(sight)
    return {"tags": [{"name": name, "description": None} for name in names[offset : offset + limit]]}
