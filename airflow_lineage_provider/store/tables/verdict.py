"""Verdicts of the judge and the findings they rest on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE
from airflow_lineage_provider.store.tables.base import Base, Digest, Id, Json, Timestamp, word


class Verdict(Base):
    """One answer of the judge to one question."""

    __tablename__ = "lineage_verdict"
    __table_args__ = (Index("idx_lineage_verdict_dag_id_run_id", "dag_id", "run_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    gate: Mapped[str] = mapped_column(word(32), nullable=False)
    """Who asked: operator | dag-run | task | ci | api"""
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


class Finding(Base):
    """What one rule said about one dataset."""

    __tablename__ = "lineage_finding"
    __table_args__ = (Index("idx_lineage_finding_digest", "digest"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    verdict_id: Mapped[int] = mapped_column(
        ForeignKey("lineage_verdict.id", ondelete="CASCADE"), nullable=False, index=True
    )
    rule: Mapped[str] = mapped_column(word(64), nullable=False)
    level: Mapped[str] = mapped_column(word(8), nullable=False)
    result: Mapped[str] = mapped_column(word(8), nullable=False)
    digest: Mapped[str | None] = mapped_column(Digest)
    namespace: Mapped[str | None] = mapped_column(String(MAX_NAMESPACE))
    name: Mapped[str | None] = mapped_column(String(MAX_NAME))
    message: Mapped[str] = mapped_column(Text, nullable=False)
    evidence: Mapped[str] = mapped_column(Json, nullable=False)
