"""Namespaces of jobs and datasets, and the sources that namespaces of datasets are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, select

from airflow_lineage_provider.store.catalog.datasets import spellings
from airflow_lineage_provider.store.catalog.page import Visible
from airflow_lineage_provider.store.catalog.sight import Sight
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.ingest import JOB


@dataclass(frozen=True, slots=True, order=True)
class NamespaceView:
    """A namespace, with when something in it was first seen, and when something new was last."""

    name: str
    first_seen: datetime
    updated_at: datetime


def list_namespaces(sight: Sight, *, name: str | None = None) -> list[NamespaceView]:
    """Namespaces of the jobs and datasets that the reader sees, by name."""
    return _merged([*_grouped(JOB, sight.job_filter, sight, name), *list_sources(sight, name=name)])


def list_sources(sight: Sight, *, name: str | None = None) -> list[NamespaceView]:
    """Namespaces of the datasets that the reader sees, by name."""
    return _merged(_grouped(DATASET, sight.dataset_filter, sight, name))


def find_namespace(found: Iterable[NamespaceView], name: str) -> NamespaceView | None:
    """The namespace of a name, or the one whose canonical spelling the name means."""
    by_name = {namespace.name: namespace for namespace in found}
    return next((by_name[spelling] for spelling in [name, *spellings(name)] if spelling in by_name), None)


def _grouped(table: Table, visible: Visible | None, sight: Sight, name: str | None) -> list[NamespaceView]:
    wanted = None if name is None else table.c.namespace.in_(spellings(name))
    if visible is None:
        query = select(
            table.c.namespace, func.min(table.c.first_seen), func.max(table.c.first_seen)
        ).group_by(table.c.namespace)
        query = query if wanted is None else query.where(wanted)
        return [NamespaceView(*row) for row in sight.session.execute(query)]
    each: Any = select(table.c.id, table.c.namespace, table.c.first_seen)
    rows = sight.session.execute(each if wanted is None else each.where(wanted)).all()
    seen = visible([row.id for row in rows])
    return [NamespaceView(row.namespace, row.first_seen, row.first_seen) for row in rows if row.id in seen]


def _merged(found: Iterable[NamespaceView]) -> list[NamespaceView]:
    merged: dict[str, NamespaceView] = {}
    for namespace in found:
        known = merged.get(namespace.name, namespace)
        merged[namespace.name] = NamespaceView(
            namespace.name,
            min(known.first_seen, namespace.first_seen),
            max(known.updated_at, namespace.updated_at),
        )
    return sorted(merged.values())
