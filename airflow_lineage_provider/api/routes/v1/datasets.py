"""Datasets and their versions."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path

from airflow_lineage_provider.api.marquez.datasets import dataset_json, dataset_version_json
from airflow_lineage_provider.api.marquez.parameters import (
    DatasetName,
    Limit,
    NamespaceName,
    Offset,
    SightDep,
    named,
)
from airflow_lineage_provider.api.marquez.problem import PROBLEMS, not_found
from airflow_lineage_provider.api.marquez.route import MarquezRoute
from airflow_lineage_provider.store.catalog.dataset_versions import (
    find_dataset_version,
    list_dataset_versions,
)
from airflow_lineage_provider.store.catalog.datasets import (
    DatasetView,
    describe_datasets,
    find_visible_dataset,
    list_datasets,
)
from airflow_lineage_provider.store.catalog.sight import Sight

router = APIRouter(tags=["Marquez"], route_class=MarquezRoute, responses=PROBLEMS)


@router.get("/namespaces/{namespace}/datasets", summary="List datasets")
def get_datasets(
    namespace: NamespaceName, sight: SightDep, limit: Limit = 100, offset: Offset = 0
) -> dict[str, Any]:
    """Datasets of a namespace, by name."""
    page = list_datasets(named("Namespace", namespace), sight, limit=limit, offset=offset)
    return {"datasets": [dataset_json(each) for each in page.items], "totalCount": page.total}


@router.get("/namespaces/{namespace}/datasets/{dataset}", summary="Read a dataset")
def get_dataset(namespace: NamespaceName, dataset: DatasetName, sight: SightDep) -> dict[str, Any]:
    """One dataset as it is now."""
    return dataset_json(_dataset(namespace, dataset, sight))


@router.get("/namespaces/{namespace}/datasets/{dataset}/versions", summary="List versions of a dataset")
def get_dataset_versions(
    namespace: NamespaceName,
    dataset: DatasetName,
    sight: SightDep,
    limit: Limit = 100,
    offset: Offset = 0,
) -> dict[str, Any]:
    """Versions, newest first: there is a new one when the columns change, and not for each run."""
    found = _dataset(namespace, dataset, sight)
    page = list_dataset_versions(found.row_id, sight, limit=limit, offset=offset)
    return {
        "versions": [dataset_version_json(found, version) for version in page.items],
        "totalCount": page.total,
    }


@router.get(
    "/namespaces/{namespace}/datasets/{dataset}/versions/{version}", summary="Read a version of a dataset"
)
def get_dataset_version(
    namespace: NamespaceName,
    dataset: DatasetName,
    version: Annotated[UUID, Path(description="Id of the version.")],
    sight: SightDep,
) -> dict[str, Any]:
    """One version of a dataset."""
    found = _dataset(namespace, dataset, sight)
    chosen = find_dataset_version(found.row_id, version, sight)
    if chosen is None:
        raise not_found("Dataset version", str(version))
    return dataset_version_json(found, chosen)


def _dataset(namespace: str, name: str, sight: Sight) -> DatasetView:
    row_id = find_visible_dataset(named("Namespace", namespace), named("Dataset", name), sight)
    if row_id is None:
        raise not_found("Dataset", name)
    return describe_datasets([row_id], sight)[0]
