"""Owners that other producers told in ownership facets of datasets they may speak for.

The facet itself may come from anybody, a task among them, and says nothing here. What counts is kept apart, under a
name of our own, when an event comes whose sender may write the dataset's namespace.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.openlineage.dataset_facets import is_deleted
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.classifications import DATASET_FACET
from airflow_lineage_provider.store.dataset_rows import names_of_rows
from airflow_lineage_provider.store.facets import FACET
from airflow_lineage_provider.store.upsert import CHUNK, some

TOLD_OWNERS = "toldOwners"
"""Facet of a dataset, of our making: ``{"owners": [names]}``."""
OWNERSHIP = "ownership"
MOST_OWNERS = 50
LONGEST = 250

_KEPT = (
    select(DATASET_FACET.c.dataset_id, FACET.c.body)
    .join(FACET, FACET.c.id == DATASET_FACET.c.facet_id)
    .where(DATASET_FACET.c.dataset_id.in_(some()), DATASET_FACET.c.name == TOLD_OWNERS)
)


def told_owner_facets(
    of_datasets: Mapping[DatasetId, Mapping[str, Any]], ids: Mapping[DatasetId, int], *, session: Session
) -> dict[int, dict[str, Any]]:
    """Facets to keep, by row id of the dataset.

    :param of_datasets: facets of datasets whose sender may name their owners. One that is stored under another name,
        because somebody once called both the same, is left out: the other name has owners of its own.
    """
    told = {
        dataset: facet
        for dataset, facets in of_datasets.items()
        if isinstance(facet := facets.get(OWNERSHIP), dict)
    }
    if not told:
        return {}
    rows = [ids[dataset] for dataset in told]
    stored = names_of_rows(rows, session=session)
    known = told_owners(rows, session=session)
    found: dict[int, dict[str, Any]] = {}
    for dataset, facet in told.items():
        row_id, names = ids[dataset], _names(facet)
        if stored.get(row_id) == dataset and (names or row_id in known):
            found[row_id] = {"owners": names}
    return found


def told_owners(dataset_ids: Collection[int], *, session: Session) -> dict[int, list[str]]:
    """Names by dataset."""
    wanted = sorted(dataset_ids)
    found: dict[int, list[str]] = {}
    for part in parts(wanted, CHUNK):
        for dataset_id, body in session.execute(_KEPT, {"some": part}):
            found[dataset_id] = json.loads(zlib.decompress(body))["owners"]
    return found


def _names(facet: Mapping[str, Any]) -> list[str]:
    owners = None if is_deleted(facet) else facet.get("owners")
    entries: Iterable[Any] = owners if isinstance(owners, list) else ()
    names = (entry.get("name") for entry in entries if isinstance(entry, dict))
    texts = [name.strip()[:LONGEST] for name in names if isinstance(name, str)]
    return list(dict.fromkeys(text for text in texts if text))[:MOST_OWNERS]
