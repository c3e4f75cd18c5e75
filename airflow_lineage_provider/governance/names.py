"""The names a dataset goes by: an alias and what it stands for are one dataset, and so are its names of before.

What is stored keeps the name that the rules gave when it came. After an upgrade, or with other aliases and patterns, that
is no longer the name of today, so that both are taken through the rules here.

What another producer calls one dataset counts for the graph, and here only where somebody chose to trust that: whoever
may send events could give a dataset the owner and the contract of another one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.dataset_rows import DatasetRow, rows_of
from airflow_lineage_provider.store.datasets import ALIAS, DATASET, TOLD_ORIGINS
from airflow_lineage_provider.store.identity import identity_rules
from airflow_lineage_provider.store.moved_bindings import moved_bindings
from airflow_lineage_provider.store.row_ids import chunks, in_digests, in_ids

_LED_TO = (
    select(ALIAS.c.digest, DATASET.c.namespace, DATASET.c.name)
    .join(DATASET, DATASET.c.id == ALIAS.c.dataset_id)
    .where(in_digests(ALIAS.c.digest))
)
_ALIASES = select(ALIAS.c.digest, ALIAS.c.dataset_id).where(in_ids(ALIAS.c.dataset_id))


def _by_trust(query: Select[Any]) -> Mapping[bool, Select[Any]]:
    """Of aliases: with those that other producers told, and without."""
    return {True: query, False: query.where(ALIAS.c.origin.not_in(TOLD_ORIGINS))}


_LED_TO_BY_TRUST, _ALIASES_BY_TRUST = _by_trust(_LED_TO), _by_trust(_ALIASES)


def canonical_names(datasets: Iterable[DatasetId], *, session: Session) -> dict[DatasetId, DatasetId]:
    """From each dataset to the one it stands for: what an alias leads to, under its name of today."""
    canonical = identity_rules().canonical
    named = {dataset: canonical(dataset) for dataset in datasets}
    by_digest: dict[str, list[DatasetId]] = {}
    for given, today in named.items():
        for digest in {given.digest} if today == given else {given.digest, today.digest}:
            by_digest.setdefault(digest, []).append(given)
    digests = sorted(by_digest)
    query = _LED_TO_BY_TRUST[config.trust_symlinks()]
    for part in chunks(digests):
        rows = session.execute(query, {"digests": part}).all()
        for digest, namespace, name in rows:
            for given in by_digest[digest]:
                named[given] = canonical(DatasetId(namespace, name))
    return named


@dataclass(frozen=True, slots=True)
class Names:
    """What means some datasets: several digests, and rows, may mean one."""

    by_digest: Mapping[str, DatasetId]
    rows: Mapping[int, DatasetRow]
    """By row id; what nobody touched has none."""
    moved: Mapping[str, str]
    """Digest of a name that a contract is bound to, to that of the dataset's name of today."""


def names_of(datasets: Collection[DatasetId], *, session: Session, stored: Iterable[DatasetId] = ()) -> Names:
    """From every digest that means one of the datasets to that dataset, and their rows.

    Its aliases mean it, and what contracts are bound to and ``stored`` where that is a name of before.

    :param datasets: under their names of today.
    :param stored: names under which datasets were found in the tables.
    """
    found = {dataset.digest: dataset for dataset in datasets}
    by_digest = dict(found)
    canonical = identity_rules().canonical
    bound = moved_bindings(session=session)
    moved = {before.digest: canonical(before).digest for before in stored}
    moved.update(bound)
    for before, today in moved.items():
        if today in by_digest:
            found.setdefault(before, by_digest[today])
    rows = {row.id: row for row in rows_of(found, session=session)}
    aliases = aliases_of(rows, session=session)
    others = {alias: found[rows[row_id].digest] for alias, row_id in aliases.items() if alias not in found}
    rows |= {row.id: row for row in rows_of(others, session=session)} if others else {}
    return Names({**others, **found}, rows, bound)


def aliases_of(row_ids: Collection[int], *, session: Session) -> dict[str, int]:
    """Digests of other names of datasets, by row id; those that other producers told only where they are trusted."""
    query = _ALIASES_BY_TRUST[config.trust_symlinks()]
    found: dict[str, int] = {}
    for part in chunks(sorted(row_ids)):
        found.update((row.digest, row.dataset_id) for row in session.execute(query, {"ids": part}))
    return found
