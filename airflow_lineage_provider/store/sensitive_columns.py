"""Columns that a contract, or whoever tags datasets, calls sensitive."""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.datasets import ALIAS, DATASET
from airflow_lineage_provider.store.facets import FACET
from airflow_lineage_provider.store.identity import canonical_dataset
from airflow_lineage_provider.store.tables import Contract, ContractDataset, DatasetFacet, core_table
from airflow_lineage_provider.store.upsert import CHUNK

CONTRACT = core_table(Contract)
BINDING = core_table(ContractDataset)
DATASET_FACET = core_table(DatasetFacet)

_FACETS = ("tags", "schema")
_UNTRUE = frozenset({"false", "no", "0", "none", ""})
_DEEPEST = 20
MOST_KEPT = 1_000

Words = dict[str, frozenset[str]]
"""Column (or ``*``: each column) to the words it is classified with, in lower case."""
_EACH = "*"


class SensitiveColumns(frozenset[str]):
    """Names to be asked with ``in``, in whatever letters: a contract and a database rarely agree on them."""

    is_whole: bool
    """The dataset itself is sensitive, and so is each of its columns."""

    def __new__(cls, names: Iterable[str] = (), *, is_whole: bool = False) -> SensitiveColumns:
        made = super().__new__(cls, (name.casefold() for name in names))
        made.is_whole = is_whole
        return made

    def __contains__(self, name: object) -> bool:
        return self.is_whole or (isinstance(name, str) and super().__contains__(name.casefold()))

    def __bool__(self) -> bool:
        return self.is_whole or len(self) > 0


def sensitive_columns(dataset_ids: Collection[int], *, session: Session) -> dict[int, frozenset[str]]:
    """Sensitive columns by dataset id; datasets without any are left out.

    :return: to be asked with ``in``, never with ``&`` or ``-``: see :class:`SensitiveColumns`.
    """
    words = config.sensitive_classifications()
    wanted = sorted(set(dataset_ids))
    if not words or not wanted:
        return {}
    found: dict[int, set[str]] = {}
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        for dataset_id, classified in _classified(part, session=session):
            found.setdefault(dataset_id, set()).update(
                column for column, its_words in classified.items() if its_words & words
            )
    return {
        dataset_id: SensitiveColumns(columns - {_EACH}, is_whole=_EACH in columns)
        for dataset_id, columns in sorted(found.items())
        if columns
    }


def _classified(dataset_ids: list[int], *, session: Session) -> Iterator[tuple[int, Words]]:
    names = select(DATASET.c.id, DATASET.c.digest, DATASET.c.namespace, DATASET.c.name)
    by_digest: dict[str, int] = {}
    for row in session.execute(names.where(DATASET.c.id.in_(dataset_ids))):
        # Under the name it was stored with, and under the one that the rules give it today.
        by_digest[canonical_dataset(DatasetId(row.namespace, row.name)).digest] = row.id
        by_digest[row.digest] = row.id
    others = select(ALIAS.c.digest, ALIAS.c.dataset_id).where(ALIAS.c.dataset_id.in_(dataset_ids))
    by_digest.update({row.digest: row.dataset_id for row in session.execute(others)})
    for digest, schema_name, content in _bound(sorted(by_digest), session=session):
        yield by_digest[digest], content.get(schema_name, {})
    facets = (
        select(DATASET_FACET.c.dataset_id, DATASET_FACET.c.name, FACET.c.body)
        .join(FACET, FACET.c.id == DATASET_FACET.c.facet_id)
        .where(DATASET_FACET.c.dataset_id.in_(dataset_ids), DATASET_FACET.c.name.in_(_FACETS))
    )
    for dataset_id, name, body in session.execute(facets):
        facet = json.loads(zlib.decompress(body))
        yield dataset_id, (_of_tags(facet) if name == "tags" else _of_fields(facet.get("fields")))


