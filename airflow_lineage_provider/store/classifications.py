"""What columns were ever classified with: a word that was said once stays, whoever says otherwise later.

Any producer that reads a dataset may send its newest tags. What it leaves out must not be shown because of that.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.store.classification_words import EACH, Words, words_of_fields, words_of_tags
from airflow_lineage_provider.store.content_cache import ContentCache
from airflow_lineage_provider.store.datasets import hold_datasets
from airflow_lineage_provider.store.facets import FACET, FacetBody, facet_body, facet_links, link_all
from airflow_lineage_provider.store.row_ids import chunks, in_ids
from airflow_lineage_provider.store.tables import DatasetFacet, core_table

CLASSIFICATIONS = "classifications"
"""Facet of a dataset, of our making: ``{"columns": {name: [words]}, "dataset": [words]}``."""
TELLING = ("tags", "schema")
"""Facets of producers that classify."""
MOST_COLUMNS = 5_000
"""Classified columns of a dataset that are kept apart."""

DATASET_FACET = core_table(DatasetFacet)
_LINKS = facet_links(DATASET_FACET, "dataset_id")
_read: ContentCache[Words] = ContentCache()


def keep_classifications(of_datasets: Mapping[int, dict[str, FacetBody]], *, session: Session) -> None:
    """Add to what is kept what new facets of datasets say.

    :param of_datasets: dataset's row id to facets that are about to be linked; one of a producer that has the
        name of ours is taken out.
    """
    told: dict[int, Words] = {}
    for dataset_id, facets in of_datasets.items():
        facets.pop(CLASSIFICATIONS, None)
        words = unite(_words(name, facets[name]) for name in TELLING if name in facets)
        if words:
            told[dataset_id] = words
    _add(told, session=session)


def move_classifications(loser: int, survivor: int, *, session: Session) -> None:
    """Give the survivor of two datasets that are one what is kept of the other; to be done before facets are."""
    known = kept_words([loser, survivor], session=session)
    united = unite(known.values())
    if united:
        _add({loser: united, survivor: united}, session=session)


def words_of_facet(name: str, facet: Any) -> Words:
    """What a facet says of columns: ours, or a producer's tags or schema."""
    if name == "tags":
        return words_of_tags(facet)
    if name == "schema":
        return words_of_fields(facet.get("fields") if isinstance(facet, dict) else None).words
    words = {column: frozenset(some) for column, some in facet.get("columns", {}).items()}
    return {**words, EACH: frozenset(facet["dataset"])} if facet.get("dataset") else words


def unite(parts: Iterable[Words]) -> Words:
    """All words of several."""
    found: dict[str, frozenset[str]] = {}
    for words in parts:
        for column, told in words.items():
            found[column] = found.get(column, frozenset()) | told
    return found


def _words(name: str, facet: FacetBody) -> Words:
    # Tags are told with every event, and most often they are the same.
    key = f"{name}:{facet.content_hash}"
    known = _read.get(key)
    return known if known is not None else _read.put(key, words_of_facet(name, json.loads(facet.text())))


def _add(told: Mapping[int, Words], *, session: Session) -> None:
    known = kept_words(told, session=session) if told else {}
    grown = [dataset_id for dataset_id, words in told.items() if not _holds(known.get(dataset_id, {}), words)]
    if not grown:
        return
    # Two may add at once: the second has to see what the first one added.
    hold_datasets(grown, key_share=False, session=session)
    known = kept_words(grown, session=session)
    facets = {
        dataset_id: {CLASSIFICATIONS: facet_body(_wire(unite([known.get(dataset_id, {}), told[dataset_id]])))}
        for dataset_id in grown
    }
    link_all({_LINKS: facets}, seen_at=None, session=session)


def _holds(known: Words, words: Words) -> bool:
    return all(some <= known.get(column, frozenset()) for column, some in words.items())


def kept_words(dataset_ids: Collection[int], *, session: Session) -> dict[int, Words]:
    """What is kept, by row id of the dataset; datasets that nobody classified are left out."""
    wanted = sorted(dataset_ids)
    found: dict[int, Words] = {}
    for part in chunks(wanted):
        for dataset_id, body in session.execute(_KEPT, {"ids": part}):
            found[dataset_id] = words_of_facet(CLASSIFICATIONS, json.loads(zlib.decompress(body)))
    return found


_KEPT = (
    select(DATASET_FACET.c.dataset_id, FACET.c.body)
    .join(FACET, FACET.c.id == DATASET_FACET.c.facet_id)
    .where(in_ids(DATASET_FACET.c.dataset_id), DATASET_FACET.c.name == CLASSIFICATIONS)
)


def _wire(words: Words) -> dict[str, Any]:
    columns = {column: some for column, some in words.items() if column != EACH}
    whole = words.get(EACH, frozenset())
    if len(columns) > MOST_COLUMNS:
        sensitive = config.sensitive_classifications()
        columns = {column: some for column, some in columns.items() if some & sensitive}
        if len(columns) > MOST_COLUMNS:
            # Whoever makes up columns hides the dataset, and nothing that was said of it is lost.
            whole = whole.union(*columns.values())
            columns = {}
    return {
        "columns": {column: sorted(some) for column, some in sorted(columns.items())},
        "dataset": sorted(whole),
    }
