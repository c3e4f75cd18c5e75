"""Findings whose owners do not know yet that they opened, or that they are gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.retention.transactions import Transactions
from airflow_lineage_provider.store.tables import Finding
from airflow_lineage_provider.store.tables.base import core_table

FINDING = core_table(Finding)

OPENED, RESOLVED = "opened", "resolved"
CLAIM = timedelta(minutes=2)
"""So long nobody else tells of a finding that somebody is telling of."""
PAGE = 500
_TOLD_LEVELS = (Level.WARN.value, Level.BLOCK.value)
_TOLD_RESULTS = ("fail", "warn", "error")


@dataclass(frozen=True, slots=True)
class Untold:
    """A finding, and what is to be told of it."""

    id: int
    state: str
    """opened | resolved"""
    rule: str
    level: str
    result: str
    namespace: str | None
    name: str | None
    dag_id: str | None
    subject: str | None
    message: str
    fix: str
    owner: str | None
    channel: str | None
    contract_id: str | None
    contract_version: str | None
    opened_at: datetime
    resolved_at: datetime | None
    notified_as: str | None
    notified_at: datetime | None


_READ = tuple(name for name in Untold.__dataclass_fields__ if name != "state")


def untold(transactions: Transactions, *, quiet: timedelta, now: datetime) -> Iterator[Untold]:
    """All of them, oldest rows first: those that opened and nobody let pass, and those told of that are gone.

    :param quiet: least time since the last message about the same finding.
    """
    after = 0
    while True:
        with transactions.reading() as session:
            rows = session.execute(_query(after, now - max(quiet, CLAIM))).all()
        for row in rows:
            yield Untold(state=OPENED if row.resolved_at is None else RESOLVED, **row._mapping)
        if len(rows) < PAGE:
            return
        after = rows[-1].id


def claim(found: Untold, *, now: datetime, session: Session) -> bool:
    """Whether it is ours to tell: nobody told of it, or claimed it, since it was read."""
    return _change(found, found.notified_at, {"notified_at": now}, session)


def mark_told(found: Sequence[Untold], *, claimed_at: datetime, session: Session) -> None:
    """Somebody took the message."""
    for each in found:
        _change(each, claimed_at, {"notified_as": each.state}, session)


def give_back(found: Sequence[Untold], *, claimed_at: datetime, session: Session) -> None:
    """Nobody took the message: it is told again by whoever comes next."""
    for each in found:
        _change(each, claimed_at, {"notified_at": each.notified_at}, session)


def _query(after: int, before: datetime) -> Select[Any]:
    columns = FINDING.c
    is_new = and_(
        columns.resolved_at.is_(None),
        columns.level.in_(_TOLD_LEVELS),
        columns.result.in_(_TOLD_RESULTS),
        columns.waiver_id.is_(None),
        columns.is_baselined.is_(False),
        or_(columns.notified_as.is_(None), columns.notified_as != OPENED),
    )
    is_gone = and_(columns.resolved_at.is_not(None), columns.notified_as == OPENED)
    is_due = or_(columns.notified_at.is_(None), columns.notified_at <= before)
    query = select(*(columns[name] for name in _READ)).where(columns.id > after, is_due, or_(is_new, is_gone))
    return query.order_by(columns.id).limit(PAGE)


def _change(found: Untold, notified_at: datetime | None, values: dict[str, Any], session: Session) -> bool:
    columns = FINDING.c
    is_same = and_(
        columns.id == found.id,
        columns.notified_as.is_(None)
        if found.notified_as is None
        else columns.notified_as == found.notified_as,
        columns.notified_at.is_(None) if notified_at is None else columns.notified_at == notified_at,
    )
    changed = session.execute(FINDING.update().where(is_same).values(values))
    return bool(getattr(changed, "rowcount", 0))
