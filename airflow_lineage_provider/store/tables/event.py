"""Events of other OpenLineage producers as they were sent, and the keys with which they send."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from airflow_lineage_provider.store.tables.base import Base, Blob, Digest, Id, Json, Timestamp, word


class Event(Base):
    """An event that was taken in; its digest makes a second delivery change nothing."""

    __tablename__ = "lineage_event"
    __table_args__ = (
        Index("idx_lineage_event_event_at", "event_at", "id"),
        Index("idx_lineage_event_received_at", "received_at"),
        Index("idx_lineage_event_job_id", "job_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(Digest, nullable=False, unique=True)
    """SHA-256 of the canonical JSON."""
    kind: Mapped[str] = mapped_column(word(8), nullable=False)
    """run | job | dataset"""
    phase: Mapped[str | None] = mapped_column(word(8))
    """Event type of a run event, upper case as in OpenLineage."""
    event_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("lineage_job.id", ondelete="SET NULL"))
    run_id: Mapped[int | None] = mapped_column(BigInteger)
    """Row id of the run; no foreign key, for runs and events are kept for times of their own."""
    received_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    received_from: Mapped[str] = mapped_column(String(250), nullable=False)
    """``key:NAME`` or ``user:NAME``."""
    body: Mapped[bytes | None] = mapped_column(Blob)
    """zlib-compressed canonical JSON, literals in SQL replaced; ``NULL`` once its time is over."""
    size: Mapped[int] = mapped_column(Integer, nullable=False)
    """Bytes of the event as it arrived."""


class IngestKey(Base):
    """A key with which a producer that is no Airflow user may send events. The key itself is nowhere."""

    __tablename__ = "lineage_ingest_key"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(word(128), nullable=False, unique=True)
    prefix: Mapped[str] = mapped_column(word(16), nullable=False)
    """First letters of the key, so that people can tell which one it is."""
    key_hash: Mapped[str] = mapped_column(Digest, nullable=False, unique=True)
    """SHA-256 of the key: it is 256 random bits, which nobody guesses however fast the hash."""
    namespaces: Mapped[str] = mapped_column(Json, nullable=False)
    """JSON list of the job namespaces it may write; ``*`` at the end of one stands for any ending."""
    created_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    created_by: Mapped[str | None] = mapped_column(String(250))
    expires_at: Mapped[datetime | None] = mapped_column(Timestamp)
    revoked_at: Mapped[datetime | None] = mapped_column(Timestamp)
    last_used_at: Mapped[datetime | None] = mapped_column(Timestamp)


class OutgoingEvent(Base):
    """An OpenLineage event on its way to the configured transport; the row goes when it was taken."""

    __tablename__ = "lineage_outgoing_event"
    __table_args__ = (Index("idx_lineage_outgoing_event_next_try_at", "next_try_at", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(Digest, nullable=False, unique=True)
    body: Mapped[bytes] = mapped_column(Blob, nullable=False)
    """zlib-compressed canonical JSON of the event."""
    created_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    next_try_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    tries: Mapped[int] = mapped_column(Integer, nullable=False, default=0, server_default="0")
    last_error: Mapped[str | None] = mapped_column(String(2000))
