"""Datasets in pages, for readers who may not see all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.edges import EDGE
from airflow_lineage_provider.store.identity import canonical_namespace
from airflow_lineage_provider.store.text_match import contains
from airflow_lineage_provider.store.upsert import CHUNK
from airflow_lineage_provider.store.visibility import visible_datasets

MOST_ROUNDS = 10
"""How often more is fetched for one page because the reader may not see what was found."""


@dataclass(frozen=True, slots=True)
class ListedDataset:
    """A dataset with how many jobs are next to it."""

    namespace: str
    name: str
    first_seen: datetime
    last_seen: datetime | None
    writers: int
    readers: int

    @property
    def node_id(self) -> str:
        return f"dataset:{self.namespace}:{self.name}"


@dataclass(frozen=True, slots=True)
class DatasetPage:
    """A page of datasets."""

    datasets: tuple[ListedDataset, ...]
    next_id: int | None
    """The page after this one starts above this row id; ``None``: there is none."""


def list_dataset_page(
    access: Access,
    *,
    namespace: str | None = None,
    search: str | None = None,
    after: Any = 0,
    limit: int,
    session: Session,
) -> DatasetPage:
    """Datasets above a row id, in the order of row ids."""
    found: list[Any] = []
    has_more = True
    size = limit + 1 if access.is_unrestricted else max(5 * limit, 500)
    for _ in range(MOST_ROUNDS):
        query = select(DATASET).where(DATASET.c.id > after).order_by(DATASET.c.id).limit(size)
        if namespace is not None:
            query = query.where(DATASET.c.namespace.in_({namespace, canonical_namespace(namespace)}))
        if search is not None:
            query = query.where(contains(DATASET.c.name, search))
        rows = session.execute(query).all()
        shown = visible_datasets([row.id for row in rows], access, session=session)
        found += [row for row in rows if row.id in shown]
        has_more = len(rows) == size
        after = rows[-1].id if rows else after
        if not has_more or len(found) > limit:
            break
    # Who may not see all goes on only from what they saw: a page that is short must not tell of hidden datasets.
    next_id = after if access.is_unrestricted and has_more else None
    if len(found) > limit:
        next_id = found[limit - 1].id
    rows = found[:limit]
    jobs = _jobs([row.id for row in rows], session=session)
    return DatasetPage(tuple(_listed(row, jobs.get(row.id, {})) for row in rows), next_id)


def _listed(row: Any, jobs: dict[str, tuple[int, datetime]]) -> ListedDataset:
    writers, last_written = jobs.get(Direction.OUTPUT.value, (0, None))
    readers, last_read = jobs.get(Direction.INPUT.value, (0, None))
    seen = [moment for moment in (last_written, last_read) if moment is not None]
    return ListedDataset(row.namespace, row.name, row.first_seen, max(seen, default=None), writers, readers)


def _jobs(dataset_ids: Sequence[int], *, session: Session) -> dict[int, dict[str, tuple[int, datetime]]]:
    """How many jobs are on each side of datasets, and when one last was."""
    found: dict[int, dict[str, tuple[int, datetime]]] = {}
    for part in parts(dataset_ids, CHUNK):
        query = (
            select(EDGE.c.dataset_id, EDGE.c.direction, func.count(), func.max(EDGE.c.last_seen))
            .where(EDGE.c.dataset_id.in_(part))
            .group_by(EDGE.c.dataset_id, EDGE.c.direction)
        )
        for dataset_id, direction, count, last_seen in session.execute(query):
            found.setdefault(dataset_id, {})[direction] = (count, last_seen)
    return found
