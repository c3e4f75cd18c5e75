"""Facets by content: equal ones are stored once."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, literal_column, select, tuple_, union_all
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.store.tables import Facet
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK, ids_of, insert_or_update, select_ids, some

FACET = core_table(Facet)

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class FacetBody:
    """A facet that may have to be stored."""

    content_hash: str
    """SHA-256 of its canonical JSON."""
    text: Callable[[], bytes]
    """Its canonical JSON; asked for only where nobody has stored the same."""


@dataclass(frozen=True, slots=True)
class StoredFacet:
    """Where a facet's content is stored."""

    id: int
    content_hash: str


Named = Mapping[int, Mapping[str, FacetBody]]
"""Owner's id to facets by name."""


class FacetLinks:
    """A link table: which facets runs, jobs or datasets have."""

    def __init__(self, table: Table, owner: str) -> None:
        self.table = table
        self.owner = owner
        """Column of the owner's id; the others are ``name``, ``facet_id`` and ``seen_at``."""


@lru_cache(maxsize=8)
def facet_links(table: Table, owner: str) -> FacetLinks:
    """The link table, one object for each."""
    return FacetLinks(table, owner)


def facet_body(value: Any) -> FacetBody:
    """A facet with its hash, from its JSON value."""
    text = canonical_json(value)
    return FacetBody(hashlib.sha256(text).hexdigest(), lambda: text)


def add_facets(named: dict[str, FacetBody], bodies: Mapping[str, Any | FacetBody]) -> dict[str, FacetBody]:
    """Add facets that are as new; where one name comes twice the contents decide, in whatever order they come."""
    for name, body in bodies.items():
        facet = body if isinstance(body, FacetBody) else facet_body(body)
        named[name] = max(named.get(name, facet), facet, key=lambda each: each.content_hash)
    return named


def store_facets(bodies: Iterable[tuple[K, Any]], *, session: Session) -> dict[K, StoredFacet]:
    """Store facets, each content once.

    :param bodies: (whatever tells the caller which one it is, JSON value).
    """
    facets = {key: facet_body(body) for key, body in bodies}
    ids = store_bodies(facets.values(), session=session)
    return {key: StoredFacet(ids[facet.content_hash], facet.content_hash) for key, facet in facets.items()}


def store_bodies(
    facets: Iterable[FacetBody], *, known: Mapping[str, int] | None = None, session: Session
) -> dict[str, int]:
    """Ids by content; what is there is held.

    :param known: what was just looked up, and held.
    """
    by_hash = {facet.content_hash: facet for facet in facets}
    if known is None:
        known = select_ids(FACET, "content_hash", list(by_hash), is_held=True, session=session)
    new = [
        {"content_hash": digest, "body": zlib.compress(facet.text())}
        for digest, facet in by_hash.items()
        if digest not in known
    ]
    return ids_of(FACET, "content_hash", new, known=known, session=session) if new else dict(known)


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
    facets = add_facets({}, bodies)
    link_all({facet_links(table, owner): {owner_id: facets}}, seen_at=seen_at, session=session)


def link_all(
    facets: Mapping[FacetLinks, Named], *, seen_at: datetime | None, session: Session
) -> set[tuple[FacetLinks, int, str]]:
    """Give runs, jobs and datasets facets; see :func:`link_facets`.

    With ``seen_at`` the caller holds the owners' row locks.

    :return: (table, owner's id, name) where what is linked is another one now.
    """
    owners = {
        links: sorted(owner_id for owner_id in named if named[owner_id]) for links, named in facets.items()
    }
    linked = _linked(owners, session=session)
    new: dict[tuple[FacetLinks, int, str], FacetBody] = {}
    seen_again: dict[FacetLinks, list[tuple[int, str]]] = {}
    for links, ids in owners.items():
        for owner_id in ids:
            for name, facet in sorted(facets[links][owner_id].items()):
                known = linked.get((links, owner_id, name))
                if known is None or known.content_hash != facet.content_hash:
                    if known is None or _is_older(known, facet, seen_at):
                        new[links, owner_id, name] = facet
                elif seen_at is not None and (known.seen_at is None or known.seen_at < seen_at):
                    seen_again.setdefault(links, []).append((owner_id, name))
    stored = store_bodies(new.values(), session=session) if new else {}
    if seen_again:
        _note_seen_again(seen_again, seen_at, session=session)
    for links in facets:
        rows = [
            {links.owner: owner_id, "name": name, "facet_id": stored[facet.content_hash], "seen_at": seen_at}
            for (other, owner_id, name), facet in new.items()
            if other is links
        ]
        insert_or_update(links.table, rows, (links.owner, "name"), newest, session=session)
    return set(new)


