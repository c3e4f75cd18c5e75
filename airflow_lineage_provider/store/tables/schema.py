"""Schema versions: a new one only when the columns change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from airflow_lineage_provider.store.tables.base import Base, Digest, Id, Json, Timestamp


class Schema(Base):
    """A list of columns, stored once whatever number of datasets has it."""

    __tablename__ = "lineage_schema"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    content_hash: Mapped[str] = mapped_column(Digest, nullable=False, unique=True)
    columns: Mapped[str] = mapped_column(Json, nullable=False)
    """JSON list of ``{"name", "type"?, "nullable"?, "description"?}`` in the order of the table."""


class DatasetSchema(Base):
    """From when to when a dataset had a schema; ``valid_to`` is ``NULL`` for the one it has now."""

    __tablename__ = "lineage_dataset_schema"
    __table_args__ = (
        Index("idx_lineage_dataset_schema_dataset_id_valid_to", "dataset_id", "valid_to"),
        Index("idx_lineage_dataset_schema_schema_id", "schema_id"),
        Index("idx_lineage_dataset_schema_run_id", "run_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    dataset_id: Mapped[int] = mapped_column(
        ForeignKey("lineage_dataset.id", ondelete="CASCADE"), nullable=False
    )
    schema_id: Mapped[int] = mapped_column(ForeignKey("lineage_schema.id"), nullable=False)
    valid_from: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    valid_to: Mapped[datetime | None] = mapped_column(Timestamp)
    run_id: Mapped[int | None] = mapped_column(BigInteger)
    """The run that was first seen with it."""
