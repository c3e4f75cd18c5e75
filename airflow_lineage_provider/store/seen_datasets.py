"""Which datasets a reader may see, by digest: for what names datasets and not their rows."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.datasets import DATASET, resolve_aliases
from airflow_lineage_provider.store.upsert import CHUNK
from airflow_lineage_provider.store.visibility import visible_datasets


def dataset_rows(digests: Collection[str], *, session: Session) -> dict[str, int]:
    """Row ids of datasets by digest, of theirs or of an alias; what nobody has seen is left out."""
    wanted = sorted(set(digests))
    ids = resolve_aliases(wanted, session=session)
    for part in parts(wanted, CHUNK):
        query = select(DATASET.c.digest, DATASET.c.id).where(DATASET.c.digest.in_(part))
        for digest, dataset_id in session.execute(query):
            ids.setdefault(digest, dataset_id)
    return ids


def seen_datasets(digests: Collection[str], access: Access, *, session: Session) -> set[str]:
    """Those of the digests whose dataset may be seen; what nobody has seen is for who may see all."""
    if access.is_unrestricted or not digests:
        return set(digests)
    if not access.dag_ids:
        return set()
    ids = dataset_rows(digests, session=session)
    shown = visible_datasets(set(ids.values()), access, session=session)
    return {digest for digest, dataset_id in ids.items() if dataset_id in shown}
