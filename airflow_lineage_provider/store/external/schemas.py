"""Columns that other producers tell: the newest word counts, in whatever order the words arrive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json, content_hash
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.schemas import HISTORY, SCHEMA, read_columns
from airflow_lineage_provider.store.tables import DatasetFacet
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK, ids_of, some

DATASET_FACET = core_table(DatasetFacet)
SCHEMA_FACET = "schema"
"""Facet whose ``seen_at`` is when a producer last said what columns there are, changed or not."""

_TOLD = (
    select(
        HISTORY.c.id,
        HISTORY.c.dataset_id,
        HISTORY.c.schema_id,
        HISTORY.c.run_id,
        HISTORY.c.valid_from,
        SCHEMA.c.content_hash,
        SCHEMA.c.columns,
        RUN.c.ti_id,
        DATASET_FACET.c.seen_at,
    )
    .join(SCHEMA, SCHEMA.c.id == HISTORY.c.schema_id)
    .outerjoin(RUN, RUN.c.id == HISTORY.c.run_id)
    .outerjoin(
        DATASET_FACET,
        and_(DATASET_FACET.c.dataset_id == HISTORY.c.dataset_id, DATASET_FACET.c.name == SCHEMA_FACET),
    )
    .where(HISTORY.c.valid_to.is_(None), HISTORY.c.dataset_id.in_(some()))
    .order_by(HISTORY.c.valid_from)
)


@dataclass(frozen=True, slots=True)
class ToldSchema:
    """The schema a dataset has now, and how new that is."""

    id: int
    schema_id: int
    content_hash: str
    text: str
    run_id: int | None
    valid_from: datetime
    last_seen: datetime
    is_of_attempt: bool


def record_told_schemas(
    schemas: Mapping[int, Sequence[Column]], *, at: datetime, run_id: int | None, session: Session
) -> dict[int, int]:
    """Note which columns datasets had at a moment; the caller holds their locks and links the facets after this.

    No columns at all is a version as well: the producer says that there are none any more.

    :param schemas: dataset id to its columns in order.
    :return: dataset id to schema id.
    """
    if not schemas:
        return {}
    current = told_schemas(schemas, session=session)
    wires = {dataset_id: [column.to_wire() for column in columns] for dataset_id, columns in schemas.items()}
    hashes = {dataset_id: content_hash(wire) for dataset_id, wire in wires.items()}
    known = {schema.content_hash: schema.schema_id for schema in current.values()}
    new = {
        hashes[dataset_id]: {
            "content_hash": hashes[dataset_id],
            "columns": canonical_json(wire).decode("utf-8"),
        }
        for dataset_id, wire in wires.items()
        if hashes[dataset_id] not in known
    }
    if new:
        known |= ids_of(SCHEMA, "content_hash", list(new.values()), session=session)
    ids: dict[int, int] = {}
    for dataset_id, columns in sorted(schemas.items()):
        before = current.get(dataset_id)
        if before is not None and _says_less(columns, before):
            ids[dataset_id] = before.schema_id
            continue
        ids[dataset_id] = known[hashes[dataset_id]]
        version = {"dataset_id": dataset_id, "schema_id": ids[dataset_id], "run_id": run_id}
        if before is None:
            session.execute(HISTORY.insert().values(**version, valid_from=at, valid_to=None))
        elif before.schema_id == ids[dataset_id]:
            if at < before.valid_from:
                _extend(before, dataset_id, at, session=session)
        elif (at, hashes[dataset_id]) > (before.last_seen, before.content_hash):
            _replace(before, version, at, session=session)
        elif at < before.valid_from:
            _add_past(version, at, session=session)
    return ids


def told_schemas(dataset_ids: Iterable[int], *, session: Session) -> dict[int, ToldSchema]:
    """Current schema by dataset id; datasets whose columns nobody saw are left out."""
    wanted = sorted(dataset_ids)
    found: dict[int, ToldSchema] = {}
    for part in parts(wanted, CHUNK):
        for row in session.execute(_TOLD, {"some": part}):
            found[row.dataset_id] = ToldSchema(
                row.id,
                row.schema_id,
                row.content_hash,
                row.columns,
                row.run_id,
                row.valid_from,
                max(row.valid_from, row.seen_at or row.valid_from),
                row.ti_id is not None,
            )
    return found


def _says_less(columns: Sequence[Column], before: ToldSchema) -> bool:
    """Names alone take no types away that a task of ours has read from the database."""
    if not before.is_of_attempt or not columns or any(column.type is not None for column in columns):
        return False
    return [column.name for column in columns] == [column.name for column in read_columns(before.text)]


def _replace(before: ToldSchema, version: dict[str, Any], at: datetime, *, session: Session) -> None:
    if at == before.valid_from:
        session.execute(HISTORY.update().where(HISTORY.c.id == before.id).values(**version))
        return
    session.execute(HISTORY.update().where(HISTORY.c.id == before.id).values(valid_to=at))
    session.execute(HISTORY.insert().values(**version, valid_from=at, valid_to=None))


def _extend(before: ToldSchema, dataset_id: int, at: datetime, *, session: Session) -> None:
    """The columns of today were there earlier than known, unless others were in between."""
    versions = _versions(dataset_id, session=session)
    if len(versions) == 1:
        session.execute(HISTORY.update().where(HISTORY.c.id == before.id).values(valid_from=at))


def _add_past(version: dict[str, Any], at: datetime, *, session: Session) -> None:
    """A version from before all that are known; one between two known ones is in the run's own record only."""
    first = _versions(version["dataset_id"], session=session)[0]
    if at >= first.valid_from:
        return
    if first.schema_id == version["schema_id"]:
        session.execute(HISTORY.update().where(HISTORY.c.id == first.id).values(valid_from=at))
    else:
        session.execute(HISTORY.insert().values(**version, valid_from=at, valid_to=first.valid_from))


def _versions(dataset_id: int, *, session: Session) -> list[Any]:
    query = select(HISTORY).where(HISTORY.c.dataset_id == dataset_id)
    return sorted(session.execute(query).all(), key=lambda row: (row.valid_from, row.id))
