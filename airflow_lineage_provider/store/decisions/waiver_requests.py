"""Waivers as people ask for, approve and revoke them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE
from airflow_lineage_provider.model.rule_id import RULE_IDS
from airflow_lineage_provider.store import audit
from airflow_lineage_provider.store.decisions.approval import (
    InvalidDecision,
    Request,
    approve,
    inserted_id,
    revoke,
    state_of,
)
from airflow_lineage_provider.store.tables import Waiver
from airflow_lineage_provider.store.tables.base import core_table

WAIVER = core_table(Waiver)

STATES = ("pending", "active", "expired", "revoked")
_MOST = {"namespace": MAX_NAMESPACE, "name": MAX_NAME, "dag_id": 250, "subject": 1000}
"""Characters that the store has room for."""


@dataclass(frozen=True, slots=True)
class WaiverScope:
    """Which findings are let pass. ``None`` means any; namespace, name and DAG are globs."""

    rule: str
    namespace: str | None = None
    name: str | None = None
    dag_id: str | None = None
    subject: str | None = None

    def checked(self) -> dict[str, Any]:
        """Columns of the row. Raises :class:`InvalidDecision`."""
        if self.rule not in RULE_IDS:
            near = get_close_matches(self.rule, RULE_IDS, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Rules: {', '.join(RULE_IDS)}."
            raise InvalidDecision(f"There is no rule {self.rule!r}. {hint}")
        columns: dict[str, Any] = {"rule": self.rule}
        for key, most in _MOST.items():
            value = getattr(self, key)
            if value is not None and (not value.strip() or len(value) > most or not value.isprintable()):
                raise InvalidDecision(f"{key} must be 1 to {most} printable characters, or left out for any.")
            columns[key] = value
        if all(columns[key] in (None, "*") for key in _MOST):
            raise InvalidDecision(
                "A waiver for everything would switch the rule off; name a dataset or a DAG, "
                "or set the level of the rule in [lineage_provider] rules."
            )
        return columns


@dataclass(frozen=True, slots=True)
class WaiverInfo:
    """A waiver and how it stands."""

    id: int
    state: str
    """One of ``STATES``."""
    rule: str
    namespace: str | None
    name: str | None
    dag_id: str | None
    subject: str | None
    reason: str
    ticket: str | None
    author: str
    created_at: datetime
    approver: str | None
    approved_at: datetime | None
    expires_at: datetime
    revoked_at: datetime | None
    revoked_by: str | None


def create_waiver(
    scope: WaiverScope, request: Request, *, longest: timedelta, now: datetime, session: Session
) -> int:
    """Ask for a waiver; it holds once somebody else has approved it. Returns its id."""
    row = {**scope.checked(), **request.checked(now=now, longest=longest)}
    waiver_id = inserted_id(WAIVER, row, session=session)
    _note("created", waiver_id, row, actor=row["author"], now=now, session=session)
    return waiver_id


def approve_waiver(waiver_id: int, *, by: str, now: datetime, session: Session) -> None:
    """Let it hold from now on. Raises :class:`InvalidDecision`, also for its author."""
    row = approve(WAIVER, waiver_id, "waiver", by=by, now=now, session=session)
    _note("approved", waiver_id, row._mapping, actor=by, now=now, session=session)


def revoke_waiver(waiver_id: int, *, by: str, now: datetime, session: Session) -> None:
    """End it before its time."""
    row = revoke(WAIVER, waiver_id, "waiver", by=by, now=now, session=session)
    _note("revoked", waiver_id, row._mapping, actor=by, now=now, session=session)


def list_waivers(
    *,
    now: datetime,
    session: Session,
    states: tuple[str, ...] = STATES,
    rule: str | None = None,
    dag_ids: Collection[str] | None = None,
    before: int | None = None,
    limit: int = 1000,
) -> list[WaiverInfo]:
    """Waivers, newest first.

    :param dag_ids: only those for one of these DAGs; ``None``: all.
    :param before: only those with a smaller id.
    """
    query = select(WAIVER).order_by(WAIVER.c.id.desc())
    if rule is not None:
        query = query.where(WAIVER.c.rule == rule)
    if before is not None:
        query = query.where(WAIVER.c.id < before)
    found: list[WaiverInfo] = []
    for row in session.execute(query.execution_options(yield_per=500)):
        info = _info(row, now)
        if info.state in states and (dag_ids is None or info.dag_id in dag_ids):
            found.append(info)
        if len(found) == limit:
            break
    return found


def find_waiver(waiver_id: int, *, now: datetime, session: Session) -> WaiverInfo | None:
    """One waiver."""
    row = session.execute(select(WAIVER).where(WAIVER.c.id == waiver_id)).first()
    return _info(row, now) if row is not None else None


def _info(row: Any, now: datetime) -> WaiverInfo:
    values = {name: row._mapping[name] for name in WaiverInfo.__slots__ if name != "state"}
    return WaiverInfo(**values, state=state_of(row, now))


def _note(what: str, waiver_id: int, row: Any, *, actor: str, now: datetime, session: Session) -> None:
    payload = {key: row[key] for key in ("rule", *_MOST, "reason", "ticket", "author")}
    payload |= {"action": what, "waiver": waiver_id, "expires_at": row["expires_at"].isoformat()}
    audit.append("waiver", payload, actor=actor, subject=f"waiver {waiver_id}", now=now, session=session)
