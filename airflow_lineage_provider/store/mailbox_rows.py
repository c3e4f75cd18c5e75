"""Our rows in Airflow's task state store: read, hold, answer, delete."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from airflow.models.task_state_store import TaskStateStoreModel
from sqlalchemy import case, delete, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.upsert import CHUNK, insert_missing

ROWS: Any = TaskStateStoreModel.__table__
HEAD_BYTES = 64 * 1024
"""How much of a payload that is too large is kept."""


@dataclass(frozen=True, slots=True)
class MailboxRow:
    """A row as Airflow wrote it: everything but ``value`` is Airflow's word, not the sender's."""

    id: int
    dag_run_id: int
    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    key: str
    value: str
    """The payload, or its head where it was larger than the limit."""
    size: int
    """Characters of the whole payload."""
    updated_at: datetime


def _is_ours(prefix: str) -> Any:
    # Not LIKE, which takes upper for lower case on SQLite and MySQL: that would be somebody else's key.
    return func.substr(ROWS.c.key, 1, len(prefix)) == prefix


def newest_row_id(*, session: Session) -> int:
    """Highest primary key in the whole state store, ours or not."""
    return session.scalar(select(func.max(ROWS.c.id))) or 0


def waiting_row_ids(
    prefix: str, *, above: int, skip: str, limit: int, session: Session
) -> list[tuple[int, str]]:
    """(id, key) of our rows with a primary key above a watermark, oldest first.

    Airflow has no index on the key, so the watermark keeps this from reading every row other users of the
    state store wrote.

    :param skip: rows whose key contains this are not for us to read.
    """
    query = (
        select(ROWS.c.id, ROWS.c.key)
        .where(ROWS.c.id > above, _is_ours(prefix))
        .where(~ROWS.c.key.contains(skip, autoescape=True))
        .order_by(ROWS.c.id)
        .limit(limit)
    )
    return [(row.id, row.key) for row in session.execute(query)]


def count_waiting(prefix: str, *, skip: str, session: Session) -> tuple[int, datetime | None]:
    """How many of our rows wait, and since when the oldest does."""
    count, oldest = session.execute(
        select(func.count(), func.min(ROWS.c.updated_at)).where(
            _is_ours(prefix), ~ROWS.c.key.contains(skip, autoescape=True)
        )
    ).one()
    return count, oldest


def waiting_among(
    prefix: str, row_ids: Sequence[int], *, skip: str, session: Session
) -> list[tuple[int, str]]:
    """(id, key) of those of some rows that are there and ours, oldest first."""
    found: list[tuple[int, str]] = []
    for part in parts(row_ids, CHUNK):
        query = (
            select(ROWS.c.id, ROWS.c.key)
            .where(ROWS.c.id.in_(part), _is_ours(prefix))
            .where(~ROWS.c.key.contains(skip, autoescape=True))
            .order_by(ROWS.c.id)
        )
        found += [(row.id, row.key) for row in session.execute(query)]
    return found


def ids_are_reused(*, session: Session) -> bool:
    """Whether a new row may get the id of a deleted one: Airflow's table counts up for good but on SQLite."""
    return session.get_bind().dialect.name == "sqlite"


def read_row(row_id: int, *, limit: int, session: Session) -> MailboxRow | None:
    """Read a row without a lock; ``None`` where it is gone.

    :param limit: a payload with more characters is not read but for its head.
    """
    size = func.length(ROWS.c.value)
    columns = [column for column in ROWS.c if column.name != "value"]
    value = case((size > limit, func.substr(ROWS.c.value, 1, HEAD_BYTES)), else_=ROWS.c.value)
    row = session.execute(
        select(*columns, size.label("size"), value.label("value")).where(ROWS.c.id == row_id)
    ).first()
    if row is None:
        return None
    return MailboxRow(
        id=row.id,
        dag_run_id=row.dag_run_id,
        dag_id=row.dag_id,
        run_id=row.run_id,
        task_id=row.task_id,
        map_index=row.map_index,
        key=row.key,
        value=row.value or "",
        size=row.size or 0,
        updated_at=row.updated_at,
    )


def hold_row(row: MailboxRow, *, session: Session) -> bool:
    """Lock a row for this transaction.

    :return: ``False`` where another server has it or had it already, or it was written anew since it was read.
    """
    columns = (ROWS.c.dag_run_id, ROWS.c.task_id, ROWS.c.map_index, ROWS.c.key, ROWS.c.updated_at)
    query = select(*columns).where(ROWS.c.id == row.id).with_for_update(skip_locked=True)
    found = session.execute(query).first()
    return found is not None and all(getattr(row, name) == value for name, value in found._mapping.items())


def delete_row(row_id: int, *, session: Session) -> None:
    """Remove a row that was ingested, answered or put among the dead letters."""
    session.execute(delete(ROWS).where(ROWS.c.id == row_id))


def put_answer(
    question: MailboxRow, key: str, value: Mapping[str, Any], *, now: datetime, session: Session
) -> None:
    """Write the answer where the asking task polls for it."""
    insert_missing(
        ROWS,
        [
            {
                "dag_run_id": question.dag_run_id,
                "dag_id": question.dag_id,
                "run_id": question.run_id,
                "task_id": question.task_id,
                "map_index": question.map_index,
                "key": key,
                "value": json.dumps(value),
                "updated_at": now,
                "expires_at": now + timedelta(days=1),
            }
        ],
        session=session,
    )


def sweep_answers(prefix: str, *, before: datetime, session: Session) -> int:
    """Remove answers nobody fetched: their task was killed while it waited."""
    swept = session.execute(
        delete(ROWS).where(
            _is_ours(prefix),
            ROWS.c.key.contains("/answer-", autoescape=True),
            ROWS.c.updated_at < before,
        )
    )
    return int(getattr(swept, "rowcount", 0) or 0)
