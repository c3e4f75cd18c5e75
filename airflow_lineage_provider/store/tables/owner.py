"""Owners of datasets that somebody registered."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE
from airflow_lineage_provider.store.tables.base import Base, Digest, Id, Timestamp, word


class Owner(Base):
    """One owner of one dataset, or of all datasets that two globs match."""

    __tablename__ = "lineage_owner"
    __table_args__ = (Index("idx_lineage_owner_digest", "digest"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    digest: Mapped[str | None] = mapped_column(Digest)
    """Of the one dataset; ``None``: ``namespace`` and ``name`` are globs."""
    namespace: Mapped[str] = mapped_column(String(MAX_NAMESPACE), nullable=False)
    name: Mapped[str] = mapped_column(String(MAX_NAME), nullable=False)
    owner: Mapped[str] = mapped_column(String(250), nullable=False)
    kind: Mapped[str | None] = mapped_column(word(16))
    """user | team"""
    contact: Mapped[str | None] = mapped_column(String(1000))
    channel: Mapped[str | None] = mapped_column(String(1000))
    """Where its findings are told: ``#shop-data``, a mail address."""
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    """Last day; ``None``: until further notice."""
    source: Mapped[str] = mapped_column(String(2000), nullable=False)
    """``hand`` (set by command or over HTTP), or the file it was imported from."""
    position: Mapped[int] = mapped_column(Integer, nullable=False, default=0, server_default="0")
    """Line in its file; of two globs of a file the later one holds."""
    set_by: Mapped[str | None] = mapped_column(String(250))
    set_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
