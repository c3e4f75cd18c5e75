"""Columns that a contract, or whoever tags datasets, calls sensitive, or ever did."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.classification_words import (
    EACH,
    NO_WORDS,
    FieldWords,
    Words,
    around,
    words_of_schemas,
)
from airflow_lineage_provider.store.classifications import (
    CLASSIFICATIONS,
    DATASET_FACET,
    TELLING,
    words_of_facet,
)
from airflow_lineage_provider.store.content_cache import ContentCache
from airflow_lineage_provider.store.datasets import ALIAS, DATASET
from airflow_lineage_provider.store.facets import FACET
from airflow_lineage_provider.store.identity import canonical_dataset
from airflow_lineage_provider.store.tables import Contract, ContractDataset, core_table
from airflow_lineage_provider.store.upsert import CHUNK

CONTRACT = core_table(Contract)
BINDING = core_table(ContractDataset)

_read_contracts: ContentCache[dict[str, FieldWords]] = ContentCache()


class SensitiveColumns(frozenset[str]):
    """Names to be asked with ``in``, in whatever letters: a contract and a database rarely agree on them."""

    is_whole: bool
    """The dataset itself is sensitive, and so is each of its columns but those that are cleared."""
    cleared: frozenset[str]

    def __new__(
        cls, names: Iterable[str] = (), *, is_whole: bool = False, cleared: Iterable[str] = ()
    ) -> SensitiveColumns:
        made = super().__new__(cls, (name.casefold() for name in names))
        made.is_whole = is_whole
        made.cleared = frozenset(cleared)
        return made

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return self.is_whole
        folded = name.casefold()
        return super().__contains__(folded) or (self.is_whole and folded not in self.cleared)

    def __bool__(self) -> bool:
        return self.is_whole or len(self) > 0


def sensitive_columns(dataset_ids: Collection[int], *, session: Session) -> dict[int, frozenset[str]]:
    """Sensitive columns by dataset id; datasets without any are left out.

    A word counts that any producer ever told, or that any version of a contract bound to the dataset has. Only
    the steward takes it back: by another classification of the column in the version that is in force.

    :return: to be asked with ``in``, never with ``&`` or ``-``: see :class:`SensitiveColumns`.
    """
    sensitive = config.sensitive_classifications()
    wanted = sorted(set(dataset_ids))
    if not sensitive or not wanted:
        return {}
    found: dict[int, frozenset[str]] = {}
    for part in parts(wanted, CHUNK):
        for dataset_id, said in sorted(_said(part, session=session).items()):
            if columns := said.sensitive(sensitive):
                found[dataset_id] = columns
    return found


@dataclass(slots=True)
class _Said:
    """What is said of a dataset."""

    ever: list[Words] = field(default_factory=list)
    now: list[FieldWords] = field(default_factory=list)
    """Of contracts in force."""

    def sensitive(self, words: frozenset[str]) -> SensitiveColumns:
        named = {column for said in self.ever for column, some in said.items() if some & words}
        if not named:
            return SensitiveColumns()
        kept = {column for said in self.now for column, some in said.words.items() if some & words}
        cleared = {column for said in self.now for column in said.explicit} - kept
        return SensitiveColumns(
            (name for column in named - cleared - {EACH} for name in around(column)),
            is_whole=EACH in named,
            cleared=cleared,
        )


def _said(dataset_ids: list[int], *, session: Session) -> dict[int, _Said]:
    names = select(DATASET.c.id, DATASET.c.digest, DATASET.c.namespace, DATASET.c.name)
    by_digest: dict[str, int] = {}
    for row in session.execute(names.where(DATASET.c.id.in_(dataset_ids))):
        # Under the name it was stored with, and under the one that the rules give it today.
        by_digest[canonical_dataset(DatasetId(row.namespace, row.name)).digest] = row.id
        by_digest[row.digest] = row.id
    others = select(ALIAS.c.digest, ALIAS.c.dataset_id).where(ALIAS.c.dataset_id.in_(dataset_ids))
    by_digest.update({row.digest: row.dataset_id for row in session.execute(others)})
    found: dict[int, _Said] = {}
    for digest, words, is_current in _bound(sorted(by_digest), session=session):
        said = found.setdefault(by_digest[digest], _Said())
        said.ever.append(words.words)
        if is_current:
            said.now.append(words)
    facets = (
        select(DATASET_FACET.c.dataset_id, DATASET_FACET.c.name, FACET.c.body)
        .join(FACET, FACET.c.id == DATASET_FACET.c.facet_id)
        .where(
            DATASET_FACET.c.dataset_id.in_(dataset_ids), DATASET_FACET.c.name.in_((CLASSIFICATIONS, *TELLING))
        )
    )
    for dataset_id, name, body in session.execute(facets):
        told = words_of_facet(name, json.loads(zlib.decompress(body)))
        found.setdefault(dataset_id, _Said()).ever.append(told)
    return found


def _bound(digests: list[str], *, session: Session) -> Iterator[tuple[str, FieldWords, bool]]:
    """(digest, columns, whether it is in force) of every version of contracts that were ever bound."""
    bound: dict[str, set[tuple[str, str]]] = {}
    in_force: set[tuple[str, int, str]] = set()
    for part in parts(digests, CHUNK):
        query = (
            select(BINDING.c.digest, BINDING.c.schema_name, CONTRACT.c.id, CONTRACT.c.contract_id)
            .add_columns(CONTRACT.c.is_current)
            .join(CONTRACT, CONTRACT.c.id == BINDING.c.contract_id)
            .where(BINDING.c.digest.in_(part))
        )
        for row in session.execute(query):
            bound.setdefault(row.contract_id, set()).add((row.digest, row.schema_name))
            if row.is_current:
                in_force.add((row.digest, row.id, row.schema_name))
    versions = _versions(sorted(bound), session=session)
    read = _read({version.content_hash for version in versions}, session=session)
    for version in versions:
        for digest, schema_name in bound[version.contract_id]:
            words = read.get(version.content_hash, {}).get(schema_name, NO_WORDS)
            yield digest, words, (digest, version.id, schema_name) in in_force


def _versions(contract_ids: list[str], *, session: Session) -> list[Any]:
    found: list[Any] = []
    for part in parts(contract_ids, CHUNK):
        query = select(CONTRACT.c.id, CONTRACT.c.contract_id, CONTRACT.c.content_hash)
        found += session.execute(query.where(CONTRACT.c.contract_id.in_(part)))
    return found


def _read(hashes: Collection[str], *, session: Session) -> dict[str, dict[str, FieldWords]]:
    known = {content_hash: _read_contracts.get(content_hash) for content_hash in hashes}
    found = {content_hash: read for content_hash, read in known.items() if read is not None}
    unread = sorted(known.keys() - found.keys())
    for part in parts(unread, CHUNK):
        query = select(CONTRACT.c.content_hash, CONTRACT.c.body).where(CONTRACT.c.content_hash.in_(part))
        for content_hash, body in session.execute(query):
            read = words_of_schemas(json.loads(zlib.decompress(body)))
            found[content_hash] = _read_contracts.put(content_hash, read)
    return found
