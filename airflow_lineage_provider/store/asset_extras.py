"""What DAG files say of contracts, on their assets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from airflow.models.asset import (
    AssetModel,
    DagScheduleAssetReference,
    TaskInletAssetReference,
    TaskOutletAssetReference,
)
from sqlalchemy import String, cast, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.identity import asset_dataset

CONTRACT_KEY = "contract"
ASSET: Any = AssetModel.__table__
_REFERENCES: tuple[Any, ...] = tuple(
    model.__table__
    for model in (TaskInletAssetReference, TaskOutletAssetReference, DagScheduleAssetReference)
)


@dataclass(frozen=True, slots=True)
class AssetContract:
    """The ``contract`` in an asset's extra: an ODCS document, or the id of a contract."""

    asset: str
    dataset: DatasetId
    contract: Any


def asset_contracts(*, session: Session) -> list[AssetContract]:
    """By asset. Assets that no DAG file mentions came from a worker at run time, and a worker declares no contract."""
    rows = session.execute(
        select(ASSET.c.uri, ASSET.c.name, ASSET.c.extra)
        .where(
            cast(ASSET.c.extra, String).like(f'%"{CONTRACT_KEY}"%'),
            or_(
                *(select(ref.c.asset_id).where(ref.c.asset_id == ASSET.c.id).exists() for ref in _REFERENCES)
            ),
        )
        .order_by(ASSET.c.id)
    )
    return [
        AssetContract(row.name, asset_dataset(row.uri, row.name), row.extra[CONTRACT_KEY])
        for row in rows
        if isinstance(row.extra, dict) and row.extra.get(CONTRACT_KEY)
    ]
