"""The audit chain: what was judged, decided and changed, in an order that cannot be changed unnoticed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from airflow_lineage_provider.store.tables.base import Base, Blob, Digest, Id, Timestamp, word


class AuditEntry(Base):
    """An entry of the audit chain. It is appended unsealed; the sealer gives it its place in the chain."""

    __tablename__ = "lineage_audit"
    __table_args__ = (Index("idx_lineage_audit_at", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    seq: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    """Place in the chain, from 1; ``None``: not sealed yet."""
    kind: Mapped[str] = mapped_column(word(32), nullable=False)
    at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    actor: Mapped[str | None] = mapped_column(String(250))
    subject: Mapped[str | None] = mapped_column(String(1000))
    """What it is about, to find it by."""
    payload: Mapped[bytes | None] = mapped_column(Blob)
    """zlib-compressed canonical JSON; ``None`` after it was purged."""
    payload_hash: Mapped[str] = mapped_column(Digest, nullable=False)
    """SHA-256 of the stored bytes, kept when they are purged."""
    prev_hash: Mapped[str | None] = mapped_column(Digest)
    entry_hash: Mapped[str | None] = mapped_column(Digest)
    sealed_at: Mapped[datetime | None] = mapped_column(Timestamp)


class AuditHead(Base):
    """End of the audit chain. Whoever seals holds its row, so that the chain never forks."""

    __tablename__ = "lineage_audit_head"

    chain: Mapped[str] = mapped_column(word(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, nullable=False)
    entry_hash: Mapped[str] = mapped_column(Digest, nullable=False)
    updated_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
