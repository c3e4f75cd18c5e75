"""Datasets: lists, profiles, history of columns, and why one changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import APIRouter, Query

from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.cursor import decode_cursor, encode_cursor
from airflow_lineage_provider.api.parameters import (
    Cursor,
    DatasetNode,
    Limit,
    Name,
    Namespace,
    Since,
    Until,
    Word,
    asked_dataset,
    window_of,
)
from airflow_lineage_provider.api.schemas.dataset import (
    DatasetPage,
    DatasetProfile,
    Freshness,
    Happening,
    ListedDataset,
    SchemaHistory,
    SchemaVersion,
    Why,
)
from airflow_lineage_provider.governance.dataset_owners import owners_of
from airflow_lineage_provider.model.dataset_id import MAX_NAME, DatasetId
from airflow_lineage_provider.store.dataset_pages import list_dataset_page
from airflow_lineage_provider.store.dataset_profile import read_profile
from airflow_lineage_provider.store.dataset_why import read_why
from airflow_lineage_provider.store.schema_history import schema_history

router = APIRouter(tags=["Datasets"])

_LIST, _HISTORY = "datasets", "schema-history"


@router.get("/datasets", summary="List datasets")
def get_datasets(
    session: SessionDep,
    access: AccessDep,
    namespace: Namespace = None,
    search: Annotated[
        Word | None, Query(min_length=1, max_length=MAX_NAME, description="Only names that contain this.")
    ] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> DatasetPage:
    """Datasets that the reader may see, in the order they were first seen."""
    after = decode_cursor(cursor, int, scope=_LIST)[0] if cursor is not None else 0
    page = list_dataset_page(
        access, namespace=namespace, search=search, after=after, limit=limit, session=session
    )
    return DatasetPage(
        datasets=[ListedDataset.model_validate(dataset) for dataset in page.datasets],
        next_cursor=encode_cursor([page.next_id], scope=_LIST) if page.next_id is not None else None,
    )


@router.get("/datasets/profile", summary="Read everything about a dataset")
def get_profile(
    session: SessionDep,
    access: AccessDep,
    namespace: Namespace = None,
    name: Name = None,
    node_id: DatasetNode = None,
) -> DatasetProfile:
    """Names, columns, owners, contracts, writers, readers, freshness and the trend of its rows."""
    dataset = asked_dataset(node_id, namespace, name, access, session)
    now = datetime.now(UTC)
    found = read_profile(dataset, access, now=now, session=session)
    owners = owners_of(DatasetId(dataset.namespace, dataset.name), access, today=now.date(), session=session)
    return DatasetProfile.model_validate(
        {
            **{field: getattr(found, field) for field in found.__slots__},
            "freshness": Freshness.model_validate(found.freshness),
            "node_id": f"dataset:{found.namespace}:{found.name}",
            "owners": owners,
        },
        from_attributes=True,
    )


@router.get("/datasets/schema-history", summary="Read how the columns of a dataset changed")
def get_schema_history(
    session: SessionDep,
    access: AccessDep,
    namespace: Namespace = None,
    name: Name = None,
    node_id: DatasetNode = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> SchemaHistory:
    """Versions of the columns, newest first, each with what changed."""
    after = decode_cursor(cursor, datetime, int, scope=_HISTORY) if cursor is not None else None
    dataset = asked_dataset(node_id, namespace, name, access, session)
    versions, next_key = schema_history(dataset.id, access, after=after, limit=limit, session=session)  # type: ignore[arg-type]
    return SchemaHistory(
        namespace=dataset.namespace,
        name=dataset.name,
        versions=[SchemaVersion.model_validate(version) for version in versions],
        next_cursor=encode_cursor(next_key, scope=_HISTORY) if next_key is not None else None,
    )


@router.get("/datasets/why", summary="Read why a dataset changed")
def get_why(
    session: SessionDep,
    access: AccessDep,
    namespace: Namespace = None,
    name: Name = None,
    node_id: DatasetNode = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 200,
) -> Why:
    """What wrote it, and what changed or failed up to three jobs upstream; by default in the last seven days."""
    start, end = window_of(since, until)
    dataset = asked_dataset(node_id, namespace, name, access, session)
    found = read_why(dataset, start, end, access, limit=limit, session=session)
    return Why(
        namespace=dataset.namespace,
        name=dataset.name,
        since=start,
        until=end,
        happenings=[Happening.model_validate(happening) for happening in found.happenings],
        is_truncated=found.is_truncated,
    )
