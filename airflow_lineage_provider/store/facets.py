"""Facets by content: equal ones are stored once."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json, content_hash
from airflow_lineage_provider.store.tables import Facet
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import ids_of, insert_missing

FACET = core_table(Facet)


def facet_ids(bodies: Mapping[str, Any], *, session: Session) -> dict[str, int]:
    """Row ids of facets.

    :param bodies: facet name to JSON value.
    :return: facet name to row id.
    """
    hashes = {name: content_hash(body) for name, body in bodies.items()}
    rows = [
        {"content_hash": hashes[name], "body": zlib.compress(canonical_json(body))}
        for name, body in bodies.items()
    ]
    ids = ids_of(FACET, "content_hash", rows, session=session)
    return {name: ids[digest] for name, digest in hashes.items()}


def link_facets(
    table: Table, owner: str, owner_id: int, bodies: Mapping[str, Any], *, session: Session
) -> None:
    """Give a run, job or dataset its facets, replacing those of the same name.

    :param table: link table with columns ``owner``, ``name`` and ``facet_id``.
    """
    if not bodies:
        return
    ids = facet_ids(bodies, session=session)
    mine = table.c[owner] == owner_id
    query = select(table.c.name, table.c.facet_id).where(mine, table.c.name.in_(ids))
    linked: dict[str, int] = {row[0]: row[1] for row in session.execute(query)}
    insert_missing(
        table,
        [
            {owner: owner_id, "name": name, "facet_id": ids[name]}
            for name in sorted(ids)
            if name not in linked
        ],
        session=session,
    )
    for name, facet_id in ids.items():
        if linked.get(name, facet_id) != facet_id:
            session.execute(table.update().where(mine, table.c.name == name).values(facet_id=facet_id))


def read_facets(table: Table, owner: str, owner_id: int, *, session: Session) -> dict[str, Any]:
    """Facets of a run, job or dataset: name to JSON value."""
    query = (
        select(table.c.name, FACET.c.body)
        .join(FACET, FACET.c.id == table.c.facet_id)
        .where(table.c[owner] == owner_id)
    )
    return {name: json.loads(zlib.decompress(body)) for name, body in session.execute(query)}
