"""Facets of many runs, jobs or datasets in as many queries as there are chunks of them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.openlineage.dataset_facets import is_deleted
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.facets import FACET
from airflow_lineage_provider.store.run_facets import run_facet_ids
from airflow_lineage_provider.store.tables import DatasetFacet, JobFacet, core_table
from airflow_lineage_provider.store.upsert import CHUNK

DATASET_FACET = core_table(DatasetFacet)
JOB_FACET = core_table(JobFacet)


def facets_of(
    table: Table, owner: str, ids: Collection[int], *, session: Session
) -> dict[int, dict[str, Any]]:
    """Owner's row id to facet name to JSON value; a content that many share is read once."""
    links: list[tuple[int, str, int]] = []
    wanted = sorted(set(ids))
    for part in parts(wanted, CHUNK):
        query = select(table.c[owner], table.c.name, table.c.facet_id).where(table.c[owner].in_(part))
        links += [(row[0], row[1], row[2]) for row in session.execute(query)]
    return _by_owner(links, session=session)


def facets_of_runs(run_ids: Collection[int], *, session: Session) -> dict[int, dict[str, Any]]:
    """The same of runs."""
    return _by_owner(list(run_facet_ids(run_ids, session=session)), session=session)


def _by_owner(links: Sequence[tuple[int, str, int]], *, session: Session) -> dict[int, dict[str, Any]]:
    bodies = facet_bodies({facet_id for _, _, facet_id in links}, session=session)
    found: dict[int, dict[str, Any]] = {}
    for owner_id, name, facet_id in links:
        if facet_id in bodies:
            found.setdefault(owner_id, {})[name] = bodies[facet_id]
    return found


def facet_bodies(facet_ids: Collection[int], *, session: Session) -> dict[int, Any]:
    """Contents of facets by their row id, but of those that say that they are deleted.

    These are kept in the tables, so that an older facet that arrives late does not come back.
    """
    wanted = sorted(facet_ids)
    found: dict[int, Any] = {}
    for part in parts(wanted, CHUNK):
        query = select(FACET.c.id, FACET.c.body).where(FACET.c.id.in_(part))
        for row_id, packed in session.execute(query):
            body = json.loads(zlib.decompress(packed))
            if not (isinstance(body, dict) and is_deleted(body)):
                found[row_id] = body
    return found
