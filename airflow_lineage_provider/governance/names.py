"""The names a dataset goes by: an alias and what it stands for are one dataset, and so are its names of before.

What is stored keeps the name that the rules gave when it came. After an upgrade, or with other aliases and patterns, that
is no longer the name of today, so that both are taken through the rules here.

What another producer calls one dataset counts for the graph and not here: whoever may send events could give a dataset
the owner and the contract of another one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.contracts import bound_datasets
from airflow_lineage_provider.store.datasets import TOLD_ORIGINS
from airflow_lineage_provider.store.identity import canonical_dataset
from airflow_lineage_provider.store.tables import Alias, Dataset
from airflow_lineage_provider.store.upsert import CHUNK

_IS_OURS = Alias.origin.not_in(TOLD_ORIGINS)


def canonical_names(datasets: Iterable[DatasetId], *, session: Session) -> dict[DatasetId, DatasetId]:
    """From each dataset to the one it stands for: what an alias leads to, under its name of today."""
    named = {dataset: canonical_dataset(dataset) for dataset in datasets}
    by_digest: dict[str, list[DatasetId]] = {}
    for given, today in named.items():
        for digest in {given.digest, today.digest}:
            by_digest.setdefault(digest, []).append(given)
    digests = sorted(by_digest)
    for start in range(0, len(digests), CHUNK):
        rows = session.execute(
            select(Alias.digest, Dataset.namespace, Dataset.name)
            .join(Dataset, Dataset.id == Alias.dataset_id)
            .where(Alias.digest.in_(digests[start : start + CHUNK]), _IS_OURS)
        )
        for digest, namespace, name in rows:
            for given in by_digest[digest]:
                named[given] = canonical_dataset(DatasetId(namespace, name))
    return named


def digests_of(
    datasets: Collection[DatasetId], *, session: Session, stored: Iterable[DatasetId] = ()
) -> dict[str, DatasetId]:
    """From every digest that means one of the datasets to that dataset.

    Its aliases mean it, and what contracts are bound to and ``stored`` where that is a name of before.

    :param datasets: under their names of today.
    :param stored: names under which datasets were found in the tables.
    """
    found = {dataset.digest: dataset for dataset in datasets}
    by_digest = dict(found)
    for before in (*stored, *bound_datasets(session=session)):
        today = by_digest.get(canonical_dataset(before).digest)
        if today is not None:
            found.setdefault(before.digest, today)
    digests = sorted(found)
    for start in range(0, len(digests), CHUNK):
        rows = session.execute(
            select(Alias.digest, Dataset.digest)
            .join(Dataset, Dataset.id == Alias.dataset_id)
            .where(Dataset.digest.in_(digests[start : start + CHUNK]), _IS_OURS)
        )
        for alias, digest in rows:
            found.setdefault(alias, found[digest])
    return found
