"""How the columns of datasets changed over time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.masking import (
    NOTHING,
    ShownChange,
    ShownColumn,
    hidden_columns,
    show_changes,
    show_columns,
)
from airflow_lineage_provider.store.run_refs import RunRef, read_refs
from airflow_lineage_provider.store.schemas import HISTORY, SCHEMA, read_columns
from airflow_lineage_provider.store.upsert import CHUNK

Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """The columns that a dataset had for some time, and what changed with them."""

    key: Key
    """Sort key, for the next page."""
    valid_from: datetime
    valid_to: datetime | None
    columns: tuple[ShownColumn, ...]
    changes: tuple[ShownChange, ...] | None
    """Against the version before; ``None`` for the first."""
    run: RunRef | None
    """The run that was first seen with it, where it is kept and may be seen."""


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """A dataset got other columns."""

    dataset_id: int
    at: datetime
    run_id: int | None
    before: tuple[Column, ...]
    after: tuple[Column, ...]


def schema_history(
    dataset_id: int, access: Access, *, after: Key | None = None, limit: int, session: Session
) -> tuple[list[SchemaVersion], Key | None]:
    """Versions from the newest on, and the key after which the next page starts."""
    query = (
        _versions()
        .where(HISTORY.c.dataset_id == dataset_id)
        .order_by(HISTORY.c.valid_from.desc(), HISTORY.c.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        moment, row_id = after
        query = query.where(
            or_(
                HISTORY.c.valid_from < moment,
                and_(HISTORY.c.valid_from == moment, HISTORY.c.id < row_id),
            )
        )
    rows = session.execute(query).all()
    refs = read_refs((row.run_id for row in rows if row.run_id is not None), access, session=session)
    hidden = hidden_columns([dataset_id], access, session=session).get(dataset_id, NOTHING)
    read = [read_columns(row.columns) for row in rows]
    found = [
        SchemaVersion(
            key=(row.valid_from, row.id),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            columns=show_columns(read[at], hidden),
            changes=show_changes(read[at + 1], read[at], hidden) if at + 1 < len(rows) else None,
            run=refs.get(row.run_id),
        )
        for at, row in enumerate(rows[:limit])
    ]
    return found, found[-1].key if len(rows) > limit else None


def schema_changes(
    dataset_ids: Collection[int], since: datetime, until: datetime, *, limit: int, session: Session
) -> list[SchemaChange]:
    """Changes of columns in a window, newest first. A first version is no change, the end of the last one is."""
    wanted = sorted(dataset_ids)
    by_dataset: dict[int, list[Any]] = {}
    for part in parts(wanted, CHUNK):
        query = (
            _versions()
            .where(
                HISTORY.c.dataset_id.in_(part),
                # The version before the first of the window ends inside of it.
                or_(HISTORY.c.valid_to.is_(None), HISTORY.c.valid_to >= since),
                HISTORY.c.valid_from < until,
            )
            .order_by(HISTORY.c.valid_from, HISTORY.c.id)
        )
        for row in session.execute(query):
            by_dataset.setdefault(row.dataset_id, []).append(row)
    found: list[SchemaChange] = []
    for dataset_id, rows in by_dataset.items():
        for at, row in enumerate(rows):
            columns = tuple(read_columns(row.columns))
            if at > 0 and since <= row.valid_from < until:
                before = tuple(read_columns(rows[at - 1].columns))
                found.append(SchemaChange(dataset_id, row.valid_from, row.run_id, before, columns))
            is_last = at + 1 == len(rows)
            if is_last and row.valid_to is not None and since <= row.valid_to < until:
                found.append(SchemaChange(dataset_id, row.valid_to, None, columns, ()))
    found.sort(key=lambda change: (change.at, change.dataset_id), reverse=True)
    return found[:limit]


def _versions() -> Any:
    return select(
        HISTORY.c.id,
        HISTORY.c.dataset_id,
        HISTORY.c.valid_from,
        HISTORY.c.valid_to,
        HISTORY.c.run_id,
        SCHEMA.c.columns,
    ).join(SCHEMA, SCHEMA.c.id == HISTORY.c.schema_id)
