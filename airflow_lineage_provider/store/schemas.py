"""Schema history of datasets."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, or_, select, union_all
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json, content_hash
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.datasets import ALIAS, DATASET
from airflow_lineage_provider.store.tables import DatasetSchema, Schema
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK, ids_of, some

SCHEMA = core_table(Schema)
HISTORY = core_table(DatasetSchema)

_CURRENT = (
    select(
        HISTORY.c.id,
        HISTORY.c.dataset_id,
        HISTORY.c.schema_id,
        HISTORY.c.valid_from,
        HISTORY.c.run_id,
        SCHEMA.c.columns,
    )
    .join(SCHEMA, SCHEMA.c.id == HISTORY.c.schema_id)
    .where(HISTORY.c.dataset_id.in_(some()), HISTORY.c.valid_to.is_(None))
    .order_by(HISTORY.c.valid_from)
)
_CURRENT_HELD = _CURRENT.with_for_update(read=True, key_share=True, of=SCHEMA)
_COLUMNS_OF = (
    select(SCHEMA.c.columns)
    .join(HISTORY, HISTORY.c.schema_id == SCHEMA.c.id)
    .where(
        HISTORY.c.dataset_id.in_(
            union_all(
                select(ALIAS.c.dataset_id).where(ALIAS.c.digest == bindparam("digest")),
                select(DATASET.c.id).where(DATASET.c.digest == bindparam("digest")),
            )
        ),
        # The end counts as before it: a segment that made a version and comes again reads what it read.
        or_(HISTORY.c.valid_to.is_(None), HISTORY.c.valid_to >= bindparam("at")),
    )
    .order_by(HISTORY.c.valid_from)
    .limit(1)
)


def record_schemas(
    schemas: Mapping[int, Sequence[Column]],
    *,
    outranked: Collection[int] = (),
    at: datetime,
    run_id: int,
    session: Session,
) -> dict[int, int]:
    """Note which columns datasets had at a moment.

    :param schemas: dataset id to its columns in order.
    :param outranked: datasets whose columns a stronger segment of the same run tells as well.
    :return: dataset id to schema id.

    A schema that is older than the one a dataset has now changes nothing but the run's own record: records
    may arrive in any order. Columns without any type never replace the same columns with types. What two
    segments of one run say is one version.
    """
    if not schemas:
        return {}
    current = current_schemas(schemas, is_held=True, session=session)
    differing = [
        dataset_id
        for dataset_id, columns in schemas.items()
        if dataset_id not in current or list(columns) != current[dataset_id].columns
    ]
    if differing:
        # Two servers that saw the same change make one version of it.
        _lock(differing, session=session)
        current.update(current_schemas(differing, is_held=True, session=session))
    ids: dict[int, int] = {}
    for dataset_id, columns in sorted(schemas.items()):
        wire = [column.to_wire() for column in columns]
        known = current.get(dataset_id)
        if known is not None and _says_less(
            columns, known, is_outranked=dataset_id in outranked, run_id=run_id
        ):
            ids[dataset_id] = known.schema_id
            continue
        digest = content_hash(wire)
        row = {"content_hash": digest, "columns": canonical_json(wire).decode("utf-8")}
        schema_id = ids_of(SCHEMA, "content_hash", [row], session=session)[digest]
        ids[dataset_id] = schema_id
        if known is not None and known.run_id == run_id:
            if known.schema_id != schema_id:
                session.execute(HISTORY.update().where(HISTORY.c.id == known.id).values(schema_id=schema_id))
        elif known is None or (known.schema_id != schema_id and at >= known.valid_from):
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

    __slots__ = ("columns", "id", "run_id", "schema_id", "valid_from")

    def __init__(
        self, id: int, schema_id: int, valid_from: datetime, run_id: int | None, columns: list[Column]
    ) -> None:
        self.id = id
        self.schema_id = schema_id
        self.valid_from = valid_from
        self.run_id = run_id
        self.columns = columns


def current_schemas(
    dataset_ids: Iterable[int], *, is_held: bool = False, session: Session
) -> dict[int, CurrentSchema]:
    """Current schema by dataset id; datasets whose columns nobody saw are left out.

    :param is_held: keep the lists of columns from being cleaned away until the transaction ends.
    """
    wanted = list(dataset_ids)
    found: dict[int, CurrentSchema] = {}
    for chunk in parts(wanted, CHUNK):
        part = {"some": chunk}
        query = _CURRENT_HELD if is_held else _CURRENT
        for row_id, dataset_id, schema_id, valid_from, run_id, columns in session.execute(query, part):
            found[dataset_id] = CurrentSchema(row_id, schema_id, valid_from, run_id, read_columns(columns))
    return found


def columns_of_digest(digest: str, *, at: datetime, session: Session) -> list[Column]:
    """Columns that the dataset of an identity, or of an alias, had at a moment.

    Where nobody had seen any by then, the first that are known. In one query, for each statement asks.
    """
    text = session.scalar(_COLUMNS_OF, {"digest": digest, "at": at})
    return read_columns(text) if text else []


def read_columns(text: str) -> list[Column]:
    """Columns from their stored JSON."""
    return [Column(**column) for column in json.loads(text)]


def _says_less(columns: Sequence[Column], known: CurrentSchema, *, is_outranked: bool, run_id: int) -> bool:
    if is_outranked and known.run_id == run_id:
        return True
    if [column.name for column in columns] != [column.name for column in known.columns]:
        return False
    return is_outranked or all(column.type is None for column in columns)


def _lock(dataset_ids: Iterable[int], *, session: Session) -> None:
    query = select(DATASET.c.id).order_by(DATASET.c.id).with_for_update(key_share=True)
    wanted = sorted(dataset_ids)
    for part in parts(wanted, CHUNK):
        session.execute(query.where(DATASET.c.id.in_(part))).all()
