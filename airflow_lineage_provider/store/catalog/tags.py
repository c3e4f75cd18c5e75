"""Tags that producers give datasets, columns and jobs, from the standard's tags facet. They are read only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.catalog.facets import DATASET_FACET, JOB_FACET, facet_bodies
from airflow_lineage_provider.store.catalog.sight import Sight

_FACET = "tags"
_YES = frozenset({"", "true"})


def tag_names(facets: Mapping[str, Any]) -> tuple[str, ...]:
    """Tags of a job or dataset itself."""
    return tuple(sorted({name for field, name in _tags(facets) if not field}))


def column_tags(facets: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Tags by column."""
    found: dict[str, set[str]] = {}
    for field, name in _tags(facets):
        if field:
            found.setdefault(field, set()).add(name)
    return {field: tuple(sorted(names)) for field, names in found.items()}


def list_tags(sight: Sight) -> list[str]:
    """All tags of what the reader sees."""
    found: set[str] = set()
    datasets = _tagged(DATASET_FACET, "dataset_id", session=sight.session)
    jobs = _tagged(JOB_FACET, "job_id", session=sight.session)
    seen_datasets = sight.datasets({row_id for ids in datasets.values() for row_id in ids})
    seen_jobs = sight.jobs({row_id for ids in jobs.values() for row_id in ids})
    shown = [facet_id for facet_id, ids in datasets.items() if ids & seen_datasets]
    shown += [facet_id for facet_id, ids in jobs.items() if ids & seen_jobs]
    for facet in facet_bodies(set(shown), session=sight.session).values():
        found.update(name for _, name in _tags({_FACET: facet}))
    return sorted(found)


def _tagged(table: Table, owner: str, *, session: Session) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for facet_id, owner_id in session.execute(
        select(table.c.facet_id, table.c[owner]).where(table.c.name == _FACET)
    ):
        found.setdefault(facet_id, set()).add(owner_id)
    return found


def _tags(facets: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(column or nothing, name); a value that only says yes is no part of the name."""
    facet = facets.get(_FACET)
    listed = facet.get("tags") if isinstance(facet, dict) else None
    for tag in listed if isinstance(listed, list) else ():
        if not isinstance(tag, dict) or not isinstance(key := tag.get("key"), str) or not key:
            continue
        value, field = tag.get("value"), tag.get("field")
        says_more = isinstance(value, str) and value.lower() not in _YES
        yield field if isinstance(field, str) else "", f"{key}:{value}" if says_more else key
