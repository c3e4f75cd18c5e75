"""Contracts by content, and the datasets they speak for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE
from airflow_lineage_provider.store.tables.base import Base, Blob, Digest, Id, Json, Timestamp, word


class Contract(Base):
    """One version of a contract as it was applied. Exactly one row per contract id is current."""

    __tablename__ = "lineage_contract"
    __table_args__ = (Index("idx_lineage_contract_contract_id_current", "contract_id", "is_current"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    contract_id: Mapped[str] = mapped_column(word(250), nullable=False)
    version: Mapped[str] = mapped_column(word(64), nullable=False)
    api_version: Mapped[str] = mapped_column(word(16), nullable=False)
    status: Mapped[str | None] = mapped_column(word(32))
    name: Mapped[str | None] = mapped_column(String(1000))
    content_hash: Mapped[str] = mapped_column(Digest, nullable=False, unique=True)
    """SHA-256 of the parsed content, so that comments and layout make no new version."""
    body: Mapped[bytes] = mapped_column(Blob, nullable=False)
    """zlib-compressed canonical JSON of the contract."""
    is_current: Mapped[bool] = mapped_column(Boolean, nullable=False)
    applied_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
    applied_by: Mapped[str | None] = mapped_column(String(250))
    source: Mapped[str | None] = mapped_column(String(2000))
    """Path it was applied from."""
    origin: Mapped[str] = mapped_column(word(16), nullable=False, default="odcs", server_default="odcs")
    """What it was read from: odcs | dbt | json-schema | avro | asset"""
    managed_by: Mapped[str | None] = mapped_column(String(500))
    """Folder whose files come and go as contracts do; ``None``: applied by hand."""


class ContractDataset(Base):
    """A schema object of a contract bound to a dataset, or unbound with the reason."""

    __tablename__ = "lineage_contract_dataset"

    contract_id: Mapped[int] = mapped_column(
        ForeignKey("lineage_contract.id", ondelete="CASCADE"), primary_key=True
    )
    schema_name: Mapped[str] = mapped_column(word(250), primary_key=True)
    digest: Mapped[str | None] = mapped_column(Digest, index=True)
    namespace: Mapped[str | None] = mapped_column(String(MAX_NAMESPACE))
    name: Mapped[str | None] = mapped_column(String(MAX_NAME))
    bound_by: Mapped[str] = mapped_column(word(32), nullable=False)
    """custom-property | connection | server | unbound"""
    detail: Mapped[str | None] = mapped_column(String(2000))


class ContractProblem(Base):
    """A watched contract file that could not be applied."""

    __tablename__ = "lineage_contract_problem"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    source_digest: Mapped[str] = mapped_column(Digest, nullable=False, unique=True)
    source: Mapped[str] = mapped_column(String(2000), nullable=False)
    managed_by: Mapped[str | None] = mapped_column(String(500))
    contract_id: Mapped[str | None] = mapped_column(word(250))
    """As far as it can be read."""
    problems: Mapped[str] = mapped_column(Json, nullable=False)
    """``[{"line", "path", "message"}]``"""
    seen_at: Mapped[datetime] = mapped_column(Timestamp, nullable=False)
