"""Contracts that are bound to names nobody has seen: the contract that a dataset lacks may be one of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.closest import ClosestDatasets
from airflow_lineage_provider.store.contract_bodies import CONTRACT
from airflow_lineage_provider.store.contract_writes import BINDING
from airflow_lineage_provider.store.datasets import ALIAS, DATASET

MOST = 1_000
"""Contracts, the newest ones, that are compared."""

_VAIN = (
    select(CONTRACT.c.contract_id, CONTRACT.c.version, BINDING.c.digest, BINDING.c.namespace, BINDING.c.name)
    .join(BINDING, BINDING.c.contract_id == CONTRACT.c.id)
    .where(
        CONTRACT.c.is_current.is_(True),
        func.lower(func.coalesce(CONTRACT.c.status, "")) != "retired",
        BINDING.c.digest.is_not(None),
        ~select(DATASET.c.id).where(DATASET.c.digest == BINDING.c.digest).exists(),
        ~select(ALIAS.c.digest).where(ALIAS.c.digest == BINDING.c.digest).exists(),
    )
    .order_by(CONTRACT.c.id.desc())
    .limit(MOST)
)


@dataclass(frozen=True, slots=True)
class NearContract:
    """A contract, and the dataset that it names."""

    contract_id: str
    version: str
    dataset: DatasetId


def near_contracts(
    datasets: Collection[DatasetId], known: Collection[str], *, session: Session
) -> dict[DatasetId, NearContract]:
    """By dataset the contract whose name for it is closest, where one is close.

    :param known: digests of names that mean a dataset which somebody asks about: declared, if nobody saw it yet.
    """
    if not datasets:
        return {}
    vain = {
        DatasetId(row.namespace, row.name): (row.contract_id, row.version)
        for row in session.execute(_VAIN)
        if row.digest not in known and row.namespace and row.name
    }
    if not vain:
        return {}
    closest = ClosestDatasets(vain)
    return {
        dataset: NearContract(*vain[near], near)
        for dataset in datasets
        for near in closest.to(dataset.name, limit=1)
    }
