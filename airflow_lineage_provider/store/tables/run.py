"""Runs (one attempt of a job), what they read and wrote, and their facets."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Float, ForeignKey, Index, Integer, SmallInteger, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from airflow_lineage_provider.store.tables.base import Base, Digest, Id, Json, Timestamp, word


class Run(Base):
    """One attempt of a task, or one run of an external job.

    ``ti_id`` is Airflow's UUID of the attempt: a retry or a clear gives the task instance a new one, so it
    identifies the attempt alone. ``openlineage_run_id`` is how Spark and dbt children know it; not unique.
    There is no foreign key to Airflow's tables: our history outlives ``airflow db clean``.
    """

    __tablename__ = "lineage_run"
    __table_args__ = (
        Index("idx_lineage_run_parent_run_id", "parent_run_id"),
        Index("idx_lineage_run_job_id_id", "job_id", "id"),
        Index("idx_lineage_run_dag_run_id", "dag_run_id"),
        Index("idx_lineage_run_run_id", "run_id"),
        Index("idx_lineage_run_openlineage_run_id", "openlineage_run_id"),
        Index("idx_lineage_run_capture", "capture"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("lineage_job.id", ondelete="CASCADE"), nullable=False)
    ti_id: Mapped[UUID | None] = mapped_column(Uuid(), unique=True)
    external_digest: Mapped[str | None] = mapped_column(Digest, unique=True)
    """SHA-256 of job and OpenLineage run id for a run that another producer told of; ``NULL`` for attempts."""
    parent_run_id: Mapped[UUID | None] = mapped_column(Uuid())
    """OpenLineage run id of the run that started this one, which may be an attempt of ours, or never heard of."""
    dag_run_id: Mapped[int | None] = mapped_column(Integer)
    run_id: Mapped[str | None] = mapped_column(word(250))
    map_index: Mapped[int] = mapped_column(Integer, nullable=False, default=-1, server_default="-1")
    try_number: Mapped[int] = mapped_column(Integer, nullable=False, default=1, server_default="1")
    openlineage_run_id: Mapped[UUID | None] = mapped_column(Uuid())
    state: Mapped[str | None] = mapped_column(word(20))
    """Airflow's own word for the attempt, from task_instance or its history, never from a payload.

    Of a run that another producer told of: running | success | failed | aborted.
    """
    capture: Mapped[str] = mapped_column(word(12), nullable=False)
    segments: Mapped[int] = mapped_column(SmallInteger, nullable=False, default=0, server_default="0")
    """Bits of the segments that arrived: see store.segments."""
    awaited: Mapped[int] = mapped_column(SmallInteger, nullable=False, default=0, server_default="0")
    """Bits of the segments that the core segment announced."""
    started_at: Mapped[datetime | None] = mapped_column(Timestamp)
    ended_at: Mapped[datetime | None] = mapped_column(Timestamp)
    recorded_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    """When the newest segment was ingested, or the row made where none was."""
    errors: Mapped[int] = mapped_column(SmallInteger, nullable=False, default=0, server_default="0")
    """Capture and extraction errors; what they were stands in the facet ``capture``."""
    capture_ms: Mapped[float | None] = mapped_column(Float)


class RunIo(Base):
    """A dataset that a run read or wrote, with how it is known."""

    __tablename__ = "lineage_run_io"
    __table_args__ = (
        Index("idx_lineage_run_io_dataset_id_run_id", "dataset_id", "run_id"),
        Index("idx_lineage_run_io_schema_id", "schema_id"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("lineage_run.id", ondelete="CASCADE"), primary_key=True)
    dataset_id: Mapped[int] = mapped_column(
        ForeignKey("lineage_dataset.id", ondelete="CASCADE"), primary_key=True
    )
    direction: Mapped[str] = mapped_column(word(6), primary_key=True)
    evidence: Mapped[int] = mapped_column(SmallInteger, nullable=False)
    state: Mapped[str] = mapped_column(word(9), nullable=False)
    schema_id: Mapped[int | None] = mapped_column(ForeignKey("lineage_schema.id"))
    row_count: Mapped[int | None] = mapped_column(BigInteger)
    byte_count: Mapped[int | None] = mapped_column(BigInteger)
    partitions: Mapped[str | None] = mapped_column(Json)
    """JSON list of the partitions that were touched, as ``dt=2026-11-21/region=eu``: see store.partitions."""
    partition_count: Mapped[int | None] = mapped_column(Integer)
    """How many there were; more than the list has where some were left out."""


class RunFacet(Base):
    """A run's facet of a name; equal content is stored once."""

    __tablename__ = "lineage_run_facet"
    __table_args__ = (Index("idx_lineage_run_facet_facet_id", "facet_id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("lineage_run.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(word(128), primary_key=True)
    facet_id: Mapped[int] = mapped_column(ForeignKey("lineage_facet.id"), nullable=False)
    seen_at: Mapped[datetime | None] = mapped_column(Timestamp)
    """When it was true: events may arrive in any order. ``NULL`` for attempts, whose segments know their order."""
