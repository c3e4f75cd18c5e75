"""Takes the payloads of old entries. Their hashes stay, so that the chain can still be verified."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.audit.chain import utc
from airflow_lineage_provider.governance.audit.told import AUDIT_PAYLOADS, KEPT_KINDS, PURGE
from airflow_lineage_provider.store.audit import AUDIT, append


def _is_old(before: datetime) -> object:
    return and_(
        AUDIT.c.at < before,
        AUDIT.c.seq.is_not(None),
        AUDIT.c.payload.is_not(None),
        AUDIT.c.kind.not_in(KEPT_KINDS),
    )


def count_payloads(before: datetime, *, session: Session) -> int:
    """How many payloads :func:`purge_payloads` would take."""
    return session.scalar(select(func.count()).select_from(AUDIT).where(_is_old(before))) or 0  # type: ignore[arg-type]


def purge_payloads(before: datetime, *, actor: str | None, now: datetime, session: Session) -> int:
    """Take the payloads of sealed entries from before a moment, and say so in an entry of its own.

    :return: how many; for none nothing is written.
    """
    taken = session.execute(AUDIT.update().where(_is_old(before)).values(payload=None))  # type: ignore[arg-type]
    count = int(getattr(taken, "rowcount", 0) or 0)
    if count:
        said = {"what": AUDIT_PAYLOADS, "before": utc(before), "rows": count}
        append(PURGE, said, actor=actor, subject=AUDIT_PAYLOADS, now=now, session=session)
    return count
