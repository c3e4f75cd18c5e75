"""A first contract of a dataset, out of what was observed. It promises what is there; people promise what stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml
from sqlalchemy.orm import Session

from airflow_lineage_provider.contracts.binding import NAME_PROPERTY, NAMESPACE_PROPERTY
from airflow_lineage_provider.contracts.logical_type import logical_type
from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.look_alike import kind_of
from airflow_lineage_provider.model.namespace import scheme_of
from airflow_lineage_provider.model.system import dialect_of_kind
from airflow_lineage_provider.store.catalog.facets import DATASET_FACET, facets_of
from airflow_lineage_provider.store.found_dataset import FoundDataset
from airflow_lineage_provider.store.masking import NOTHING, ShownColumn, hidden_columns, show_columns
from airflow_lineage_provider.store.schemas import current_schemas

API_VERSION = "v3.1.0"
FIRST_VERSION = "0.1.0"
_MAX_ID = 250
_ID = re.compile(r"[^A-Za-z0-9._-]+")


def infer(
    dataset: FoundDataset,
    access: Access,
    *,
    contract_id: str | None = None,
    owners: Sequence[str] = (),
    channel: str | None = None,
    session: Session,
) -> str:
    """Write a contract as YAML: columns, types, owner and description as they are known; keys are not.

    :param owners: who answers for the dataset, as far as that is known; the first becomes the owner.
    """
    named = DatasetId(dataset.namespace, dataset.name)
    schema = current_schemas([dataset.id], session=session).get(dataset.id)
    hidden = hidden_columns([dataset.id], access, session=session).get(dataset.id, NOTHING)
    facets = facets_of(DATASET_FACET, "dataset_id", [dataset.id], session=session).get(dataset.id, {})
    columns = show_columns(schema.columns, hidden) if schema is not None else ()
    document = contract_of(
        named,
        columns,
        contract_id=contract_id,
        owners=owners,
        channel=channel,
        purpose=_description(facets.get("documentation")),
    )
    return str(yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110))


def contract_of(
    dataset: DatasetId,
    columns: Sequence[ShownColumn],
    *,
    contract_id: str | None = None,
    owners: Sequence[str] = (),
    channel: str | None = None,
    purpose: str | None = None,
) -> dict[str, Any]:
    """The contract as JSON values."""
    table = dataset.name.rstrip("/").rpartition("/" if kind_of(dataset) == "file" else ".")[2] or dataset.name
    dialect = dialect_of_kind(scheme_of(dataset.namespace)) if kind_of(dataset) == "table" else None
    item: dict[str, Any] = {
        "name": table[:_MAX_ID],
        "physicalName": table,
        "logicalType": "object",
        "customProperties": [
            {"property": NAMESPACE_PROPERTY, "value": dataset.namespace},
            {"property": NAME_PROPERTY, "value": dataset.name},
        ],
    }
    # A name that stands twice, or that the reader may not see, is no column that anybody could promise.
    shown = {column.name: column for column in columns if column.name and not column.is_masked}
    if shown:
        item["properties"] = [_property(column, dialect) for column in shown.values()]
    document: dict[str, Any] = {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": contract_id or (_ID.sub("-", dataset.name).strip("-.") or "contract")[:_MAX_ID],
        "version": FIRST_VERSION,
        "status": "draft",
        "description": {"purpose": purpose or f"To be written: what {table} is for."},
    }
    if owners:
        members = [{"username": name, "role": "owner"} for name in dict.fromkeys(owners)]
        document["team"] = {"members": members}
    if channel:
        document["support"] = [{"channel": channel}]
    return {**document, "schema": [item]}


def _property(column: ShownColumn, dialect: str | None) -> dict[str, Any]:
    written: dict[str, Any] = {"name": column.name}
    kind = logical_type(column.type, dialect)
    if kind is not None:
        written["logicalType"] = kind
    if column.type:
        written["physicalType"] = column.type
    if column.nullable is False:
        written["required"] = True
    if column.description:
        written["description"] = column.description
    return written


def _description(facet: Any) -> str | None:
    text = facet.get("description") if isinstance(facet, dict) else None
    return text.strip() or None if isinstance(text, str) else None
