"""Jobs: an Airflow task, or a job of an external producer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE
from airflow_lineage_provider.store.tables.base import Base, Digest, Id, Timestamp, word


class Job(Base):
    """What reads and writes. ``dag_id`` and ``task_id`` are set for Airflow tasks only."""

    __tablename__ = "lineage_job"
    __table_args__ = (
        Index("idx_lineage_job_dag_id_task_id", "dag_id", "task_id"),
        Index("idx_lineage_job_parent_id", "parent_id"),
        Index("idx_lineage_job_namespace", "namespace", mysql_length={"namespace": 255}),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    digest: Mapped[str] = mapped_column(Digest, nullable=False, unique=True)
    namespace: Mapped[str] = mapped_column(String(MAX_NAMESPACE), nullable=False)
    name: Mapped[str] = mapped_column(String(MAX_NAME), nullable=False)
    dag_id: Mapped[str | None] = mapped_column(word(250))
    task_id: Mapped[str | None] = mapped_column(word(250))
    operator: Mapped[str | None] = mapped_column(String(1000))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("lineage_job.id", ondelete="SET NULL"))
    """The job that starts this one, as a producer's parent facet says."""
    first_seen: Mapped[datetime] = mapped_column(Timestamp, nullable=False)


class JobFacet(Base):
    """A job's latest facet of each name."""

    __tablename__ = "lineage_job_facet"
    __table_args__ = (Index("idx_lineage_job_facet_facet_id", "facet_id"),)

    job_id: Mapped[int] = mapped_column(ForeignKey("lineage_job.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(word(128), primary_key=True)
    facet_id: Mapped[int] = mapped_column(ForeignKey("lineage_facet.id"), nullable=False)
    seen_at: Mapped[datetime | None] = mapped_column(Timestamp)
    """When it was true: events may arrive in any order."""
