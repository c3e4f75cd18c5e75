"""Schema history of datasets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json, content_hash
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.store.tables import DatasetSchema, Schema
from airflow_lineage_provider.store.upsert import CHUNK, ids_of

SCHEMA = Schema.__table__
HISTORY = DatasetSchema.__table__


def record_schemas(
    schemas: Mapping[int, Sequence[Column]], *, at: datetime, run_id: int, session: Session
) -> dict[int, int]:
    """Note which columns datasets had at a moment.

    :param schemas: dataset id to its columns in order.
    :return: dataset id to schema id.

    A schema that is older than the one a dataset has now changes nothing but the run's own record: records
    may arrive in any order. Columns without any type never replace the same columns with types.
    """
    if not schemas:
        return {}
    current = current_schemas(schemas, session=session)
    ids: dict[int, int] = {}
    for dataset_id, columns in sorted(schemas.items()):
        wire = [column.to_wire() for column in columns]
        known = current.get(dataset_id)
        if known is not None and _says_less(columns, known.columns):
            ids[dataset_id] = known.schema_id
            continue
        digest = content_hash(wire)
        row = {"content_hash": digest, "columns": canonical_json(wire).decode("utf-8")}
        schema_id = ids_of(SCHEMA, "content_hash", [row], session=session)[digest]
        ids[dataset_id] = schema_id
        if known is None or (known.schema_id != schema_id and at >= known.valid_from):
            if known is not None:
                session.execute(HISTORY.update().where(HISTORY.c.id == known.id).values(valid_to=at))
            session.execute(
                HISTORY.insert().values(
                    dataset_id=dataset_id, schema_id=schema_id, valid_from=at, valid_to=None, run_id=run_id
                )
            )
    return ids


class CurrentSchema:
    """The schema a dataset has now."""

    __slots__ = ("columns", "id", "schema_id", "valid_from")

    def __init__(self, id: int, schema_id: int, valid_from: datetime, columns: list[Column]) -> None:
        self.id = id
        self.schema_id = schema_id
        self.valid_from = valid_from
        self.columns = columns


def current_schemas(dataset_ids: Iterable[int], *, session: Session) -> dict[int, CurrentSchema]:
    """Current schema by dataset id; datasets whose columns nobody saw are left out."""
    wanted = list(dataset_ids)
    found: dict[int, CurrentSchema] = {}
    for start in range(0, len(wanted), CHUNK):
        query = (
            select(
                HISTORY.c.id,
                HISTORY.c.dataset_id,
                HISTORY.c.schema_id,
                HISTORY.c.valid_from,
                SCHEMA.c.columns,
            )
            .join(SCHEMA, SCHEMA.c.id == HISTORY.c.schema_id)
            .where(HISTORY.c.dataset_id.in_(wanted[start : start + CHUNK]), HISTORY.c.valid_to.is_(None))
            .order_by(HISTORY.c.valid_from)
        )
        for row_id, dataset_id, schema_id, valid_from, columns in session.execute(query):
            found[dataset_id] = CurrentSchema(row_id, schema_id, valid_from, read_columns(columns))
    return found


def read_columns(text: str) -> list[Column]:
    """Columns from their stored JSON."""
    return [Column(**column) for column in json.loads(text)]


def _says_less(columns: Sequence[Column], known: Sequence[Column]) -> bool:
    return all(column.type is None for column in columns) and [column.name for column in columns] == [
        column.name for column in known
    ]
