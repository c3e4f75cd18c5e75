"""What the dag-run gate will find: the last known answer of the judge about each DAG."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from airflow_lineage_provider.store.tables.base import Base, Digest, Json, Timestamp, word


class GateState(Base):
    """One row a DAG, written by the API server, read by the scheduler when a run of that DAG starts."""

    __tablename__ = "lineage_gate_state"
    __table_args__ = (Index("idx_lineage_gate_state_valid_until", "valid_until"),)

    dag_id: Mapped[str] = mapped_column(word(250), primary_key=True)
    result: Mapped[str] = mapped_column(word(8), nullable=False)
    """pass | warn | fail | error | unknown | skip, as if the gate may block."""
    level: Mapped[str] = mapped_column(word(8), nullable=False)
    """Gravest level among the findings, the DAG's own tightening included; ``off`` where nothing was found.

    The gate does the milder of this and of what it is configured to do."""
    message: Mapped[str] = mapped_column(Text, nullable=False)
    """The verdict's message for people who may see all."""
    shown: Mapped[str | None] = mapped_column(Text)
    """The same for everybody who may read the DAG: it goes into notes of runs and docs of DAGs."""
    findings: Mapped[str] = mapped_column(Json, nullable=False)
    """Gravest findings first: list of {"key", "rule", "level"}, bounded."""
    findings_total: Mapped[int] = mapped_column(Integer, nullable=False)
    datasets: Mapped[int] = mapped_column(Integer, nullable=False)
    """How many were judged."""
    fingerprint: Mapped[str] = mapped_column(Digest, nullable=False)
    """SHA-256 of what the answer says: the same answer again files no verdict."""
    verdict_id: Mapped[int | None] = mapped_column(BigInteger)
    """Stored verdict with evidence that says the same; a run that meets the gate gets a copy of it."""
    judged_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    valid_until: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    """After it the answer is no answer."""
