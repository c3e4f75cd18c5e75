"""Bookkeeping of the mailbox: what could not be read, how far we came, which DAG runs are still open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from airflow_lineage_provider.store.tables.base import Base, Blob, Id, Timestamp, word


class DeadLetter(Base):
    """A mailbox row that could not be ingested, kept with the reason."""

    __tablename__ = "lineage_dead_letter"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    mailbox_key: Mapped[str] = mapped_column(String(512), nullable=False)
    dag_run_id: Mapped[int | None] = mapped_column(Integer)
    dag_id: Mapped[str] = mapped_column(word(250), nullable=False)
    run_id: Mapped[str] = mapped_column(word(250), nullable=False)
    task_id: Mapped[str] = mapped_column(word(250), nullable=False)
    map_index: Mapped[int] = mapped_column(Integer, nullable=False)
    reason: Mapped[str] = mapped_column(String(2000), nullable=False)
    payload: Mapped[bytes] = mapped_column(Blob, nullable=False)
    """zlib-compressed text, literals in SQL replaced; the head of it where it was larger than a record may be."""
    payload_bytes: Mapped[int] = mapped_column(BigInteger, nullable=False)
    """Size of the payload as it arrived."""
    received_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    retries: Mapped[int] = mapped_column(Integer, nullable=False, default=0, server_default="0")


class Watermark(Base):
    """How far a background job came: one row per job and shared by all API servers."""

    __tablename__ = "lineage_watermark"

    name: Mapped[str] = mapped_column(word(64), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger, nullable=False)
    updated_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)


class OpenDagRun(Base):
    """A DAG run whose attempts are not all settled; the row goes when they are."""

    __tablename__ = "lineage_open_dag_run"

    dag_run_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    dag_id: Mapped[str] = mapped_column(word(250), nullable=False)
    run_id: Mapped[str] = mapped_column(word(250), nullable=False)
    opened_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
