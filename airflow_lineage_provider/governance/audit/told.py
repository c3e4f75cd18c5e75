"""What entries of the chain tell about the chain itself: faults that were accepted, payloads that were purged."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.audit.verification import Reseal
from airflow_lineage_provider.store.audit import AUDIT
from airflow_lineage_provider.store.audit_entries import decoded

RESEAL, PURGE = "seal", "purge"
KEPT_KINDS = (RESEAL, PURGE)
"""Kinds whose payload is never purged: they say why others are as they are."""
AUDIT_PAYLOADS = "audit payloads"
"""What a purge entry calls itself when it is about this table."""


def read_reseals(session: Session) -> list[Reseal]:
    """Entries in which somebody accepted faults, in the order of their places."""
    found = []
    try:
        told = session.execute(_told(RESEAL).where(AUDIT.c.seq.is_not(None))).all()
    except (ValueError, TypeError):
        # SQLite takes any text for a time. What cannot be read accepts nothing, and is named where it stands.
        return []
    for seq, at, actor, payload in told:
        said = _said(payload)
        faults = said.get("faults")
        marks = (
            [each.get("mark") for each in faults if isinstance(each, dict)]
            if isinstance(faults, list)
            else []
        )
        reason = str(said.get("reason") or "no reason is told")
        found.append(
            Reseal(seq, at, actor, reason, frozenset(mark for mark in marks if isinstance(mark, str)))
        )
    return found


def read_purged_before(session: Session) -> datetime | None:
    """Moment before which purges took the payloads of entries; ``None``: of none.

    One that is not sealed yet counts: it is written in the transaction that takes the payloads.
    """
    moments = []
    for _, _, _, payload in session.execute(_told(PURGE)):
        said = _said(payload)
        if said.get("what") != AUDIT_PAYLOADS:
            continue
        try:
            before = datetime.fromisoformat(str(said.get("before")))
        except ValueError:
            continue
        if before.tzinfo is not None:
            moments.append(before)
    return max(moments, default=None)


def _said(payload: bytes | None) -> dict[str, Any]:
    said = decoded(payload)
    return said if isinstance(said, dict) else {}


def _told(kind: str) -> Any:
    query = select(AUDIT.c.seq, AUDIT.c.at, AUDIT.c.actor, AUDIT.c.payload)
    return query.where(AUDIT.c.kind == kind).order_by(AUDIT.c.seq)
