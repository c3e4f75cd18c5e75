"""What attempts of a task have in common is named as one set of facets: repeated attempts cost next to nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, delete, literal_column, select, union_all
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import content_hash
from airflow_lineage_provider.store.facets import FACET, FacetBody, add_facets, newest, store_bodies
from airflow_lineage_provider.store.run_facets import FACET_SET, MEMBER, RUN_FACET
from airflow_lineage_provider.store.upsert import ids_of, insert_missing, insert_or_update, select_ids

_LINKED = union_all(
    select(
        RUN_FACET.c.name, RUN_FACET.c.facet_id, FACET.c.content_hash, literal_column("0").label("is_shared")
    )
    .join(FACET, FACET.c.id == RUN_FACET.c.facet_id)
    .where(RUN_FACET.c.run_id == bindparam("run")),
    select(MEMBER.c.name, MEMBER.c.facet_id, FACET.c.content_hash, literal_column("1"))
    .join(FACET, FACET.c.id == MEMBER.c.facet_id)
    .where(MEMBER.c.set_id == bindparam("set")),
)


def link_run_facets(
    run_id: int, facet_set_id: int | None, bodies: Mapping[str, Any], *, is_new: bool, session: Session
) -> int | None:
    """Give an attempt facets, replacing those of the same name; the caller holds the run's row lock.

    Content that was there before is named through a set. What nobody had yet may stay this run's alone, as the id of
    a query does: it costs a link, and a set of its own would cost more.

    :param facet_set_id: as the run's row has it.
    :param is_new: the run has no facets yet: there is nothing to look up.
    :return: the set that the run's row has to name from now on.
    """
    own, shared = ({}, {}) if is_new else _linked(run_id, facet_set_id, session=session)
    linked = {**shared, **own}
    new = {
        name: facet
        for name, facet in add_facets({}, bodies).items()
        if name not in linked or linked[name].content_hash != facet.content_hash
    }
    if not new:
        return facet_set_id
    hashes = [facet.content_hash for facet in new.values()]
    known = select_ids(FACET, "content_hash", hashes, is_held=True, session=session)
    _link_alone(
        run_id,
        {name: facet for name, facet in new.items() if facet.content_hash not in known},
        session=session,
    )
    members = {name: facet for name, facet in new.items() if facet.content_hash in known}
    if not members:
        return facet_set_id
    if replaced := sorted(own.keys() & members.keys()):
        session.execute(delete(RUN_FACET).where(RUN_FACET.c.run_id == run_id, RUN_FACET.c.name.in_(replaced)))
    return _set_of(
        {name: (row.content_hash, row.facet_id) for name, row in shared.items()}
        | {name: (facet.content_hash, known[facet.content_hash]) for name, facet in members.items()},
        session=session,
    )


def set_hash(hashes: Mapping[str, str]) -> str:
    """Identity of a set, from names and the hashes of their facets."""
    return content_hash(dict(hashes))


def _linked(
    run_id: int, facet_set_id: int | None, *, session: Session
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a run has by itself and what its set has: name to row (``content_hash``, ``facet_id``)."""
    rows = session.execute(_LINKED, {"run": run_id, "set": facet_set_id}).all()
    own = {row.name: row for row in rows if not row.is_shared}
    return own, {row.name: row for row in rows if row.is_shared}


def _link_alone(run_id: int, facets: Mapping[str, FacetBody], *, session: Session) -> None:
    if not facets:
        return
    ids = store_bodies(facets.values(), known={}, session=session)
    rows = [
        {"run_id": run_id, "name": name, "facet_id": ids[facet.content_hash], "seen_at": None}
        for name, facet in sorted(facets.items())
    ]
    insert_or_update(RUN_FACET, rows, ("run_id", "name"), newest, session=session)


def _set_of(members: Mapping[str, tuple[str, int]], *, session: Session) -> int:
    """Id of a set, made where there is none, and held.

    :param members: name to (hash, id) of the facet.
    """
    digest = set_hash({name: facet_hash for name, (facet_hash, _) in members.items()})
    known = select_ids(FACET_SET, "content_hash", [digest], is_held=True, session=session)
    if digest in known:
        return known[digest]
    row = {"content_hash": digest}
    set_id = ids_of(FACET_SET, "content_hash", [row], known=known, session=session)[digest]
    rows = [
        {"set_id": set_id, "name": name, "facet_id": facet_id}
        for name, (_, facet_id) in sorted(members.items())
    ]
    insert_missing(MEMBER, rows, session=session)  # who made it in the same moment wrote the same
    return set_id
