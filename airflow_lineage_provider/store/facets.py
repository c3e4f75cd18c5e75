"""Facets by content: equal ones are stored once."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.store.tables import Facet
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK, ids_of, insert_or_update, select_ids

FACET = core_table(Facet)

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class StoredFacet:
    """Where a facet's content is stored."""

    id: int
    content_hash: str


def store_facets(bodies: Iterable[tuple[K, Any]], *, session: Session) -> dict[K, StoredFacet]:
    """Store facets, each content once.

    :param bodies: (whatever tells the caller which one it is, JSON value).
    """
    texts = {key: canonical_json(body) for key, body in bodies}
    hashes = {key: hashlib.sha256(text).hexdigest() for key, text in texts.items()}
    known = select_ids(FACET, "content_hash", list(hashes.values()), is_held=True, session=session)
    new = {
        hashes[key]: {"content_hash": hashes[key], "body": zlib.compress(text)}
        for key, text in texts.items()
        if hashes[key] not in known
    }
    if new:
        known |= ids_of(FACET, "content_hash", list(new.values()), session=session)
    return {key: StoredFacet(known[digest], digest) for key, digest in hashes.items()}


def link_facets(
    table: Table,
    owner: str,
    owner_id: int,
    bodies: Mapping[str, Any],
    *,
    seen_at: datetime | None = None,
    session: Session,
) -> None:
    """Give a run, job or dataset its facets, replacing those of the same name.

    :param table: link table with columns ``owner``, ``name`` and ``facet_id``.
    :param seen_at: when they were true: then only older ones are replaced.
    """
    stored = store_facets(bodies.items(), session=session)
    link_stored(table, owner, {owner_id: stored}, seen_at=seen_at, session=session)


def link_stored(
    table: Table,
    owner: str,
    facets: Mapping[int, Mapping[str, StoredFacet]],
    *,
    seen_at: datetime | None,
    session: Session,
) -> set[tuple[int, str]]:
    """Give runs, jobs or datasets facets that are stored; see :func:`link_facets`.

    With ``seen_at`` the caller holds the owners' row locks.

    :param facets: owner's id to facets by name.
    :return: (owner's id, name) where what is linked is another one now.
    """
    owners = sorted(owner_id for owner_id, named in facets.items() if named)
    linked: dict[tuple[int, str], Any] = {}
    for start in range(0, len(owners), CHUNK):
        query = (
            select(table.c[owner], table.c.name, table.c.facet_id, table.c.seen_at, FACET.c.content_hash)
            .join(FACET, FACET.c.id == table.c.facet_id)
            .where(table.c[owner].in_(owners[start : start + CHUNK]))
        )
        linked.update({(row[0], row.name): row for row in session.execute(query)})
    rows: list[dict[str, Any]] = []
    changed: set[tuple[int, str]] = set()
    seen_again: dict[str, list[int]] = {}
    for owner_id in owners:
        for name, facet in sorted(facets[owner_id].items()):
            known = linked.get((owner_id, name))
            if known is not None and not _replaces(known, facet, seen_at):
                continue
            if known is not None and known.facet_id == facet.id:
                seen_again.setdefault(name, []).append(owner_id)
                continue
            rows.append({owner: owner_id, "name": name, "facet_id": facet.id, "seen_at": seen_at})
            changed.add((owner_id, name))
    together: dict[tuple[int, ...], list[str]] = {}
    for name, same in seen_again.items():
        together.setdefault(tuple(same), []).append(name)
    for alike, names in together.items():
        for start in range(0, len(alike), CHUNK):
            part = table.c[owner].in_(alike[start : start + CHUNK])
            session.execute(table.update().where(part, table.c.name.in_(names)).values(seen_at=seen_at))
    insert_or_update(
        table,
        rows,
        (owner, "name"),
        lambda new: {"facet_id": new.facet_id, "seen_at": new.seen_at},
        session=session,
    )
    return changed


def _replaces(known: Any, facet: StoredFacet, seen_at: datetime | None) -> bool:
    if seen_at is None:
        return bool(known.facet_id != facet.id)
    # Equal moments are no order: then the contents decide, whichever came first.
    return known.seen_at is None or (known.seen_at, known.content_hash) < (seen_at, facet.content_hash)


def read_facets(table: Table, owner: str, owner_id: int, *, session: Session) -> dict[str, Any]:
    """Facets of a run, job or dataset: name to JSON value."""
    query = (
        select(table.c.name, FACET.c.body)
        .join(FACET, FACET.c.id == table.c.facet_id)
        .where(table.c[owner] == owner_id)
    )
    return {name: json.loads(zlib.decompress(body)) for name, body in session.execute(query)}
