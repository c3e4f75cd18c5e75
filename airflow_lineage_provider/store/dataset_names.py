"""The names that one stored dataset goes by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.datasets import ALIAS, DATASET, find_dataset

MOST_NAMES = 1_000


@dataclass(frozen=True, slots=True)
class OtherName:
    """A name that leads to a dataset, and how that is known."""

    dataset: DatasetId
    origin: str


@dataclass(frozen=True, slots=True)
class StoredDataset:
    """A dataset that somebody read, wrote or declared."""

    dataset: DatasetId
    first_seen: datetime
    other_names: tuple[OtherName, ...]


def read_dataset(dataset: DatasetId, *, session: Session) -> StoredDataset | None:
    """The dataset of a name or of an alias; ``None`` if nobody has seen it."""
    row_id = find_dataset(dataset, session=session)
    if row_id is None:
        return None
    row = session.execute(select(DATASET).where(DATASET.c.id == row_id)).one()
    aliases = session.execute(
        select(ALIAS.c.namespace, ALIAS.c.name, ALIAS.c.origin)
        # A producer may have called its own name a symlink of another.
        .where(ALIAS.c.dataset_id == row_id, ALIAS.c.digest != row.digest)
        .order_by(ALIAS.c.namespace, ALIAS.c.name)
        .limit(MOST_NAMES)
    )
    return StoredDataset(
        DatasetId(row.namespace, row.name),
        row.first_seen,
        tuple(OtherName(DatasetId(alias.namespace, alias.name), alias.origin) for alias in aliases),
    )
