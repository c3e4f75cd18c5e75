"""Owners that people register one by one. Every change is told to the audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store import audit
from airflow_lineage_provider.store.ownership.lock import hold_owners
from airflow_lineage_provider.store.ownership.registration import (
    HAND,
    TOLD,
    Registration,
    Target,
    UnknownOwner,
    checked_day,
    checked_owner,
    told_value,
)
from airflow_lineage_provider.store.registered_owners import OWNER

_MAX_ACTOR = 250


@dataclass(frozen=True, slots=True)
class SetOwner:
    """What became of an owner that was set."""

    action: str
    """created | changed | unchanged"""
    registration: Registration
    """As it is stored."""
    ended: tuple[str, ...] = ()
    """Owners who do not serve any more because of it."""


@dataclass(frozen=True, slots=True)
class EndedOwner:
    """An owner that was ended."""

    target: Target
    owner: str
    last_day: date | None
    """``None``: the owner never served, and is out of the register."""


def set_owner(
    registration: Registration,
    *,
    replaces: bool = False,
    by: str,
    via: str,
    now: datetime,
    session: Session,
) -> SetOwner:
    """Register an owner, or change how one is registered; what is not given is empty afterwards. Does not commit.

    :param replaces: all others who are registered by hand for the same end on the day before.
    :param via: through what it was decided, for the audit: ``cli`` or ``api``.
    :raises InvalidOwner: for what cannot be registered.
    """
    wanted = registration.checked()
    hold_owners(now=now, session=session)
    rows = _rows_by_hand(wanted.target, session=session)
    mine = next((row for row in rows if row["owner"] == wanted.owner), None)
    position = rows[0]["position"] if rows else _next_position(session=session)
    wanted = replace(wanted, position=position)
    ended: list[str] = []
    if replaces:
        last_day = (wanted.valid_from or now.date()) - timedelta(days=1)
        for row in rows:
            if row is not mine and (row["valid_to"] is None or row["valid_to"] > last_day):
                _end(row, last_day, by=by, via=via, now=now, session=session)
                ended.append(row["owner"])
    columns = wanted.columns()
    if mine is not None and all(mine[key] == columns[key] for key in TOLD):
        return SetOwner("unchanged", wanted, tuple(ended))
    signed = {**columns, "source": HAND, "set_by": by[:_MAX_ACTOR], "set_at": now}
    if mine is None:
        session.execute(OWNER.insert().values(signed))
    else:
        session.execute(OWNER.update().where(OWNER.c.id == mine["id"]).values(signed))
    action = "created" if mine is None else "changed"
    _note(action, wanted.target, signed, before=mine, by=by, via=via, now=now, session=session)
    return SetOwner(action, wanted, tuple(ended))


def end_owner(
    target: Target,
    owner: str,
    *,
    last_day: date | None = None,
    by: str,
    via: str,
    now: datetime,
    session: Session,
) -> EndedOwner:
    """Let an owner who was registered by hand serve no longer. Does not commit.

    :param last_day: by default yesterday: the owner does not count from now on. Whoever would never have served is
        taken out of the register.
    :raises UnknownOwner: where nobody of that name is registered by hand, or has ended already.
    """
    day = checked_day(last_day or now.date() - timedelta(days=1))
    name, stored = checked_owner(owner), target.stored()
    hold_owners(now=now, session=session)
    row = next((row for row in _rows_by_hand(stored, session=session) if row["owner"] == name), None)
    if row is None:
        raise UnknownOwner(_why_unknown(stored, name, session=session))
    if row["valid_to"] is not None and row["valid_to"] <= day:
        raise UnknownOwner(f"{name} of {stored} has ended already, on {row['valid_to']}")
    is_gone = _end(row, day, by=by, via=via, now=now, session=session)
    return EndedOwner(stored, name, None if is_gone else day)


def _end(row: Mapping[str, Any], day: date, *, by: str, via: str, now: datetime, session: Session) -> bool:
    """End an owner. Returns whether the row is gone, for it never served."""
    target = Target(row["namespace"], row["name"], is_glob=row["digest"] is None)
    of_row = OWNER.c.id == row["id"]
    if row["valid_from"] is not None and row["valid_from"] > day:
        session.execute(OWNER.delete().where(of_row))
        _note("removed", target, row, before=None, by=by, via=via, now=now, session=session)
        return True
    changed = {"valid_to": day, "set_by": by[:_MAX_ACTOR], "set_at": now}
    session.execute(OWNER.update().where(of_row).values(changed))
    _note("ended", target, {**row, **changed}, before=row, by=by, via=via, now=now, session=session)
    return False


def _rows_of(target: Target, *, session: Session) -> list[Mapping[str, Any]]:
    query = select(OWNER).order_by(OWNER.c.id)
    if target.digest is not None:
        query = query.where(OWNER.c.digest == target.digest)
    else:
        query = query.where(OWNER.c.digest.is_(None), OWNER.c.name == target.name)
    rows: list[Mapping[str, Any]] = [dict(row._mapping) for row in session.execute(query.with_for_update())]
    # Some databases take upper and lower case for the same.
    return [row for row in rows if (row["namespace"], row["name"]) == (target.namespace, target.name)]


def _rows_by_hand(target: Target, *, session: Session) -> list[Mapping[str, Any]]:
    return [row for row in _rows_of(target, session=session) if row["source"] == HAND]


def _next_position(*, session: Session) -> int:
    """After all others: of two globs that match a dataset the one that was registered later holds."""
    return int(session.scalar(select(func.max(OWNER.c.position)).where(OWNER.c.source == HAND)) or 0) + 1


def _why_unknown(target: Target, owner: str, *, session: Session) -> str:
    for row in _rows_of(target, session=session):
        if row["owner"] == owner:
            return f"{owner} of {target} stands in {row['source']}, line {row['position']}: change it there and import it"
    others = ", ".join(dict.fromkeys(row["owner"] for row in _rows_by_hand(target, session=session)))
    hint = f"registered are: {others}" if others else "nobody is"
    if target.is_glob:
        return f"{owner} is not registered for the glob {target}; {hint}"
    return f"{owner} is not registered for {target}; {hint}. Owners by contract, asset or DAG end where they are named"


def _note(
    action: str,
    target: Target,
    row: Mapping[str, Any],
    *,
    before: Mapping[str, Any] | None,
    by: str,
    via: str,
    now: datetime,
    session: Session,
) -> None:
    payload = {"action": action, "via": via, "is_glob": target.is_glob, **_told(row)}
    payload |= {"namespace": target.namespace, "name": target.name}
    if before is not None:
        payload["before"] = _told(before)
    audit.append("owner", payload, actor=by, subject=str(target), now=now, session=session)


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: told_value(row[key]) for key in TOLD}
