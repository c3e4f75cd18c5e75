"""The names a dataset goes by: an alias and what it stands for are one dataset."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.tables import Alias, Dataset
from airflow_lineage_provider.store.upsert import CHUNK


def canonical_names(datasets: Iterable[DatasetId], *, session: Session) -> dict[DatasetId, DatasetId]:
    """From each dataset to the one it stands for: itself, unless its name is an alias."""
    named = {dataset: dataset for dataset in datasets}
    by_digest = {dataset.digest: dataset for dataset in named}
    digests = sorted(by_digest)
    for start in range(0, len(digests), CHUNK):
        rows = session.execute(
            select(Alias.digest, Dataset.namespace, Dataset.name)
            .join(Dataset, Dataset.id == Alias.dataset_id)
            .where(Alias.digest.in_(digests[start : start + CHUNK]))
        )
        for digest, namespace, name in rows:
            named[by_digest[digest]] = DatasetId(namespace, name)
    return named


def digests_of(datasets: Collection[DatasetId], *, session: Session) -> dict[str, DatasetId]:
    """From every digest that means one of the datasets, aliases included, to that dataset."""
    found = {dataset.digest: dataset for dataset in datasets}
    digests = sorted(found)
    for start in range(0, len(digests), CHUNK):
        rows = session.execute(
            select(Alias.digest, Dataset.digest)
            .join(Dataset, Dataset.id == Alias.dataset_id)
            .where(Dataset.digest.in_(digests[start : start + CHUNK]))
        )
        for alias, digest in rows:
            found.setdefault(alias, found[digest])
    return found
