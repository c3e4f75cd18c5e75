"""Namespaces and sources."""

from __future__ import annotations

from typing import Any

from airflow_lineage_provider.api.marquez.moment import moment
from airflow_lineage_provider.model.namespace import scheme_of
from airflow_lineage_provider.store.catalog.namespaces import NamespaceView

_TYPES = {
    "postgres": "POSTGRESQL",
    "mssql": "SQLSERVER",
    "gs": "GCS",
    "abfss": "ADLS",
    "wasbs": "AZURE_BLOB",
    "awsathena": "ATHENA",
    "awsglue": "GLUE",
}
"""Schemes whose system has another name; the others are it."""


def namespace_json(namespace: NamespaceView) -> dict[str, Any]:
    """A namespace. Owners are those of datasets and DAGs, and nothing is ever hidden."""
    return {
        "name": namespace.name,
        "createdAt": moment(namespace.first_seen),
        "updatedAt": moment(namespace.updated_at),
        "ownerName": None,
        "description": None,
        "isHidden": False,
    }


def source_json(source: NamespaceView) -> dict[str, Any]:
    """A place where datasets are."""
    return {
        "type": source_type(source.name),
        "name": source.name,
        "createdAt": moment(source.first_seen),
        "updatedAt": moment(source.updated_at),
        "connectionUrl": source.name,
        "description": None,
    }


def source_type(namespace: str) -> str:
    """POSTGRESQL, S3, FILE, ... by the scheme; a namespace without one is of no known type: OTHER."""
    scheme = scheme_of(namespace)
    if "://" not in namespace and scheme not in ("file", "bigquery"):
        return "OTHER"
    return _TYPES.get(scheme, scheme.upper())
