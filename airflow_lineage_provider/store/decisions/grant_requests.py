"""Break-glass grants as people ask for, approve and revoke them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from airflow_lineage_provider.store import audit
from airflow_lineage_provider.store.decisions.approval import (
    InvalidDecision,
    Request,
    UnknownDecision,
    approve,
    inserted_id,
    revoke,
    state_of,
)
from airflow_lineage_provider.store.tables import Grant
from airflow_lineage_provider.store.tables.base import core_table

GRANT = core_table(Grant)

MAX_GRANT_NAME = 128
MAX_DAG_ID = 250
MOST_USES = 10_000


@dataclass(frozen=True, slots=True)
class GrantInfo:
    """A grant and how it stands."""

    id: int
    state: str
    """pending | active | expired | revoked"""
    name: str
    dag_id: str
    reason: str
    ticket: str | None
    author: str
    created_at: datetime
    approver: str | None
    approved_at: datetime | None
    expires_at: datetime
    revoked_at: datetime | None
    revoked_by: str | None
    uses: int
    most_uses: int | None


def create_grant(
    name: str,
    dag_id: str,
    request: Request,
    *,
    most_uses: int | None,
    longest: timedelta,
    now: datetime,
    session: Session,
) -> int:
    """Ask for a grant; it holds once somebody else has approved it. Returns its id.

    :param name: what a run's conf calls it: ``{"lineage_break_glass": NAME}``.
    :param dag_id: glob of the DAGs whose runs may use it.
    :param most_uses: how many DAG runs may; ``None``: as many as come until it expires.
    """
    if not name.strip() or len(name) > MAX_GRANT_NAME or not name.isprintable():
        raise InvalidDecision(f"The name of a grant must be 1 to {MAX_GRANT_NAME} printable characters.")
    if not dag_id.strip() or len(dag_id) > MAX_DAG_ID or not dag_id.isprintable():
        raise InvalidDecision(f"The DAG of a grant must be 1 to {MAX_DAG_ID} printable characters.")
    if most_uses is not None and not 1 <= most_uses <= MOST_USES:
        raise InvalidDecision(f"A grant is for 1 to {MOST_USES} DAG runs.")
    row = {
        "name": name,
        "dag_id": dag_id,
        "most_uses": most_uses,
        "uses": 0,
        **request.checked(now=now, longest=longest),
    }
    if session.scalar(select(GRANT.c.id).where(GRANT.c.name == name)) is not None:
        raise InvalidDecision(f"There is a grant named {name!r} already; names are used once.")
    try:
        grant_id = inserted_id(GRANT, row, session=session)
    except IntegrityError:
        raise InvalidDecision(f"There is a grant named {name!r} already; names are used once.") from None
    _note("created", grant_id, row, actor=row["author"], now=now, session=session)
    return grant_id


def approve_grant(grant_id: int, *, by: str, now: datetime, session: Session) -> None:
    """Let it hold from now on. Raises :class:`InvalidDecision`, also for its author."""
    row = approve(GRANT, grant_id, "grant", by=by, now=now, session=session)
    _note("approved", grant_id, row._mapping, actor=by, now=now, session=session)


def revoke_grant(grant_id: int, *, by: str, now: datetime, session: Session) -> None:
    """End it before its time."""
    row = revoke(GRANT, grant_id, "grant", by=by, now=now, session=session)
    _note("revoked", grant_id, row._mapping, actor=by, now=now, session=session)


def list_grants(
    *, now: datetime, session: Session, before: int | None = None, limit: int = 1000
) -> list[GrantInfo]:
    """Grants, newest first.

    :param before: only those with a smaller id.
    """
    query = select(GRANT).order_by(GRANT.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(GRANT.c.id < before)
    return [_info(row, now) for row in session.execute(query)]


def find_grant(grant_id: int, *, now: datetime, session: Session) -> GrantInfo | None:
    """One grant."""
    row = session.execute(select(GRANT).where(GRANT.c.id == grant_id)).first()
    return _info(row, now) if row is not None else None


def grant_named(name: str, *, session: Session) -> int:
    """Id of a grant. Raises :class:`UnknownDecision`."""
    found = session.scalar(select(GRANT.c.id).where(GRANT.c.name == name))
    if found is None:
        raise UnknownDecision(f"There is no grant named {name!r}.")
    return int(found)


def _info(row: Any, now: datetime) -> GrantInfo:
    values = {name: row._mapping[name] for name in GrantInfo.__slots__ if name != "state"}
    return GrantInfo(**values, state=state_of(row, now))


def _note(what: str, grant_id: int, row: Any, *, actor: str, now: datetime, session: Session) -> None:
    payload = {key: row[key] for key in ("name", "dag_id", "reason", "ticket", "author", "most_uses")}
    payload |= {"action": what, "grant": grant_id, "expires_at": row["expires_at"].isoformat()}
    audit.append("grant", payload, actor=actor, subject=f"grant {row['name']}", now=now, session=session)
