"""Appends to the audit. An entry is written unsealed, in the transaction of what it tells about; the sealer chains it later."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.store.tables import AuditEntry
from airflow_lineage_provider.store.tables.base import core_table

AUDIT = core_table(AuditEntry)
# Made once and without asking for the id that it gets: a scheduler appends to it.
_APPEND = AUDIT.insert().inline()

KINDS = ("verdict", "waiver", "grant", "contract", "owner", "key", "baseline", "purge", "seal")
MAX_ACTOR = 250
MAX_SUBJECT = 1000


def append(
    kind: str,
    payload: Mapping[str, Any],
    *,
    actor: str | None,
    subject: str | None,
    now: datetime,
    session: Session,
) -> None:
    """Write one entry. It stands or falls with the caller's transaction, and waits for no other writer.

    :param kind: one of ``KINDS``. Raises ``ValueError`` for any other.
    :param payload: what JSON can say, nothing secret: it is kept for long.
    :param actor: user, command or thread that did it.
    :param subject: what it is about, to find it by.
    """
    if kind not in KINDS:
        raise ValueError(f"no kind of audit entry: {kind!r}")
    text = canonical_json(payload).decode("utf-8", "replace")
    stored = zlib.compress(text.encode("utf-8"))
    row = {
        "kind": kind,
        "at": now,
        "actor": _storable(actor, MAX_ACTOR),
        "subject": _storable(subject, MAX_SUBJECT),
        "payload": stored,
        "payload_hash": hashlib.sha256(stored).hexdigest(),
    }
    session.execute(_APPEND, row)


def _storable(text: str | None, longest: int) -> str | None:
    """What every database takes and gives back unchanged: no NUL, no half of a character."""
    if text is None:
        return None
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")[:longest]
