"""Mailbox rows that could not be ingested: kept with the reason, never dropped."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.error_text import clean_message
from airflow_lineage_provider.sql.redaction import redact_literals
from airflow_lineage_provider.store.audit import append
from airflow_lineage_provider.store.facet_policy import kept_facets
from airflow_lineage_provider.store.mailbox_rows import MailboxRow
from airflow_lineage_provider.store.tables import DeadLetter
from airflow_lineage_provider.store.tables.base import core_table

DEAD = core_table(DeadLetter)
MAX_REASON = 2000

_FACETS = frozenset({"facets", "run_facets", "job_facets"})

_SQL_KEYS = ("sql", "query")
_SQL_IN_BROKEN_JSON = re.compile(r'("(?:sql|query)"\s*:\s*)"(?:[^"\\]|\\.)*(?:"|\\?\Z)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter as people see it."""

    id: int
    mailbox_key: str
    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    reason: str
    payload_bytes: int
    received_at: datetime
    retries: int


def bury(row: MailboxRow, reason: str, *, now: datetime, session: Session) -> None:
    """Keep a row that cannot be ingested, SQL in it without literals."""
    session.execute(
        DEAD.insert().values(
            mailbox_key=row.key,
            dag_run_id=row.dag_run_id,
            dag_id=row.dag_id,
            run_id=row.run_id,
            task_id=row.task_id,
            map_index=row.map_index,
            reason=_clean(reason)[:MAX_REASON],
            payload=zlib.compress(_without_literals(row.value).encode("utf-8", "replace")),
            payload_bytes=row.size,
            received_at=now,
            retries=0,
        )
    )


def list_letters(*, limit: int | None = None, below: int | None = None, session: Session) -> list[Letter]:
    """Dead letters, newest first.

    :param below: only those of smaller ids.
    """
    names = Letter.__dataclass_fields__
    query = select(*(DEAD.c[name] for name in names)).order_by(DEAD.c.id.desc()).limit(limit)
    if below is not None:
        query = query.where(DEAD.c.id < below)
    return [Letter(**row._mapping) for row in session.execute(query)]


def count_letters(*, session: Session) -> int:
    return session.scalar(select(func.count()).select_from(DEAD)) or 0


def exhume(letter_id: int, *, session: Session) -> MailboxRow | None:
    """A dead letter as the mailbox row it was, locked; ``None`` where there is none of that id."""
    row = session.execute(select(DEAD).where(DEAD.c.id == letter_id).with_for_update()).first()
    if row is None:
        return None
    text = zlib.decompress(row.payload).decode("utf-8")
    return MailboxRow(
        id=row.id,
        dag_run_id=row.dag_run_id,
        dag_id=row.dag_id,
        run_id=row.run_id,
        task_id=row.task_id,
        map_index=row.map_index,
        key=row.mailbox_key,
        value=text,
        size=max(row.payload_bytes, len(text)),
        updated_at=row.received_at,
    )


def note_retry(letter_id: int, reason: str, *, session: Session) -> None:
    """The retry failed too: count it and keep its reason."""
    session.execute(
        DEAD.update()
        .where(DEAD.c.id == letter_id)
        .values(retries=DEAD.c.retries + 1, reason=_clean(reason)[:MAX_REASON])
    )


def remove_letters(letter_ids: Sequence[int] | None, *, session: Session) -> int:
    """Delete dead letters (all for ``None``). Returns how many there were."""
    query = delete(DEAD) if letter_ids is None else delete(DEAD).where(DEAD.c.id.in_(letter_ids))
    return int(getattr(session.execute(query), "rowcount", 0) or 0)


def purge_letters(letter_ids: Sequence[int], *, actor: str | None, now: datetime, session: Session) -> int:
    """Give dead letters up, and say so in the audit. Returns how many there were."""
    gone = remove_letters(letter_ids, session=session)
    if gone:
        said = {"what": "dead letters", "rows": gone, "ids": list(letter_ids)}
        append("purge", said, actor=actor, subject="dead letters", now=now, session=session)
    return gone


def _clean(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _without_literals(text: str) -> str:
    """Payload fit to be kept: SQL anywhere in it without literals, facets as they would be stored."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return _clean(_SQL_IN_BROKEN_JSON.sub(r'\1"?"', text))
    found = [value]
    while found:
        item = found.pop()
        if isinstance(item, dict):
            for key, part in item.items():
                if key in _SQL_KEYS and isinstance(part, str):
                    item[key] = redact_literals(part)
                elif key in _FACETS and isinstance(part, dict):
                    item[key] = kept_facets(part)
                elif key == "message" and isinstance(part, str):
                    item[key] = clean_message(part)
            found.extend(part for key, part in item.items() if key not in _FACETS)
        elif isinstance(item, list):
            found.extend(item)
    try:
        return json.dumps(value)
    except RecursionError:
        return _clean(_SQL_IN_BROKEN_JSON.sub(r'\1"?"', text))