class _ReadContracts:
    """What contracts say of columns, by their content hash: a content never changes its mind."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: dict[str, dict[str, Words]] = {}

    def get(self, content_hash: str) -> dict[str, Words] | None:
        with self._lock:
            return self._read.get(content_hash)

    def put(self, content_hash: str, read: dict[str, Words]) -> None:
        with self._lock:
            if len(self._read) >= MOST_KEPT:
                self._read.clear()
            self._read[content_hash] = read


_read_contracts = _ReadContracts()


def _bound(digests: list[str], *, session: Session) -> Iterator[tuple[str, str, dict[str, Words]]]:
    """(digest, schema object, schema object to its columns) of current contracts."""
    rows: list[Any] = []
    for start in range(0, len(digests), CHUNK):
        rows += session.execute(
            select(BINDING.c.digest, BINDING.c.schema_name, CONTRACT.c.content_hash)
            .join(CONTRACT, CONTRACT.c.id == BINDING.c.contract_id)
            .where(BINDING.c.digest.in_(digests[start : start + CHUNK]), CONTRACT.c.is_current.is_(True))
        )
    read = {row.content_hash: _read_contracts.get(row.content_hash) for row in rows}
    unread = sorted(content_hash for content_hash, known in read.items() if known is None)
    for start in range(0, len(unread), CHUNK):
        query = select(CONTRACT.c.content_hash, CONTRACT.c.body).where(
            CONTRACT.c.content_hash.in_(unread[start : start + CHUNK])
        )
        for content_hash, body in session.execute(query):
            read[content_hash] = _of_contract(json.loads(zlib.decompress(body)))
            _read_contracts.put(content_hash, read[content_hash] or {})
    for row in rows:
        yield row.digest, row.schema_name, read[row.content_hash] or {}


def _of_contract(data: dict[str, Any]) -> dict[str, Words]:
    return {str(item.get("name")): _of_fields(item.get("properties")) for item in _dicts(data.get("schema"))}


def _of_fields(fields: Any) -> Words:
    """Words of the properties of a contract, or of the fields of a schema facet, with what is nested in them."""
    found: dict[str, set[str]] = {}
    _read_fields(fields, (), found, 0)
    return {column: frozenset(words) for column, words in found.items()}


def _read_fields(fields: Any, above: tuple[str, ...], found: dict[str, set[str]], depth: int) -> None:
    if depth >= _DEEPEST:
        return
    for entry in _dicts(fields):
        words = {word.strip().lower() for word in (entry.get("classification"),) if isinstance(word, str)}
        tags = entry.get("tags")
        words |= {tag.strip().lower() for tag in tags or () if isinstance(tag, str)}
        words |= _of_tags({"tags": tags}).get(_EACH, frozenset())
        # A database knows the physical name; both are taken for the column itself.
        names = [name for name in (entry.get("physicalName"), entry.get("name")) if isinstance(name, str)]
        for name in names:
            _add(found, (*above, name), words)
        if not names:
            continue
        _read_fields(entry.get("properties") or entry.get("fields"), (*above, names[0]), found, depth + 1)
        if isinstance(items := entry.get("items"), dict):
            _read_fields([{**items, "name": names[0], "physicalName": None}], above, found, depth + 1)


def _add(found: dict[str, set[str]], path: tuple[str, ...], words: set[str]) -> None:
    # The type of a column shows what is nested in it, so that what is around is as sensitive.
    for end in range(1, len(path) + 1):
        found.setdefault(".".join(path[:end]), set()).update(words)


def _of_tags(facet: dict[str, Any]) -> Words:
    """Words of an OpenLineage tags facet: ``{"tags": [{"key", "value", "field"?}]}``, of the dataset or a column."""
    found: dict[str, set[str]] = {}
    for tag in _dicts(facet.get("tags")):
        key, value, field = (str(tag.get(name) or "").strip() for name in ("key", "value", "field"))
        words = {value.lower()} if value.lower() in _UNTRUE else {key.lower(), value.lower()}
        _add(found, tuple(field.split(".")) if field else (_EACH,), words)
    return {column: frozenset(words) for column, words in found.items()}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
