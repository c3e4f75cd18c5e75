"""What people decided about findings: waivers, break-glass grants and the baseline."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE
from airflow_lineage_provider.store.tables.base import Base, Digest, Id, Timestamp, word


class Waiver(Base):
    """Findings that are let pass for a while. In force from its approval until it expires or is revoked."""

    __tablename__ = "lineage_waiver"
    __table_args__ = (Index("idx_lineage_waiver_expires_at", "expires_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    rule: Mapped[str] = mapped_column(word(64), nullable=False)
    namespace: Mapped[str | None] = mapped_column(String(MAX_NAMESPACE))
    """Glob; ``None``: any."""
    name: Mapped[str | None] = mapped_column(String(MAX_NAME))
    """Glob; ``None``: any."""
    dag_id: Mapped[str | None] = mapped_column(word(250))
    """Glob: only where this DAG asks."""
    subject: Mapped[str | None] = mapped_column(String(1000))
    """A column, a contract, a task; ``None``: any."""
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    ticket: Mapped[str | None] = mapped_column(String(250))
    author: Mapped[str] = mapped_column(String(250), nullable=False)
    created_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    approver: Mapped[str | None] = mapped_column(String(250))
    approved_at: Mapped[datetime | None] = mapped_column(Timestamp)
    expires_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    revoked_at: Mapped[datetime | None] = mapped_column(Timestamp)
    revoked_by: Mapped[str | None] = mapped_column(String(250))


class Grant(Base):
    """Break-glass: leave to go on whatever the judge says, approved beforehand and named by a run's conf."""

    __tablename__ = "lineage_grant"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(word(128), nullable=False, unique=True)
    dag_id: Mapped[str] = mapped_column(word(250), nullable=False)
    """Glob of the DAGs it is for."""
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    ticket: Mapped[str | None] = mapped_column(String(250))
    author: Mapped[str] = mapped_column(String(250), nullable=False)
    created_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    approver: Mapped[str | None] = mapped_column(String(250))
    approved_at: Mapped[datetime | None] = mapped_column(Timestamp)
    expires_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    revoked_at: Mapped[datetime | None] = mapped_column(Timestamp)
    revoked_by: Mapped[str | None] = mapped_column(String(250))
    uses: Mapped[int] = mapped_column(Integer, nullable=False, default=0, server_default="0")
    """DAG runs that went on by it."""
    most_uses: Mapped[int | None] = mapped_column(Integer)


class BaselineEntry(Base):
    """A finding that was there when governance was switched on: known, shown, and no reason to block."""

    __tablename__ = "lineage_baseline"

    key: Mapped[str] = mapped_column(Digest, primary_key=True)
    """Key of the finding."""
    rule: Mapped[str] = mapped_column(word(64), nullable=False)
    subject: Mapped[str] = mapped_column(Text, nullable=False)
    """What it is about, for people."""
    created_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    created_by: Mapped[str | None] = mapped_column(String(250))
