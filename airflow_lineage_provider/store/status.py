"""How lineage does: what waits, what could not be read, how much of what ran is recorded."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import Capture
from airflow_lineage_provider.store.dead_letters import count_letters
from airflow_lineage_provider.store.gate_states import count_gates
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.mailbox_rows import count_waiting
from airflow_lineage_provider.store.tables import Dataset, Edge, Job

MAILBOX_PREFIX = "airflow_lineage_provider/"
_RAN = (Capture.RECORDED, Capture.PARTIAL, Capture.MISSING)


@dataclass(frozen=True, slots=True)
class Status:
    """Health in numbers.

    ``coverage`` is the share of attempts that ran in a worker and are over whose record arrived, 0 to 1, and
    ``None`` before the first. ``attempts`` counts attempts by what is recorded of them. ``external_runs`` are those
    that other producers told of: nothing is awaited of them, so they stand apart.
    """

    queue: int
    queue_oldest_seconds: float | None
    dead_letters: int
    attempts: dict[str, int]
    coverage: float | None
    external_runs: int
    capture_errors: int
    datasets: int
    jobs: int
    edges: int
    gate_states: int
    """DAGs about which the judge has said something for the gates."""
    gate_states_expired: int
    """Of those, how many count no more: nobody keeps them."""
    state_store_backend: str | None
    """Named where the task state store is not the metadata database: then nothing can arrive."""

    def to_wire(self) -> dict[str, Any]:
        return asdict(self)


def read_status(*, session: Session) -> Status:
    """Count."""
    waiting, oldest = count_waiting(MAILBOX_PREFIX, skip="/answer-", session=session)
    # One look at all runs: no index says how many there are of each kind.
    query = select(RUN.c.capture, func.count(), func.sum(RUN.c.errors)).group_by(RUN.c.capture)
    rows = session.execute(query).all()
    counted: dict[str, int] = {row[0]: row[1] for row in rows}
    attempts = {
        capture.value: counted.get(capture.value, 0) for capture in Capture if capture != Capture.EXTERNAL
    }
    ran = sum(attempts[capture.value] for capture in _RAN)
    recorded = attempts[Capture.RECORDED.value] + attempts[Capture.PARTIAL.value]
    gates, expired = count_gates(datetime.now(UTC), session=session)
    return Status(
        queue=waiting,
        queue_oldest_seconds=round((datetime.now(UTC) - _aware(oldest)).total_seconds(), 1)
        if oldest
        else None,
        dead_letters=count_letters(session=session),
        attempts=attempts,
        coverage=round(recorded / ran, 4) if ran else None,
        external_runs=counted.get(Capture.EXTERNAL.value, 0),
        capture_errors=sum(int(row[2] or 0) for row in rows),
        datasets=_count(Dataset, session),
        jobs=_count(Job, session),
        edges=_count(Edge, session),
        gate_states=gates,
        gate_states_expired=expired,
        state_store_backend=_foreign_backend(),
    )


def _count(table: Any, session: Session) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _foreign_backend() -> str | None:
    from airflow.state import get_state_backend
    from airflow.state.metastore import MetastoreBackend

    backend = get_state_backend()
    return (
        None
        if isinstance(backend, MetastoreBackend)
        else f"{type(backend).__module__}.{type(backend).__name__}"
    )
