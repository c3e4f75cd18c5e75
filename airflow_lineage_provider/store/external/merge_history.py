"""Schemas and facets of two datasets that turned out to be one: what was seen last of either is true now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.classifications import move_classifications
from airflow_lineage_provider.store.external.schemas import told_schemas
from airflow_lineage_provider.store.facets import FACET
from airflow_lineage_provider.store.quality_checks import move_checks
from airflow_lineage_provider.store.schemas import HISTORY
from airflow_lineage_provider.store.tables import DatasetFacet
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.told_owners import TOLD_OWNERS

DATASET_FACET = core_table(DatasetFacet)
_NEVER = datetime.min.replace(tzinfo=UTC)


def move_history(loser: int, survivor: int, *, session: Session) -> None:
    """Make one history of schemas of two; to be done before their facets are."""
    current = told_schemas((loser, survivor), session=session)
    if loser not in current:
        return
    query = select(HISTORY).where(HISTORY.c.dataset_id.in_((loser, survivor)))
    rows = sorted(
        session.execute(query).all(), key=lambda row: (row.valid_from, row.valid_to is None, row.id)
    )
    newest = max(current.values(), key=lambda schema: (schema.last_seen, schema.content_hash))
    versions: list[dict[str, Any]] = []
    for row in rows:
        if versions and versions[-1]["schema_id"] == row.schema_id:
            continue
        versions.append({"schema_id": row.schema_id, "valid_from": row.valid_from, "run_id": row.run_id})
    if versions[-1]["schema_id"] != newest.schema_id:
        versions.append(
            {"schema_id": newest.schema_id, "valid_from": newest.last_seen, "run_id": newest.run_id}
        )
    session.execute(HISTORY.delete().where(HISTORY.c.dataset_id.in_((loser, survivor))))
    ends = [*(version["valid_from"] for version in versions[1:]), None]
    session.execute(
        HISTORY.insert(),
        [
            {**version, "dataset_id": survivor, "valid_to": end}
            for version, end in zip(versions, ends, strict=True)
        ],
    )


def move_facets(loser: int, survivor: int, *, session: Session) -> None:
    """Give the survivor the newest facet of each name."""
    move_classifications(loser, survivor, session=session)
    move_checks(loser, survivor, session=session)
    query = (
        select(DATASET_FACET, FACET.c.content_hash)
        .join(FACET, FACET.c.id == DATASET_FACET.c.facet_id)
        .where(DATASET_FACET.c.dataset_id.in_((loser, survivor)))
    )
    newest: dict[str, Any] = {}
    for row in session.execute(query):
        # Whoever calls two datasets the same gives none of them the owners of the other.
        if row.name != TOLD_OWNERS or row.dataset_id == survivor:
            newest[row.name] = max(newest.get(row.name, row), row, key=_age)
    session.execute(DATASET_FACET.delete().where(DATASET_FACET.c.dataset_id.in_((loser, survivor))))
    rows = [
        {"dataset_id": survivor, "name": name, "facet_id": row.facet_id, "seen_at": row.seen_at}
        for name, row in sorted(newest.items())
    ]
    if rows:
        session.execute(DATASET_FACET.insert(), rows)


def _age(row: Any) -> tuple[datetime, str]:
    return row.seen_at or _NEVER, row.content_hash
