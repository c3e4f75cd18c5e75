"""Several names of one dataset: which of them it is stored under, and what the others are then.

The choice looks only at what is stored and at names, never at what came first, so that every order of events
ends with the same one.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, literal_column, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.datasets import ALIAS, DATASET, TOLD_ORIGINS
from airflow_lineage_provider.store.edges import EDGE
from airflow_lineage_provider.store.external.merge import merge_datasets, rename_dataset
from airflow_lineage_provider.store.upsert import CHUNK, insert_or_update

log = logging.getLogger(__name__)

SYMLINK = "symlink"
"""Origin of a name that a producer calls another name of a dataset.

The name a dataset is stored under has such a row too where a producer said so: the rows are how it is known which
names were ever called symlinks.
"""
MERGED = "merged"
"""Origin of a name that was a dataset of its own until it turned out to be the same as another."""


@dataclass(frozen=True, slots=True)
class Group:
    """Names that a producer says mean the same data."""

    names: set[DatasetId]
    mentioned: set[DatasetId]
    """Those that are called symlinks of another."""
    ids: set[int]
    """Dataset rows that they lead to."""

    def __or__(self, other: Group) -> Group:
        return Group(self.names | other.names, self.mentioned | other.mentioned, self.ids | other.ids)


def settle_group(group: Group, *, now: datetime, session: Session) -> bool:
    """Make one dataset of a group; the caller holds the locks of its rows.

    :return: False where nothing was done: two datasets that tasks of this Airflow touch under two names stay two,
        whatever another producer says, for nobody could take them apart again.
    """
    touched = _touched_by_airflow(group, session=session)
    if len(touched) > 1:
        log.warning(
            "%s stay several datasets, though a producer calls them one",
            ", ".join(map(str, sorted(group.names))),
        )
        return False
    mains = _mains(group, session=session)
    aliases = _aliases(group, session=session)
    mentioned = {name for name, origin in aliases.items() if origin == SYMLINK} | group.mentioned
    main = _chosen(group, mains, aliases, mentioned, touched)
    survivor = mains.get(main, min(group.ids))
    merge_datasets(sorted(group.ids - {survivor}), survivor, session=session)
    if main not in mains:
        rename_dataset(survivor, main, session=session)
    rows = [
        {
            "digest": name.digest,
            "namespace": name.namespace,
            "name": name.name,
            "dataset_id": survivor,
            "origin": SYMLINK if name in mentioned else MERGED,
            "first_seen": now,
        }
        for name in sorted({*mains, *aliases, *group.names}, key=lambda name: name.digest)
        if name in mentioned or name != main
    ]
    insert_or_update(ALIAS, rows, ("digest",), _given, session=session)
    if main not in mentioned:
        session.execute(ALIAS.delete().where(ALIAS.c.digest == main.digest))
    return True


def _given(new: Any) -> dict[str, Any]:
    # A name that Airflow itself or its operator gave stays theirs: the rules of governance believe only those.
    # Not bound values: PostgreSQL would be sent row by row.
    is_told = or_(*(ALIAS.c.origin == literal_column(f"'{origin}'") for origin in TOLD_ORIGINS))
    return {"dataset_id": new.dataset_id, "origin": case((is_told, new.origin), else_=ALIAS.c.origin)}


def _chosen(
    group: Group,
    mains: dict[DatasetId, int],
    aliases: dict[DatasetId, str],
    mentioned: set[DatasetId],
    touched: set[int],
) -> DatasetId:
    """The name that stays.

    One that Airflow's own tasks have touched, for that is what people here know; else one that producers use
    and never call a symlink of another; among several the first in the alphabet.
    """
    ours = {name for name, row_id in mains.items() if row_id in touched}
    candidates = ours or {*mains, *aliases, *group.names}
    return min(candidates, key=lambda name: (name in mentioned, name))


def _mains(group: Group, *, session: Session) -> dict[DatasetId, int]:
    query = select(DATASET.c.id, DATASET.c.namespace, DATASET.c.name)
    return {
        DatasetId(row.namespace, row.name): row.id for row in _of_ids(query, DATASET.c.id, group, session)
    }


def _aliases(group: Group, *, session: Session) -> dict[DatasetId, str]:
    query = select(ALIAS.c.namespace, ALIAS.c.name, ALIAS.c.origin).where(
        ALIAS.c.origin.in_((SYMLINK, MERGED))
    )
    return {
        DatasetId(row.namespace, row.name): row.origin
        for row in _of_ids(query, ALIAS.c.dataset_id, group, session)
    }


def _touched_by_airflow(group: Group, *, session: Session) -> set[int]:
    ours = EDGE.c.evidence.bitwise_and(sum(Evidence) & ~Evidence.EXTERNAL) != 0
    query = select(EDGE.c.dataset_id).where(ours).distinct()
    return {row.dataset_id for row in _of_ids(query, EDGE.c.dataset_id, group, session)}


def _of_ids(query: Any, column: Any, group: Group, session: Session) -> list[Any]:
    ids = sorted(group.ids)
    found: list[Any] = []
    for part in parts(ids, CHUNK):
        found.extend(session.execute(query.where(column.in_(part))))
    return found
