"""Known datasets whose names are closest to one that is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.look_alike import stem_of
from airflow_lineage_provider.store.datasets import DATASET

NEWEST = 20_000
"""Datasets, the newest ones, that are compared."""
MOST_SHOWN = 3
LEAST_LIKENESS = 0.6
"""Of two last parts of names, from 0 to 1."""
_MOST_COMPARED = 100


class ClosestDatasets:
    """Known datasets, read once, to be asked for what is close to many names."""

    def __init__(self, datasets: Iterable[DatasetId]) -> None:
        self._by_stem: dict[str, list[DatasetId]] = {}
        for dataset in datasets:
            self._by_stem.setdefault(stem_of(dataset), []).append(dataset)
        self._by_gram: dict[str, list[str]] = {}
        for stem in self._by_stem:
            for gram in _grams(stem):
                self._by_gram.setdefault(gram, []).append(stem)

    def to(self, name: str, *, limit: int = MOST_SHOWN) -> tuple[DatasetId, ...]:
        """The closest of them, best first; empty where none is close.

        :param name: of a table, file or topic, as far as it is known.
        """
        wanted = name.casefold()
        stem = stem_of(DatasetId("?", name)) or wanted
        shared = Counter(other for gram in _grams(stem) for other in self._by_gram.get(gram, ()))
        ranked: list[tuple[float, float, DatasetId]] = []
        for other, _ in shared.most_common(_MOST_COMPARED):
            likeness = SequenceMatcher(None, stem, other).ratio()
            if likeness < LEAST_LIKENESS:
                continue
            for dataset in self._by_stem[other][:_MOST_COMPARED]:
                whole = SequenceMatcher(None, wanted, dataset.name.casefold()).quick_ratio()
                ranked.append((-likeness, -whole, dataset))
        return tuple(dataset for _, _, dataset in sorted(ranked)[:limit])


def closest_datasets(*, session: Session) -> ClosestDatasets:
    """Read what is known now."""
    rows = session.execute(
        select(DATASET.c.namespace, DATASET.c.name).order_by(DATASET.c.id.desc()).limit(NEWEST)
    )
    return ClosestDatasets(DatasetId(row.namespace, row.name) for row in rows)


def _grams(text: str) -> set[str]:
    padded = f" {text} "
    return {padded[at : at + 3] for at in range(max(len(padded) - 2, 1))}
