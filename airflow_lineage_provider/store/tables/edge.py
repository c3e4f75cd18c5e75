"""Edges: the graph costs what the graph weighs, not what its history weighs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from airflow_lineage_provider.store.tables.base import Base, Digest, Id, Json, Timestamp, word


class Edge(Base):
    """A job reads or writes a dataset; one row however often it did."""

    __tablename__ = "lineage_edge"
    __table_args__ = (Index("idx_lineage_edge_dataset_id_direction", "dataset_id", "direction"),)

    job_id: Mapped[int] = mapped_column(ForeignKey("lineage_job.id", ondelete="CASCADE"), primary_key=True)
    dataset_id: Mapped[int] = mapped_column(
        ForeignKey("lineage_dataset.id", ondelete="CASCADE"), primary_key=True
    )
    direction: Mapped[str] = mapped_column(word(6), primary_key=True)
    evidence: Mapped[int] = mapped_column(SmallInteger, nullable=False)
    """All evidence there ever was."""
    first_seen: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    last_seen: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    last_run_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
    """0 where no run stands behind it: a producer described the job."""
    runs: Mapped[int] = mapped_column(Integer, nullable=False)


class Link(Base):
    """A producer said which output of a job comes from which input; where none is said, each may come from each."""

    __tablename__ = "lineage_link"
    __table_args__ = (
        Index("idx_lineage_link_input_dataset_id", "input_dataset_id"),
        Index("idx_lineage_link_output_dataset_id", "output_dataset_id"),
    )

    job_id: Mapped[int] = mapped_column(ForeignKey("lineage_job.id", ondelete="CASCADE"), primary_key=True)
    output_dataset_id: Mapped[int] = mapped_column(
        ForeignKey("lineage_dataset.id", ondelete="CASCADE"), primary_key=True
    )
    input_dataset_id: Mapped[int] = mapped_column(
        ForeignKey("lineage_dataset.id", ondelete="CASCADE"), primary_key=True
    )
    first_seen: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    last_seen: Mapped[datetime] = mapped_column(Timestamp, nullable=False)


class ColumnEdge(Base):
    """A column of an output comes from a column of an input. Columns go by name: they may be in no schema."""

    __tablename__ = "lineage_column_edge"
    __table_args__ = (
        Index("idx_lineage_column_edge_output_dataset_id", "output_dataset_id"),
        Index("idx_lineage_column_edge_input_dataset_id", "input_dataset_id"),
        Index("idx_lineage_column_edge_job_id", "job_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(Digest, nullable=False, unique=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("lineage_job.id", ondelete="CASCADE"), nullable=False)
    output_dataset_id: Mapped[int] = mapped_column(
        ForeignKey("lineage_dataset.id", ondelete="CASCADE"), nullable=False
    )
    output_column: Mapped[str] = mapped_column(String(1000), nullable=False)
    input_dataset_id: Mapped[int] = mapped_column(
        ForeignKey("lineage_dataset.id", ondelete="CASCADE"), nullable=False
    )
    input_column: Mapped[str | None] = mapped_column(String(1000))
    """``NULL``: the input is known, which of its columns is not."""
    transformations: Mapped[str] = mapped_column(Json, nullable=False)
    """JSON list of ``{"type", "subtype", "masking"}`` as in OpenLineage's column lineage facet 1-2-0."""
    first_seen: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    last_seen: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    last_run_id: Mapped[int] = mapped_column(BigInteger, nullable=False)
