"""Runs (one attempt of a job), what they read and wrote, and their facets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    REAL,
    BigInteger,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    TypeDecorator,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from airflow_lineage_provider.model.direction import Direction, IoState
from airflow_lineage_provider.store.tables.base import Base, Id, Json, Timestamp, word

_EXTERNAL = text("external_digest IS NOT NULL")
_HAS_PARENT = text("parent_run_id IS NOT NULL")
_HAS_SCHEMA = text("schema_id IS NOT NULL")
_UNSETTLED = text("capture IN ('pending', 'announced')")
"""Most runs are none of these: an index of those that are costs the others nothing."""

GraphId = Integer().with_variant(BigInteger(), "mysql")
"""Id of what grows with the graph and not with its history, in 4 bytes; MySQL wants both ends of a key alike."""


class Coded(TypeDecorator[str]):
    """A word of a few that are known, stored as its place among them: new words go to the end."""

    impl = SmallInteger
    cache_ok = True

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__()
        self.words = tuple(str(word) for word in words)

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else self.words.index(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.words[value]


class Run(Base):
    """One attempt of a task, or one run of an external job.

    ``ti_id`` is Airflow's UUID of the attempt: a retry or a clear gives the task instance a new one, so it
    identifies the attempt alone. ``openlineage_run_id`` is how Spark and dbt children know it; not unique.
    There is no foreign key to Airflow's tables: our history outlives ``airflow db clean``.
    """

    __tablename__ = "lineage_run"
    __table_args__ = (
        Index(
            "idx_lineage_run_external_digest",
            "external_digest",
            unique=True,
            postgresql_where=_EXTERNAL,
            sqlite_where=_EXTERNAL,
        ),
        # When something was heard of them last; attempts are found by their ids.
        Index(
            "idx_lineage_run_external_recorded_at",
            "recorded_at",
            postgresql_where=_EXTERNAL,
            sqlite_where=_EXTERNAL,
        ),
        Index(
            "idx_lineage_run_parent_run_id",
            "parent_run_id",
            postgresql_where=_HAS_PARENT,
            sqlite_where=_HAS_PARENT,
        ),
        Index("idx_lineage_run_job_id_id", "job_id", "id"),
        Index("idx_lineage_run_dag_run_id", "dag_run_id"),
        Index("idx_lineage_run_run_id", "run_id"),
        Index("idx_lineage_run_openlineage_run_id", "openlineage_run_id"),
        # SQLite would use a part of it only where the question is spelled alike.
        Index("idx_lineage_run_capture", "capture", postgresql_where=_UNSETTLED),
        Index("idx_lineage_run_facet_set_id", "facet_set_id"),
    )

    # Wide columns first: PostgreSQL fills up to the next multiple of a column's width.
    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    started_at: Mapped[datetime | None] = mapped_column(Timestamp)
    ended_at: Mapped[datetime | None] = mapped_column(Timestamp)
    recorded_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    """When the newest segment was ingested, or the row made where none was."""
    ti_id: Mapped[UUID | None] = mapped_column(Uuid(), unique=True)
    openlineage_run_id: Mapped[UUID | None] = mapped_column(Uuid())
    parent_run_id: Mapped[UUID | None] = mapped_column(Uuid())
    """OpenLineage run id of the run that started this one, which may be an attempt of ours, or never heard of."""
    external_digest: Mapped[UUID | None] = mapped_column(Uuid())
    """First half of the SHA-256 of job and OpenLineage run id for a run that another producer told of.

    ``NULL`` for attempts.
    """
    job_id: Mapped[int] = mapped_column(
        GraphId, ForeignKey("lineage_job.id", ondelete="CASCADE"), nullable=False
    )
    facet_set_id: Mapped[int | None] = mapped_column(GraphId, ForeignKey("lineage_facet_set.id"))
    """Facets that other attempts have as well; those of its own stand in ``lineage_run_facet``."""
    dag_run_id: Mapped[int | None] = mapped_column(Integer)
    map_index: Mapped[int] = mapped_column(Integer, nullable=False, default=-1, server_default="-1")
    try_number: Mapped[int] = mapped_column(Integer, nullable=False, default=1, server_default="1")
    capture_ms: Mapped[float | None] = mapped_column(Float().with_variant(REAL(), "postgresql"))
    segments: Mapped[int] = mapped_column(SmallInteger, nullable=False, default=0, server_default="0")
    """Bits of the segments that arrived: see store.segments."""
    awaited: Mapped[int] = mapped_column(SmallInteger, nullable=False, default=0, server_default="0")
    """Bits of the segments that the core segment announced."""
    errors: Mapped[int] = mapped_column(SmallInteger, nullable=False, default=0, server_default="0")
    """Capture and extraction errors; what they were stands in the facet ``capture``."""
    run_id: Mapped[str | None] = mapped_column(word(250))
    state: Mapped[str | None] = mapped_column(word(20))
    """Airflow's own word for the attempt, from task_instance or its history, never from a payload.

    Of a run that another producer told of: running | success | failed | aborted.
    """
    capture: Mapped[str] = mapped_column(word(12), nullable=False)


class RunIo(Base):
    """A dataset that a run read or wrote, with how it is known."""

    __tablename__ = "lineage_run_io"
    __table_args__ = (
        # In this order it also answers which runs read or wrote a dataset.
        PrimaryKeyConstraint("dataset_id", "direction", "run_id"),
        Index("idx_lineage_run_io_run_id", "run_id"),
        Index(
            "idx_lineage_run_io_schema_id",
            "schema_id",
            postgresql_where=_HAS_SCHEMA,
            sqlite_where=_HAS_SCHEMA,
        ),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("lineage_run.id", ondelete="CASCADE"), primary_key=True)
    dataset_id: Mapped[int] = mapped_column(
        GraphId, ForeignKey("lineage_dataset.id", ondelete="CASCADE"), primary_key=True
    )
    direction: Mapped[str] = mapped_column(Coded(tuple(Direction)), primary_key=True)
    """0 input | 1 output"""
    evidence: Mapped[int] = mapped_column(SmallInteger, nullable=False)
    state: Mapped[str] = mapped_column(Coded(tuple(IoState)), nullable=False)
    """0 read | 1 updated | 2 attempted"""
    schema_id: Mapped[int | None] = mapped_column(GraphId, ForeignKey("lineage_schema.id"))
    row_count: Mapped[int | None] = mapped_column(BigInteger)
    byte_count: Mapped[int | None] = mapped_column(BigInteger)
    partitions: Mapped[str | None] = mapped_column(Json)
    """JSON list of the partitions that were touched, as ``dt=2026-11-21/region=eu``: see store.partitions."""
    partition_count: Mapped[int | None] = mapped_column(Integer)
    """How many there were; more than the list has where some were left out."""


class RunFacet(Base):
    """A run's facet of a name that no other run had, or that another producer told; equal content is stored once.

    It stands before one of the same name in the run's ``facet_set_id``.
    """

    __tablename__ = "lineage_run_facet"
    __table_args__ = (Index("idx_lineage_run_facet_facet_id", "facet_id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("lineage_run.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(word(128), primary_key=True)
    facet_id: Mapped[int] = mapped_column(ForeignKey("lineage_facet.id"), nullable=False)
    seen_at: Mapped[datetime | None] = mapped_column(Timestamp)
    """When it was true: events may arrive in any order. ``NULL`` for attempts, whose segments know their order."""
