"""Datasets with their columns, facets and where their columns come from."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.catalog.columns import ShownColumn, shown_columns
from airflow_lineage_provider.store.catalog.event_mask import masked_facets
from airflow_lineage_provider.store.catalog.facets import DATASET_FACET, facets_of
from airflow_lineage_provider.store.catalog.page import Page, page_ids
from airflow_lineage_provider.store.catalog.sight import Sight, open_facets
from airflow_lineage_provider.store.catalog.versions import SchemaVersion, schema_versions
from airflow_lineage_provider.store.datasets import DATASET, find_dataset
from airflow_lineage_provider.store.edges import COLUMN_EDGE, EDGE
from airflow_lineage_provider.store.identity import canonical_dataset, canonical_namespace
from airflow_lineage_provider.store.own_facets import OURS
from airflow_lineage_provider.store.upsert import CHUNK


@dataclass(frozen=True, slots=True)
class ColumnOrigin:
    """One input column of an output column; ``None`` stands for what the reader may not know."""

    column: str
    dataset: DatasetId | None
    input_column: str | None
    transformations: tuple[Mapping[str, Any], ...]
    """``{"type", "subtype", "masking"}`` as in OpenLineage's column lineage facet 1-2-0."""


@dataclass(frozen=True, slots=True)
class DatasetView:
    """One dataset as it is now."""

    row_id: int
    namespace: str
    name: str
    first_seen: datetime
    modified_at: datetime | None
    """When it was last written; ``None``: nobody was seen to write it."""
    updated_at: datetime
    columns: tuple[ShownColumn, ...]
    version: SchemaVersion | None
    facets: Mapping[str, Any]
    origins: tuple[ColumnOrigin, ...]
    """By column of the dataset, sorted."""


def list_datasets(namespace: str, sight: Sight, *, limit: int, offset: int) -> Page[DatasetView]:
    """Datasets of a namespace, by name; another spelling of the namespace is the same one."""
    query = (
        select(DATASET.c.id)
        .where(DATASET.c.namespace.in_(spellings(namespace)))
        .order_by(DATASET.c.namespace, DATASET.c.name, DATASET.c.id)
    )
    ids, total = page_ids(query, sight.dataset_filter, limit=limit, offset=offset, session=sight.session)
    return Page(tuple(describe_datasets(ids, sight)), total)


def spellings(namespace: str) -> list[str]:
    """The namespace as it was given, and as its datasets are stored."""
    return sorted({namespace, canonical_namespace(namespace)})


def find_visible_dataset(namespace: str, name: str, sight: Sight) -> int | None:
    """Row id of a dataset, or of what an alias of that name stands for, that may be seen."""
    dataset = DatasetId(namespace, name)
    row_id = find_dataset(dataset, session=sight.session)
    if row_id is None:
        row_id = find_dataset(canonical_dataset(dataset), session=sight.session)
    return row_id if row_id is not None and row_id in sight.datasets([row_id]) else None


def describe_datasets(row_ids: Sequence[int], sight: Sight, *, detailed: bool = True) -> list[DatasetView]:
    """Datasets in the order of the ids.

    :param detailed: with where their columns come from.
    """
    session = sight.session
    rows = _rows(row_ids, session=session)
    versions = schema_versions(rows, session=session)
    facets = masked_facets(facets_of(DATASET_FACET, "dataset_id", rows, session=session), sight)
    hidden = sight.hidden_columns(rows)
    seen = _last_seen(rows, session=session)
    origins = _origins(rows, sight) if detailed else {}
    found = []
    for row_id in row_ids:
        if row_id not in rows:
            continue
        row = rows[row_id]
        current = next((version for version in versions.get(row_id, ()) if version.valid_to is None), None)
        own, secret = facets.get(row_id, {}), hidden.get(row_id, frozenset())
        for name in OURS & own.keys():
            del own[name]  # no producer sent it
        found.append(
            DatasetView(
                row_id=row_id,
                namespace=row.namespace,
                name=row.name,
                first_seen=row.first_seen,
                modified_at=seen.get((row_id, Direction.OUTPUT.value)),
                updated_at=max(
                    (seen[key] for way in Direction if (key := (row_id, way.value)) in seen),
                    default=row.first_seen,
                ),
                columns=shown_columns(current.columns if current else (), secret),
                version=current,
                facets=open_facets(own) if secret else own,
                origins=tuple(origins.get(row_id, ())),
            )
        )
    return found


def _rows(ids: Collection[int], *, session: Session) -> dict[int, Any]:
    wanted = sorted(set(ids))
    found: dict[int, Any] = {}
    for part in parts(wanted, CHUNK):
        for row in session.execute(select(DATASET).where(DATASET.c.id.in_(part))):
            found[row.id] = row
    return found


def _last_seen(ids: Collection[int], *, session: Session) -> dict[tuple[int, str], datetime]:
    """(dataset, direction) to when a job was last seen to touch it."""
    wanted = sorted(ids)
    found: dict[tuple[int, str], datetime] = {}
    for part in parts(wanted, CHUNK):
        query = (
            select(EDGE.c.dataset_id, EDGE.c.direction, func.max(EDGE.c.last_seen))
            .where(EDGE.c.dataset_id.in_(part))
            .group_by(EDGE.c.dataset_id, EDGE.c.direction)
        )
        found.update({(row[0], row[1]): row[2] for row in session.execute(query)})
    return found


def _origins(ids: Collection[int], sight: Sight) -> dict[int, list[ColumnOrigin]]:
    wanted = sorted(ids)
    rows: list[Any] = []
    for part in parts(wanted, CHUNK):
        query = (
            select(COLUMN_EDGE, DATASET.c.namespace, DATASET.c.name)
            .join(DATASET, DATASET.c.id == COLUMN_EDGE.c.input_dataset_id)
            .where(COLUMN_EDGE.c.output_dataset_id.in_(part))
            .order_by(COLUMN_EDGE.c.output_dataset_id, COLUMN_EDGE.c.output_column, COLUMN_EDGE.c.id)
        )
        rows += sight.session.execute(query)
    sources = {row.input_dataset_id for row in rows}
    seen = sight.datasets(sources)
    hidden = sight.hidden_columns(sources | set(ids))
    found: dict[int, list[ColumnOrigin]] = {}
    for row in rows:
        if row.output_column in hidden.get(row.output_dataset_id, ()):
            continue
        is_seen = row.input_dataset_id in seen
        is_open = is_seen and row.input_column not in hidden.get(row.input_dataset_id, ())
        found.setdefault(row.output_dataset_id, []).append(
            ColumnOrigin(
                column=row.output_column,
                dataset=DatasetId(row.namespace, row.name) if is_seen else None,
                input_column=row.input_column if is_open else None,
                transformations=tuple(json.loads(row.transformations)),
            )
        )
    return found
