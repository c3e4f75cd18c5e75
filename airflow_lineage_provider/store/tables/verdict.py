"""Verdicts of the judge and the findings they rest on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE
from airflow_lineage_provider.store.tables.base import Base, Blob, Digest, Id, Json, Timestamp, word


class Verdict(Base):
    """One answer of the judge to one question."""

    __tablename__ = "lineage_verdict"
    __table_args__ = (
        Index("idx_lineage_verdict_dag_id_run_id", "dag_id", "run_id"),
        Index("idx_lineage_verdict_judged_at", "judged_at"),
        Index("idx_lineage_verdict_gate_dag_id_id", "gate", "dag_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    gate: Mapped[str] = mapped_column(word(32), nullable=False)
    """Who asked: operator | dag-run | task | ci | api | sweep"""
    dag_id: Mapped[str | None] = mapped_column(word(250))
    run_id: Mapped[str | None] = mapped_column(word(250))
    task_id: Mapped[str | None] = mapped_column(word(250))
    map_index: Mapped[int | None] = mapped_column(Integer)
    try_number: Mapped[int | None] = mapped_column(Integer)
    result: Mapped[str] = mapped_column(word(8), nullable=False)
    message: Mapped[str] = mapped_column(Text, nullable=False)
    datasets: Mapped[int] = mapped_column(Integer, nullable=False)
    """How many datasets were judged."""
    judged_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    body: Mapped[bytes | None] = mapped_column(Blob)
    """zlib-compressed wire form with the evidence of that moment; empty for verdicts of before."""
    grant_id: Mapped[int | None] = mapped_column(BigInteger)
    """Break-glass grant that let the run go on."""
    blocks: Mapped[bool | None] = mapped_column(Boolean)
    """Whether it stopped who asked; empty for verdicts of before."""


class Finding(Base):
    """What one rule says about one thing, from the first time it was found until it is gone."""

    __tablename__ = "lineage_finding"
    __table_args__ = (
        Index("idx_lineage_finding_digest", "digest"),
        Index("idx_lineage_finding_resolved_at", "resolved_at"),
        Index("idx_lineage_finding_dag_id", "dag_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(Digest, nullable=False, unique=True)
    """SHA-256 of rule, dataset, DAG and subject: the same defect found again is the same finding."""
    rule: Mapped[str] = mapped_column(word(64), nullable=False)
    digest: Mapped[str | None] = mapped_column(Digest)
    namespace: Mapped[str | None] = mapped_column(String(MAX_NAMESPACE))
    name: Mapped[str | None] = mapped_column(String(MAX_NAME))
    dag_id: Mapped[str | None] = mapped_column(word(250))
    """Only of a rule about what one DAG does."""
    subject: Mapped[str | None] = mapped_column(String(1000))
    """What of the dataset it is about: a column, a contract, a task."""
    level: Mapped[str] = mapped_column(word(8), nullable=False)
    result: Mapped[str] = mapped_column(word(8), nullable=False)
    message: Mapped[str] = mapped_column(Text, nullable=False)
    fix: Mapped[str] = mapped_column(Text, nullable=False)
    owner: Mapped[str | None] = mapped_column(String(250))
    channel: Mapped[str | None] = mapped_column(String(1000))
    contract_id: Mapped[str | None] = mapped_column(word(250))
    contract_version: Mapped[str | None] = mapped_column(word(64))
    evidence: Mapped[str] = mapped_column(Json, nullable=False)
    """Facts it rests on, as they were when it was seen last."""
    opened_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    last_seen_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    resolved_at: Mapped[datetime | None] = mapped_column(Timestamp)
    reopened: Mapped[int] = mapped_column(Integer, nullable=False, default=0, server_default="0")
    """How often it came back after it was gone."""
    waiver_id: Mapped[int | None] = mapped_column(ForeignKey("lineage_waiver.id", ondelete="SET NULL"))
    is_baselined: Mapped[bool] = mapped_column(Boolean, nullable=False)
    notified_as: Mapped[str | None] = mapped_column(word(8))
    """opened | resolved: what was last told about it."""
    notified_at: Mapped[datetime | None] = mapped_column(Timestamp)


class VerdictFinding(Base):
    """A finding in a verdict, at the level it had there."""

    __tablename__ = "lineage_verdict_finding"
    __table_args__ = (Index("idx_lineage_verdict_finding_finding_id", "finding_id"),)

    verdict_id: Mapped[int] = mapped_column(
        ForeignKey("lineage_verdict.id", ondelete="CASCADE"), primary_key=True
    )
    finding_id: Mapped[int] = mapped_column(
        ForeignKey("lineage_finding.id", ondelete="CASCADE"), primary_key=True
    )
    level: Mapped[str] = mapped_column(word(8), nullable=False)
    result: Mapped[str] = mapped_column(word(8), nullable=False)
    waiver_id: Mapped[int | None] = mapped_column(BigInteger)
