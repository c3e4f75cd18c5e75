"""Datasets, fields and versions of datasets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from airflow_lineage_provider.api.marquez.moment import moment
from airflow_lineage_provider.api.marquez.runs import run_json
from airflow_lineage_provider.model.namespace import scheme_of
from airflow_lineage_provider.store.catalog.columns import ShownColumn
from airflow_lineage_provider.store.catalog.dataset_versions import DatasetVersionView
from airflow_lineage_provider.store.catalog.datasets import ColumnOrigin, DatasetView
from airflow_lineage_provider.store.catalog.sight import MASKED
from airflow_lineage_provider.store.catalog.tags import column_tags, tag_names

_STREAMS = frozenset({"kafka", "kinesis", "pubsub", "pulsar", "eventhub", "amqp", "mqtt"})


def dataset_json(dataset: DatasetView) -> dict[str, Any]:
    """A dataset as it is now."""
    state = _lifecycle(dataset)
    return {
        **_names(dataset),
        "createdAt": moment(dataset.first_seen),
        "updatedAt": moment(dataset.updated_at),
        "fields": fields_json(dataset.columns, dataset.facets),
        "tags": list(tag_names(dataset.facets)),
        "lastModifiedAt": moment(dataset.modified_at),
        "lastLifecycleState": state or "",
        "description": _description(dataset.facets),
        "currentVersion": str(dataset.version.version) if dataset.version else None,
        "columnLineage": column_lineage_json(dataset.origins),
        "facets": dict(dataset.facets),
        "deleted": state == "DROP",
    }


def graph_dataset_json(dataset: DatasetView) -> dict[str, Any]:
    """A dataset as it stands in a graph."""
    found = dataset_json(dataset)
    del found["columnLineage"], found["currentVersion"]
    return found


def dataset_version_json(dataset: DatasetView, version: DatasetVersionView) -> dict[str, Any]:
    """A dataset as it was for a time; facets are known of the present alone."""
    is_current = version.schema.valid_to is None
    facets = dataset.facets if is_current else {}
    names = _names(dataset)
    number = str(version.schema.version)
    return {
        **names,
        "id": {**names["id"], "version": number},
        "version": number,
        "createdAt": moment(version.schema.valid_from),
        "fields": fields_json(version.columns, facets),
        "tags": list(tag_names(facets)),
        "lifecycleState": (_lifecycle(dataset) or "") if is_current else "",
        "description": _description(facets),
        "createdByRun": run_json(version.created_by) if version.created_by else None,
        "facets": dict(facets),
    }


def fields_json(columns: Iterable[ShownColumn], facets: Mapping[str, Any]) -> list[dict[str, Any]]:
    """``[{"name", "type", "tags", "description"}]``; of a masked one only its place is there."""
    tags = column_tags(facets)
    return [
        {
            "name": column.name if column.name is not None else MASKED,
            "type": column.type,
            "tags": list(tags.get(column.name, ())) if column.name is not None else [],
            "description": column.description,
        }
        for column in columns
    ]


def column_lineage_json(origins: Iterable[ColumnOrigin]) -> list[dict[str, Any]]:
    """``[{"name", "inputFields": [...]}]`` by column."""
    return [
        {"name": column, "inputFields": [_input_json(origin) for origin in group]}
        for column, group in groupby(origins, key=lambda origin: origin.column)
    ]


def transformation_json(transformations: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Marquez's two words for a transformation, and the list that OpenLineage has had since."""
    first = transformations[0] if transformations else {}
    words = [str(first.get(key)) for key in ("type", "subtype") if first.get(key)]
    return {
        "transformationDescription": None,
        "transformationType": ":".join(words) or None,
        "transformations": [dict(each) for each in transformations],
    }


def _input_json(origin: ColumnOrigin) -> dict[str, Any]:
    return {
        "namespace": origin.dataset.namespace if origin.dataset else MASKED,
        "dataset": origin.dataset.name if origin.dataset else MASKED,
        "field": origin.input_column if origin.input_column is not None else MASKED,
        **transformation_json(origin.transformations),
    }


def _names(dataset: DatasetView) -> dict[str, Any]:
    return {
        "id": {"namespace": dataset.namespace, "name": dataset.name},
        "type": "STREAM" if scheme_of(dataset.namespace) in _STREAMS else "DB_TABLE",
        "name": dataset.name,
        "physicalName": dataset.name,
        "namespace": dataset.namespace,
        "sourceName": dataset.namespace,
    }


def _lifecycle(dataset: DatasetView) -> str | None:
    found = _of(dataset.facets, "lifecycleStateChange").get("lifecycleStateChange")
    return found if isinstance(found, str) else None


def _description(facets: Mapping[str, Any]) -> str | None:
    found = _of(facets, "documentation").get("description")
    return found if isinstance(found, str) else None


def _of(facets: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    facet = facets.get(name)
    return facet if isinstance(facet, dict) else {}
