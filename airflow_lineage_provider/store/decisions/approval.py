"""What waivers and break-glass grants share: a reason, an end, and somebody else who approves them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.engine import CursorResult, Row
from sqlalchemy.orm import Session

MAX_PERSON = 250
MAX_TICKET = 250
MAX_REASON = 5_000


class InvalidDecision(ValueError):
    """What somebody decided cannot be; the message is for people."""


class UnknownDecision(InvalidDecision):
    """There is no such waiver or grant."""


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks for it, why, and until when."""

    reason: str
    author: str
    expires_at: datetime
    ticket: str | None = None

    def checked(self, *, now: datetime, longest: timedelta) -> dict[str, Any]:
        """Columns of the row. Raises :class:`InvalidDecision`.

        :param longest: how long it may hold at most.
        """
        if not self.reason.strip() or len(self.reason) > MAX_REASON:
            raise InvalidDecision(
                f"A reason of 1 to {MAX_REASON} characters is needed: who reads it later must see why."
            )
        if self.ticket is not None and len(self.ticket) > MAX_TICKET:
            raise InvalidDecision(f"A ticket has at most {MAX_TICKET} characters.")
        if not _is_storable(self.reason) or not _is_storable(self.ticket or ""):
            raise InvalidDecision("Reason and ticket must hold no NUL characters and no lone surrogates.")
        if self.expires_at <= now:
            raise InvalidDecision(f"It would have expired already, at {self.expires_at.isoformat()}.")
        if self.expires_at - now > longest:
            raise InvalidDecision(
                f"It may hold {longest.days} days at most ([lineage_provider] waiver_longest); "
                "what lasts longer is no exception: change the contract or the level of the rule."
            )
        return {
            "reason": self.reason.strip(),
            "ticket": (self.ticket or "").strip() or None,
            "author": checked_person(self.author),
            "created_at": now,
            "expires_at": self.expires_at,
        }


def checked_person(name: str | None) -> str:
    """A name under which somebody decides. Raises :class:`InvalidDecision`."""
    text = (name or "").strip()
    if not text or len(text) > MAX_PERSON or not text.isprintable():
        raise InvalidDecision(
            f"A name of 1 to {MAX_PERSON} printable characters is needed: who decides this?"
        )
    return text


def inserted_id(table: Table, row: Mapping[str, Any], *, session: Session) -> int:
    """Insert a row and return its id."""
    done = cast("CursorResult[Any]", session.execute(table.insert().values(row)))
    return int(cast("Any", done.inserted_primary_key)[0])


def state_of(row: Any, now: datetime) -> str:
    """One of pending, active, expired, revoked."""
    if row.revoked_at is not None:
        return "revoked"
    if row.expires_at <= now:
        return "expired"
    return "active" if row.approved_at is not None else "pending"


def approve(table: Table, row_id: int, what: str, *, by: str, now: datetime, session: Session) -> Row[Any]:
    """Approve a pending one. Returns the row as it was. Raises :class:`InvalidDecision`.

    :param what: ``waiver`` or ``grant``, for messages.
    """
    person = checked_person(by)
    row = _held(table, row_id, what, session=session)
    state = state_of(row, now)
    if state != "pending":
        raise InvalidDecision(f"The {what} {row_id} is {state}; only a pending one can be approved.")
    if _same_for_all(person) == _same_for_all(row.author):
        raise InvalidDecision(
            f"{row.author} asked for the {what} {row_id} and cannot approve it; somebody else has to."
        )
    session.execute(table.update().where(table.c.id == row_id).values(approver=person, approved_at=now))
    return row


def revoke(table: Table, row_id: int, what: str, *, by: str, now: datetime, session: Session) -> Row[Any]:
    """End one before its time. Returns the row as it was. Raises :class:`InvalidDecision`."""
    person = checked_person(by)
    row = _held(table, row_id, what, session=session)
    if row.revoked_at is not None:
        raise InvalidDecision(
            f"The {what} {row_id} was already revoked, at {row.revoked_at.isoformat()} by {row.revoked_by}."
        )
    session.execute(table.update().where(table.c.id == row_id).values(revoked_at=now, revoked_by=person))
    return row


def _is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _same_for_all(name: str) -> str:
    """One spelling of a name, however it is typed: wide letters, ligatures, accents, capitals, spaces."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.split())


def _held(table: Table, row_id: int, what: str, *, session: Session) -> Row[Any]:
    """The row, for this transaction alone: two people must not decide at once."""
    row = session.execute(select(table).where(table.c.id == row_id).with_for_update()).first()
    if row is None:
        raise UnknownDecision(f"There is no {what} {row_id}.")
    return row