def _linked(
    owners: Mapping[FacetLinks, Sequence[int]], *, session: Session
) -> dict[tuple[FacetLinks, int, str], Any]:
    """What is linked now, of all tables in one statement."""
    tables = tuple(links for links, ids in owners.items() if ids)
    found: dict[tuple[FacetLinks, int, str], Any] = {}
    longest = max((len(owners[links]) for links in tables), default=0)
    for start in range(0, longest, CHUNK):
        asked = tuple(links for links in tables if owners[links][start : start + CHUNK])
        parts = {f"ids_{place}": owners[links][start : start + CHUNK] for place, links in enumerate(asked)}
        for row in session.execute(_links_query(asked), parts):
            found[asked[row.place], row.owner_id, row.name] = row
    return found


@lru_cache(maxsize=64)
def _links_query(asked: tuple[FacetLinks, ...]) -> Any:
    queries = [
        select(
            literal_column(str(place)).label("place"),
            links.table.c[links.owner].label("owner_id"),
            links.table.c.name,
            links.table.c.facet_id,
            links.table.c.seen_at,
            FACET.c.content_hash,
        )
        .join(FACET, FACET.c.id == links.table.c.facet_id)
        .where(links.table.c[links.owner].in_(some(f"ids_{place}")))
        for place, links in enumerate(asked)
    ]
    return queries[0] if len(queries) == 1 else union_all(*queries)


def _note_seen_again(
    seen: Mapping[FacetLinks, Sequence[tuple[int, str]]], seen_at: datetime | None, *, session: Session
) -> None:
    """Note that the same facets were true later as well."""
    # PostgreSQL takes several tables in one statement.
    is_one = session.get_bind().dialect.name == "postgresql"
    longest = max(map(len, seen.values()))
    for start in range(0, longest, CHUNK):
        parts = {links: keys[start : start + CHUNK] for links, keys in seen.items() if keys[start:]}
        for tables in [tuple(parts)] if is_one else [(links,) for links in parts]:
            asked = {f"keys_{place}": parts[links] for place, links in enumerate(tables)}
            session.execute(_seen_again(tables), {**asked, "moment": seen_at})


@lru_cache(maxsize=64)
def _seen_again(tables: tuple[FacetLinks, ...]) -> Any:
    updates = []
    for place, links in enumerate(tables):
        chosen = tuple_(links.table.c[links.owner], links.table.c.name).in_(some(f"keys_{place}"))
        updates.append(links.table.update().where(chosen).values(seen_at=bindparam("moment")))
    last = updates.pop()
    for place, update in enumerate(updates):
        last = last.add_cte(update.cte(f"part_{place}"))
    return last


def newest(new: Any) -> dict[str, Any]:
    """What becomes of a link that is there: it leads to the new facet."""
    return {"facet_id": new.facet_id, "seen_at": new.seen_at}


def _is_older(known: Any, facet: FacetBody, seen_at: datetime | None) -> bool:
    if seen_at is None or known.seen_at is None:
        return True
    # Equal moments are no order: then the contents decide, whichever came first.
    return bool((known.seen_at, known.content_hash) < (seen_at, facet.content_hash))


def read_facets(table: Table, owner: str, owner_id: int, *, session: Session) -> dict[str, Any]:
    """Facets of a run, job or dataset: name to JSON value."""
    rows = session.execute(_read_query(facet_links(table, owner)), {"owner": owner_id})
    return {name: json.loads(zlib.decompress(body)) for name, body in rows}


@lru_cache(maxsize=8)
def _read_query(links: FacetLinks) -> Any:
    table = links.table
    return (
        select(table.c.name, FACET.c.body)
        .join(FACET, FACET.c.id == table.c.facet_id)
        .where(table.c[links.owner] == bindparam("owner"))
    )
