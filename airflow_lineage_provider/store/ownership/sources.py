"""Owners of one source, as a rule a file: they come and go together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store import audit
from airflow_lineage_provider.store.ownership.lock import hold_owners
from airflow_lineage_provider.store.ownership.registration import HAND, InvalidOwner, Registration, Target
from airflow_lineage_provider.store.registered_owners import OWNER
from airflow_lineage_provider.store.upsert import CHUNK

MAX_SOURCE = 2000
_TOLD_AT_ONCE = 500
"""Changes in one entry of the audit."""
_MAX_ACTOR = 250
_Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class SourceChange:
    """How the owners of a source differ from what was stored."""

    source: str
    added: tuple[Registration, ...]
    removed: tuple[Registration, ...]
    kept: int
    is_reordered: bool = False
    """The same owners, and another one of them is the last that matches."""
    has_moved: bool = False
    """Something is stored otherwise, if only the numbers of lines."""

    @property
    def is_change(self) -> bool:
        return bool(self.added or self.removed or self.is_reordered)


def replace_source(
    source: str,
    registrations: Sequence[Registration],
    *,
    dry_run: bool = False,
    by: str,
    now: datetime,
    session: Session,
) -> SourceChange:
    """Make these the owners of a source, all or none. Does not commit. Where nothing changes, nothing is written.

    :param source: the file they stand in. Not :data:`HAND`.
    :raises InvalidOwner: for the first that cannot be registered.
    """
    if not source.strip() or len(source) > MAX_SOURCE or source == HAND:
        raise InvalidOwner(f"a source has a name of 1 to {MAX_SOURCE} characters, and not {HAND!r}")
    wanted = sorted((each.checked() for each in registrations), key=lambda each: each.position)
    change = _compare(source, wanted, _rows(source, session=session))
    if dry_run or not change.has_moved:
        return change
    hold_owners(now=now, session=session)
    # Somebody else may have imported it meanwhile.
    rows = _rows(source, is_held=True, session=session)
    change = _compare(source, wanted, rows)
    if change.is_change:
        _write(source, wanted, by=by, now=now, session=session)
        _note(change, len(wanted), by=by, now=now, session=session)
    elif change.has_moved:
        # Lines moved, nobody's ownership did: no news for the audit.
        for row, each in zip(rows, wanted, strict=True):
            session.execute(OWNER.update().where(OWNER.c.id == row.id).values(position=each.position))
    return change


def sources_set_by(actor: str, *, session: Session) -> set[str]:
    """Sources whose owners somebody has imported last."""
    return set(session.scalars(select(OWNER.c.source).where(OWNER.c.set_by == actor).distinct()))


def _rows(source: str, *, is_held: bool = False, session: Session) -> list[Any]:
    query = select(OWNER).where(OWNER.c.source == source).order_by(OWNER.c.position, OWNER.c.id)
    rows = session.execute(query.with_for_update() if is_held else query).all()
    return [row for row in rows if row.source == source]


def _compare(source: str, wanted: Sequence[Registration], rows: Sequence[Any]) -> SourceChange:
    stored = [_registration(row) for row in rows]
    before, after = [_key(each) for each in stored], [_key(each) for each in wanted]
    new, gone = Counter(after) - Counter(before), Counter(before) - Counter(after)
    added, removed = _pick(wanted, new), _pick(stored, gone)
    is_reordered = not added and not removed and before != after
    has_moved = bool(
        added
        or removed
        or is_reordered
        or [each.position for each in wanted] != [row.position for row in rows]
    )
    return SourceChange(source, added, removed, len(wanted) - len(added), is_reordered, has_moved)


def _pick(registrations: Sequence[Registration], wanted: Counter[_Key]) -> tuple[Registration, ...]:
    left = wanted.copy()
    picked = []
    for each in registrations:
        if left[_key(each)] > 0:
            left[_key(each)] -= 1
            picked.append(each)
    return tuple(picked)


def _key(each: Registration) -> _Key:
    """All but the line: a new comment above changes no owner."""
    return (each.target, each.owner, each.kind, each.contact, each.channel, each.valid_from, each.valid_to)


def _registration(row: Any) -> Registration:
    return Registration(
        target=Target(row.namespace, row.name, is_glob=row.digest is None),
        owner=row.owner,
        kind=row.kind,
        contact=row.contact,
        channel=row.channel,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        position=row.position,
    )


def _write(source: str, wanted: Sequence[Registration], *, by: str, now: datetime, session: Session) -> None:
    session.execute(OWNER.delete().where(OWNER.c.source == source))
    signed = {"source": source, "set_by": by[:_MAX_ACTOR], "set_at": now}
    rows = [{**each.columns(), **signed} for each in wanted]
    for part in parts(rows, CHUNK):
        session.execute(OWNER.insert(), part)


def _note(change: SourceChange, count: int, *, by: str, now: datetime, session: Session) -> None:
    """One entry, or several for a long list."""
    lines = [("added", each) for each in change.added] + [("removed", each) for each in change.removed]
    told = list(parts(lines, _TOLD_AT_ONCE)) or [[]]
    for number, part in enumerate(told, 1):
        payload: dict[str, Any] = {"action": "imported", "source": change.source, "owners": count}
        payload |= {key: [each.told() for what, each in part if what == key] for key in ("added", "removed")}
        if change.is_reordered:
            payload["reordered"] = True
        if len(told) > 1:
            payload |= {"part": number, "parts": len(told)}
        audit.append("owner", payload, actor=by, subject=change.source, now=now, session=session)
