"""The figures by which one sees whether lineage does its work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.dead_letters import count_letters
from airflow_lineage_provider.store.findings import FINDING
from airflow_lineage_provider.store.health_history import read_history
from airflow_lineage_provider.store.mailbox_rows import count_waiting
from airflow_lineage_provider.store.status import MAILBOX_PREFIX
from airflow_lineage_provider.store.unresolved_references import count_unresolved

STALE = "schema-stale"
"""Id of the rule that finds columns which nobody saw lately."""


@dataclass(frozen=True, slots=True)
class Slis:
    """Of the attempts that ended in a window, and of what is there now."""

    coverage: float | None
    """Share of the settled attempts whose record came, 0 to 1."""
    attempts: int
    recorded: int
    missing: int
    errors: int
    drain_p50_seconds: float | None
    drain_p95_seconds: float | None
    dead_letters: int
    queue: int
    queue_oldest_seconds: float | None
    unresolved_references: int
    """Schema objects of contracts in force that name no dataset, or one that nobody has seen."""
    stale_schemas: int
    """Open findings of the rule ``schema-stale``."""
    is_cut: bool
    """Latencies are those of a sample."""


def read_slis(since: datetime, until: datetime, *, session: Session) -> Slis:
    """Count."""
    history = read_history(since, until, 1, session=session)
    whole = history.buckets[0]
    waiting, oldest = count_waiting(MAILBOX_PREFIX, skip="/answer-", session=session)
    stale = select(func.count()).where(FINDING.c.rule == STALE, FINDING.c.resolved_at.is_(None))
    return Slis(
        coverage=whole.coverage,
        attempts=whole.attempts,
        recorded=whole.recorded,
        missing=whole.missing,
        errors=whole.errors,
        drain_p50_seconds=whole.drain_p50_seconds,
        drain_p95_seconds=whole.drain_p95_seconds,
        dead_letters=count_letters(session=session),
        queue=waiting,
        queue_oldest_seconds=_age(oldest) if oldest is not None else None,
        unresolved_references=count_unresolved(session=session),
        stale_schemas=session.scalar(stale) or 0,
        is_cut=history.is_cut,
    )


def _age(moment: datetime) -> float:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round((datetime.now(UTC) - aware).total_seconds(), 1)
