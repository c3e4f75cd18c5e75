"""Facets, content-addressed: repeated runs cost a link, not a copy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from airflow_lineage_provider.store.tables.base import Base, Blob, Digest, Id, Timestamp, word


class Facet(Base):
    """zlib-compressed canonical JSON under the SHA-256 of the uncompressed bytes."""

    __tablename__ = "lineage_facet"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    content_hash: Mapped[str] = mapped_column(Digest, nullable=False, unique=True)
    body: Mapped[bytes] = mapped_column(Blob, nullable=False)


class FacetSet(Base):
    """The facets that attempts have in common, each name once: a repeated attempt names the set, not each of them."""

    __tablename__ = "lineage_facet_set"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    content_hash: Mapped[str] = mapped_column(Digest, nullable=False, unique=True)
    """SHA-256 of the names with the hashes of their facets."""


class FacetSetMember(Base):
    """A facet of a set; the members of a set never change."""

    __tablename__ = "lineage_facet_set_member"
    __table_args__ = (Index("idx_lineage_facet_set_member_facet_id", "facet_id"),)

    set_id: Mapped[int] = mapped_column(
        ForeignKey("lineage_facet_set.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(word(128), primary_key=True)
    facet_id: Mapped[int] = mapped_column(ForeignKey("lineage_facet.id"), nullable=False)


class DatasetFacet(Base):
    """A dataset's latest facet of each name (its schema has tables of its own)."""

    __tablename__ = "lineage_dataset_facet"
    __table_args__ = (Index("idx_lineage_dataset_facet_facet_id", "facet_id"),)

    dataset_id: Mapped[int] = mapped_column(
        ForeignKey("lineage_dataset.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(word(128), primary_key=True)
    facet_id: Mapped[int] = mapped_column(ForeignKey("lineage_facet.id"), nullable=False)
    seen_at: Mapped[datetime | None] = mapped_column(Timestamp)
    """When it was true: events may arrive in any order."""
