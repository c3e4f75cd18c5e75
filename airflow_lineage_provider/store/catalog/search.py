"""Jobs and datasets whose name holds a text."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Table, func, select

from airflow_lineage_provider.model.node_id import NodeId, NodeType
from airflow_lineage_provider.store.catalog.datasets import spellings
from airflow_lineage_provider.store.catalog.page import Page
from airflow_lineage_provider.store.catalog.sight import Sight
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.edges import EDGE
from airflow_lineage_provider.store.ingest import JOB

SearchSort = Literal["name", "updated_at"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A job or dataset that was found."""

    node: NodeId
    updated_at: datetime
    """When it was last seen to read, write, be read or be written; else when it was first heard of."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for."""

    text: str
    types: tuple[NodeType, ...] = ("dataset", "job")
    namespace: str | None = None
    after: datetime | None = None
    """Only what was seen at this moment or later."""
    before: datetime | None = None
    """Only what was seen before this moment."""
    sort: SearchSort = "name"
    """By name, or newest first."""


def search(wanted: Search, sight: Sight, *, limit: int) -> Page[Hit]:
    """Jobs and datasets whose name holds the text, in whatever letters."""
    found = [hit for kind in wanted.types for hit in _hits(kind, wanted, sight)]
    found.sort(key=lambda hit: (hit.node.name, hit.node.namespace, hit.node.type))
    if wanted.sort == "updated_at":
        found.sort(key=lambda hit: hit.updated_at, reverse=True)
    return Page(tuple(found[:limit]), len(found))


def _hits(kind: NodeType, wanted: Search, sight: Sight) -> Iterator[Hit]:
    table, column = (JOB, EDGE.c.job_id) if kind == "job" else (DATASET, EDGE.c.dataset_id)
    last_seen = select(func.max(EDGE.c.last_seen)).where(column == table.c.id).scalar_subquery()
    query = select(
        table.c.id, table.c.namespace, table.c.name, table.c.first_seen, last_seen.label("last_seen")
    ).where(func.lower(table.c.name).contains(wanted.text.lower(), autoescape=True))
    if wanted.namespace is not None:
        query = query.where(table.c.namespace.in_(spellings(wanted.namespace)))
    rows = sight.session.execute(query).all()
    seen = _seen(table, [row.id for row in rows], sight)
    for row in rows:
        at = row.last_seen or row.first_seen
        is_in_time = (wanted.after is None or at >= wanted.after) and (
            wanted.before is None or at < wanted.before
        )
        if row.id in seen and is_in_time:
            yield Hit(NodeId(kind, row.namespace, row.name), at)


def _seen(table: Table, ids: Collection[int], sight: Sight) -> Any:
    return sight.jobs(ids) if table is JOB else sight.datasets(ids)
