"""Datasets and the other names they go by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE
from airflow_lineage_provider.store.tables.base import Base, Digest, Id, Timestamp, word


class Dataset(Base):
    """A dataset anybody read, wrote or declared."""

    __tablename__ = "lineage_dataset"
    __table_args__ = (Index("idx_lineage_dataset_namespace", "namespace", mysql_length={"namespace": 255}),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(Digest, nullable=False, unique=True)
    namespace: Mapped[str] = mapped_column(String(MAX_NAMESPACE), nullable=False)
    name: Mapped[str] = mapped_column(String(MAX_NAME), nullable=False)
    first_seen: Mapped[datetime] = mapped_column(Timestamp, nullable=False)


class Alias(Base):
    """Another name of a dataset: an asset's URI, a symlink, a mapping somebody configured."""

    __tablename__ = "lineage_alias"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(Digest, nullable=False, unique=True)
    namespace: Mapped[str] = mapped_column(String(MAX_NAMESPACE), nullable=False)
    name: Mapped[str] = mapped_column(String(MAX_NAME), nullable=False)
    dataset_id: Mapped[int] = mapped_column(
        ForeignKey("lineage_dataset.id", ondelete="CASCADE"), nullable=False, index=True
    )
    origin: Mapped[str] = mapped_column(word(32), nullable=False)
    """How the alias is known: asset | asset-alias | symlink | merged | configured.

    ``merged`` was a dataset of its own. A dataset's own name has a row where a producer called it a symlink.
    """
    first_seen: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
