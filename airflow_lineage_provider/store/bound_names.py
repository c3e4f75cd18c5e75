"""What the names that contracts are bound to lead to: a known dataset, another name of one, or nothing yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.datasets import ALIAS, DATASET, TOLD_ORIGINS
from airflow_lineage_provider.store.identity import canonical_dataset
from airflow_lineage_provider.store.upsert import READ_CHUNK

ALIASED = "alias"
"""Airflow or its operator says that it is another name of a dataset."""
SYMLINK = "symlink"
"""Another producer says so, which counts for what is shown, and for rules only where symlinks are trusted."""


@dataclass(frozen=True, slots=True)
class KnownName:
    """The dataset that a name leads to."""

    dataset: DatasetId
    row_id: int
    via: str | None = None
    """``ALIASED`` or ``SYMLINK``; ``None``: it is the dataset's own name."""

    @property
    def counts(self) -> bool:
        """Whether rules take the name for that of the dataset."""
        return self.via != SYMLINK or config.trust_symlinks()


def known_names(names: Iterable[DatasetId], *, session: Session) -> dict[DatasetId, KnownName]:
    """From each name to the dataset that is known by it, in the order: its own name, an alias, a symlink.

    Names that lead to nothing are left out.
    """
    by_digest: dict[str, set[DatasetId]] = {}
    for name in names:
        for digest in {name.digest, canonical_dataset(name).digest}:
            by_digest.setdefault(digest, set()).add(name)
    digests = sorted(by_digest)
    found: dict[DatasetId, KnownName] = {}
    told: dict[DatasetId, KnownName] = {}
    aliased: dict[DatasetId, KnownName] = {}
    for part in parts(digests, READ_CHUNK):
        own = select(DATASET.c.digest, DATASET.c.id, DATASET.c.namespace, DATASET.c.name).where(
            DATASET.c.digest.in_(part)
        )
        for digest, row_id, namespace, name in session.execute(own):
            for given in by_digest[digest]:
                found[given] = KnownName(DatasetId(namespace, name), row_id)
        others = (
            select(ALIAS.c.digest, ALIAS.c.origin, DATASET.c.id, DATASET.c.namespace, DATASET.c.name)
            .join(DATASET, DATASET.c.id == ALIAS.c.dataset_id)
            .where(ALIAS.c.digest.in_(part))
        )
        for digest, origin, row_id, namespace, name in session.execute(others):
            is_told = origin in TOLD_ORIGINS
            known = KnownName(DatasetId(namespace, name), row_id, SYMLINK if is_told else ALIASED)
            for given in by_digest[digest]:
                (told if is_told else aliased)[given] = known
    return told | aliased | found
