"""Dataset identities to rows, through the aliases that are known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.tables import Alias, Dataset
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK, ids_of, insert_missing

DATASET = core_table(Dataset)
ALIAS = core_table(Alias)


def dataset_ids(datasets: Iterable[DatasetId], *, now: datetime, session: Session) -> dict[DatasetId, int]:
    """Row id of each dataset, creating the ones nobody has seen; an alias leads to what it stands for."""
    wanted = {dataset.digest: dataset for dataset in datasets}
    resolved = resolve_aliases(wanted, session=session)
    rows = [
        {"digest": digest, "namespace": dataset.namespace, "name": dataset.name, "first_seen": now}
        for digest, dataset in wanted.items()
        if digest not in resolved
    ]
    resolved.update(ids_of(DATASET, "digest", rows, session=session))
    return {dataset: resolved[digest] for digest, dataset in wanted.items()}


def resolve_aliases(digests: Iterable[str], *, session: Session) -> dict[str, int]:
    """Dataset ids of those digests that are aliases."""
    wanted = list(digests)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), CHUNK):
        query = select(ALIAS.c.digest, ALIAS.c.dataset_id).where(
            ALIAS.c.digest.in_(wanted[start : start + CHUNK])
        )
        found.update({row[0]: row[1] for row in session.execute(query)})
    return found


def add_aliases(aliases: Iterable[tuple[DatasetId, int, str]], *, now: datetime, session: Session) -> None:
    """Remember other names of datasets.

    :param aliases: (other name, dataset id, origin). A name that is a dataset of its own stays one.
    """
    rows = {
        alias.digest: {
            "digest": alias.digest,
            "namespace": alias.namespace,
            "name": alias.name,
            "dataset_id": dataset_id,
            "origin": origin,
            "first_seen": now,
        }
        for alias, dataset_id, origin in aliases
    }
    if not rows:
        return
    taken = set(session.scalars(select(DATASET.c.digest).where(DATASET.c.digest.in_(rows))))
    known = resolve_aliases(rows, session=session)
    new = [rows[digest] for digest in sorted(rows) if digest not in taken and digest not in known]
    insert_missing(ALIAS, new, session=session)
    for digest, dataset_id in known.items():
        if dataset_id != rows[digest]["dataset_id"]:
            # The name was given to something else since: an asset whose URI was changed.
            session.execute(
                ALIAS.update()
                .where(ALIAS.c.digest == digest)
                .values(dataset_id=rows[digest]["dataset_id"], origin=rows[digest]["origin"])
            )


def find_dataset(dataset: DatasetId, *, session: Session) -> int | None:
    """Row id of a dataset or of what an alias of that name stands for; ``None`` if nobody has seen it."""
    aliased = resolve_aliases([dataset.digest], session=session).get(dataset.digest)
    if aliased is not None:
        return aliased
    return session.scalar(select(DATASET.c.id).where(DATASET.c.digest == dataset.digest))
