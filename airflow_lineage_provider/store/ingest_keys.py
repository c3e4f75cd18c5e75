"""Keys with which producers that are no Airflow users send events. A key itself is shown once and kept nowhere."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.model.namespace_pattern import InvalidPattern, checked_pattern
from airflow_lineage_provider.store.audit import append
from airflow_lineage_provider.store.tables import IngestKey
from airflow_lineage_provider.store.tables.base import core_table

KEY = core_table(IngestKey)

KEY_START = "alk_"
MAX_NAME = 128
USED_EVERY = timedelta(minutes=1)
"""How exactly the last use is known: a write for each event would cost more than it tells."""
_RANDOM_BYTES = 32
_PREFIX = 12
"""Characters that are kept as they are."""
_MAX_KEY = 200


class IngestKeyError(ValueError):
    """Something about a key that is wrong; the message is for people."""


class RefusedKey(IngestKeyError):
    """A key with which nothing may be sent."""


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """What is known of a key."""

    id: int
    name: str
    prefix: str
    namespaces: tuple[str, ...]
    """Patterns: see model.namespace_pattern."""
    created_at: datetime
    created_by: str | None
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    def state(self, now: datetime) -> str:
        """One of active, expired, revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "active"


def create_key(
    name: str,
    namespaces: Sequence[str],
    *,
    created_by: str | None,
    expires_at: datetime | None,
    now: datetime,
    session: Session,
) -> str:
    """Make a key and return it; nobody can ever read it again. Raises :class:`IngestKeyError`.

    :param namespaces: patterns of the job namespaces it may write.
    """
    _check_name(name)
    try:
        patterns = [checked_pattern(text) for text in dict.fromkeys(namespaces)]
    except InvalidPattern as error:
        raise IngestKeyError(f"The namespaces of a key: {error}.") from None
    if not patterns:
        raise IngestKeyError("A key needs at least one namespace; * at the end of one stands for any ending.")
    if expires_at is not None and expires_at <= now:
        raise IngestKeyError("A key must not expire before it is made.")
    if session.scalar(select(KEY.c.id).where(KEY.c.name == name)) is not None:
        raise _duplicate(name)
    key = KEY_START + secrets.token_urlsafe(_RANDOM_BYTES)
    row = {
        "name": name,
        "prefix": key[:_PREFIX],
        "key_hash": _hash(key),
        "namespaces": canonical_json(patterns).decode("utf-8"),
        "created_at": now,
        "created_by": created_by[:250] if created_by else None,
        "expires_at": expires_at,
    }
    try:
        session.execute(KEY.insert().values(row))
    except IntegrityError:
        raise _duplicate(name) from None
    said = {
        "action": "create",
        "name": name,
        "prefix": key[:_PREFIX],
        "namespaces": patterns,
        "expires_at": expires_at.isoformat() if expires_at else None,
    }
    append("key", said, actor=created_by, subject=name, now=now, session=session)
    return key


def list_keys(*, session: Session) -> list[KeyInfo]:
    """All keys by name, those of no use any more among them."""
    return [_info(row) for row in session.execute(select(KEY).order_by(KEY.c.name))]


def revoke_key(name: str, *, revoked_by: str | None = None, now: datetime, session: Session) -> None:
    """End a key for good: its name stays taken, for events say that they came with it."""
    row = session.execute(select(KEY).where(KEY.c.name == name)).first()
    if row is None:
        raise IngestKeyError(f"There is no key named {name!r}.")
    if row.revoked_at is not None:
        raise IngestKeyError(f"Key {name!r} was already revoked, at {row.revoked_at.isoformat()}.")
    session.execute(KEY.update().where(KEY.c.id == row.id).values(revoked_at=now))
    said = {"action": "revoke", "name": name, "prefix": row.prefix}
    append("key", said, actor=revoked_by, subject=name, now=now, session=session)


def find_key(presented: str, *, now: datetime, session: Session) -> KeyInfo:
    """The key that somebody sent. Raises :class:`RefusedKey`, whose message does not repeat it."""
    presented_hash = _hash(presented)
    found = None
    if len(presented) <= _MAX_KEY and presented.isascii() and presented.isprintable():
        for row in session.execute(select(KEY).where(KEY.c.prefix == presented[:_PREFIX])):
            if hmac.compare_digest(row.key_hash, presented_hash):
                found = _info(row)
    if found is None:
        raise RefusedKey("The ingest key is not known here.")
    state = found.state(now)
    if state != "active":
        raise RefusedKey(f"The ingest key {found.name!r} is {state}.")
    return found


def note_use(key: KeyInfo, *, now: datetime, session: Session) -> bool:
    """Write down that a key was used, at most once in a while; whether there was anything to write."""
    before = now - USED_EVERY
    if key.last_used_at is not None and key.last_used_at > before:
        return False
    is_older = or_(KEY.c.last_used_at.is_(None), KEY.c.last_used_at <= before)
    session.execute(KEY.update().where(KEY.c.id == key.id, is_older).values(last_used_at=now))
    return True


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise IngestKeyError(f"The name of a key must be 1 to {MAX_NAME} printable characters.")


def _duplicate(name: str) -> IngestKeyError:
    return IngestKeyError(f"There is a key named {name!r} already; names of revoked keys stay taken.")


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _info(row: Any) -> KeyInfo:
    return KeyInfo(
        id=row.id,
        name=row.name,
        prefix=row.prefix,
        namespaces=tuple(json.loads(row.namespaces)),
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
