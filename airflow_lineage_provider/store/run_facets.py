"""Facets of runs: those of a run's own and those it has in common with others, read as one."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, exists, or_, select, union_all
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.facets import FACET
from airflow_lineage_provider.store.tables import FacetSet, FacetSetMember, Run, RunFacet
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK, some

RUN = core_table(Run)
RUN_FACET = core_table(RunFacet)
FACET_SET = core_table(FacetSet)
MEMBER = core_table(FacetSetMember)


def read_run_facets(
    run_ids: Collection[int], *, names: Collection[str] = (), session: Session
) -> dict[int, dict[str, Any]]:
    """Facets by the row id of the run: name to JSON value.

    :param names: only these; without any, all.
    """
    found: dict[int, dict[str, Any]] = {run_id: {} for run_id in run_ids}
    for row in _rows(run_ids, names, with_bodies=True, session=session):
        found[row.run_id][row.name] = json.loads(zlib.decompress(row.body))
    return found


def run_facet_ids(
    run_ids: Collection[int], *, names: Collection[str] = (), session: Session
) -> Iterator[tuple[int, str, int]]:
    """(row id of a run, name, row id of its facet) in order; equal contents are one facet."""
    for row in _rows(run_ids, names, with_bodies=False, session=session):
        yield row.run_id, row.name, row.facet_id


def has_facet(name: str) -> Any:
    """Condition over run rows: they have a facet of that name."""
    own = exists().where(RUN_FACET.c.run_id == RUN.c.id, RUN_FACET.c.name == name)
    return or_(own, exists().where(MEMBER.c.set_id == RUN.c.facet_set_id, MEMBER.c.name == name))


def _rows(
    run_ids: Collection[int], names: Collection[str], *, with_bodies: bool, session: Session
) -> Iterator[Any]:
    wanted = sorted(set(run_ids))
    query = _query(bool(names), with_bodies)
    for part in parts(wanted, CHUNK):
        asked: dict[str, Any] = {"some": part}
        if names:
            asked["names"] = sorted(names)
        yield from session.execute(query, asked)


@lru_cache(maxsize=4)
def _query(with_names: bool, with_bodies: bool) -> Any:
    own = select(RUN_FACET.c.run_id, RUN_FACET.c.name, RUN_FACET.c.facet_id).where(
        RUN_FACET.c.run_id.in_(some())
    )
    # What a run has by itself stands before what the set says of the same name.
    stands_before = and_(RUN_FACET.c.run_id == RUN.c.id, RUN_FACET.c.name == MEMBER.c.name)
    shared = (
        select(RUN.c.id, MEMBER.c.name, MEMBER.c.facet_id)
        .join(MEMBER, MEMBER.c.set_id == RUN.c.facet_set_id)
        .where(RUN.c.id.in_(some()), ~exists().where(stands_before))
    )
    if with_names:
        own = own.where(RUN_FACET.c.name.in_(some("names")))
        shared = shared.where(MEMBER.c.name.in_(some("names")))
    links = union_all(own, shared).subquery("links")
    query = select(links).order_by(links.c.run_id, links.c.name)
    if with_bodies:
        query = query.add_columns(FACET.c.body).join(FACET, FACET.c.id == links.c.facet_id)
    return query
