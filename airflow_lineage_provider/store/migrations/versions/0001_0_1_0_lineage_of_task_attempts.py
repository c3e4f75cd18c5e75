"""
lineage of task attempts.

Revision ID: 3b8e5a6d1c02
Revises: nothing, the first
Create Date: 2026-11-21 09:48:48
"""

from __future__ import annotations

import sqlalchemy as sa
from airflow.models.base import COLLATION_ARGS
from airflow.utils.sqlalchemy import UtcDateTime
from alembic import op
from sqlalchemy.dialects import mysql

revision = "3b8e5a6d1c02"
down_revision = None
branch_labels = None
depends_on = None
provider_version = "0.1.0"


def upgrade() -> None:
    op.create_table(
        "lineage_dataset",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("digest", sa.String(length=64, **COLLATION_ARGS), nullable=False),
        sa.Column("namespace", sa.String(length=1024), nullable=False),
        sa.Column("name", sa.String(length=2048), nullable=False),
        sa.Column("first_seen", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_dataset_pkey")),
        sa.UniqueConstraint("digest", name=op.f("lineage_dataset_digest_uq")),
    )
    with op.batch_alter_table("lineage_dataset", schema=None) as batch_op:
        batch_op.create_index(
            "idx_lineage_dataset_namespace", ["namespace"], unique=False, mysql_length={"namespace": 255}
        )

    op.create_table(
        "lineage_dead_letter",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("mailbox_key", sa.String(length=512), nullable=False),
        sa.Column("dag_run_id", sa.Integer(), nullable=True),
        sa.Column("dag_id", sa.String(length=250, **COLLATION_ARGS), nullable=False),
        sa.Column("run_id", sa.String(length=250, **COLLATION_ARGS), nullable=False),
        sa.Column("task_id", sa.String(length=250, **COLLATION_ARGS), nullable=False),
        sa.Column("map_index", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("payload", sa.LargeBinary().with_variant(mysql.LONGBLOB(), "mysql"), nullable=False),
        sa.Column("payload_bytes", sa.BigInteger(), nullable=False),
        sa.Column("received_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("retries", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_dead_letter_pkey")),
    )
    op.create_table(
        "lineage_facet",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("content_hash", sa.String(length=64, **COLLATION_ARGS), nullable=False),
        sa.Column("body", sa.LargeBinary().with_variant(mysql.LONGBLOB(), "mysql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_facet_pkey")),
        sa.UniqueConstraint("content_hash", name=op.f("lineage_facet_content_hash_uq")),
    )
    op.create_table(
        "lineage_job",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("digest", sa.String(length=64, **COLLATION_ARGS), nullable=False),
        sa.Column("namespace", sa.String(length=1024), nullable=False),
        sa.Column("name", sa.String(length=2048), nullable=False),
        sa.Column("dag_id", sa.String(length=250, **COLLATION_ARGS), nullable=True),
        sa.Column("task_id", sa.String(length=250, **COLLATION_ARGS), nullable=True),
        sa.Column("operator", sa.String(length=1000), nullable=True),
        sa.Column("first_seen", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_job_pkey")),
        sa.UniqueConstraint("digest", name=op.f("lineage_job_digest_uq")),
    )
    with op.batch_alter_table("lineage_job", schema=None) as batch_op:
        batch_op.create_index("idx_lineage_job_dag_id_task_id", ["dag_id", "task_id"], unique=False)

    op.create_table(
        "lineage_open_dag_run",
        sa.Column("dag_run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dag_id", sa.String(length=250, **COLLATION_ARGS), nullable=False),
        sa.Column("run_id", sa.String(length=250, **COLLATION_ARGS), nullable=False),
        sa.Column("opened_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("dag_run_id", name=op.f("lineage_open_dag_run_pkey")),
    )
    op.create_table(
        "lineage_schema",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("content_hash", sa.String(length=64, **COLLATION_ARGS), nullable=False),
        sa.Column("columns", sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_schema_pkey")),
        sa.UniqueConstraint("content_hash", name=op.f("lineage_schema_content_hash_uq")),
    )
    op.create_table(
        "lineage_watermark",
        sa.Column("name", sa.String(length=64, **COLLATION_ARGS), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("lineage_watermark_pkey")),
    )
    op.create_table(
        "lineage_alias",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("digest", sa.String(length=64, **COLLATION_ARGS), nullable=False),
        sa.Column("namespace", sa.String(length=1024), nullable=False),
        sa.Column("name", sa.String(length=2048), nullable=False),
        sa.Column("dataset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("origin", sa.String(length=32, **COLLATION_ARGS), nullable=False),
        sa.Column("first_seen", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset_id"],
            ["lineage_dataset.id"],
            name=op.f("lineage_alias_dataset_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_alias_pkey")),
        sa.UniqueConstraint("digest", name=op.f("lineage_alias_digest_uq")),
    )
    with op.batch_alter_table("lineage_alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("idx_lineage_alias_dataset_id"), ["dataset_id"], unique=False)

    op.create_table(
        "lineage_column_edge",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("digest", sa.String(length=64, **COLLATION_ARGS), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("output_dataset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("output_column", sa.String(length=1000), nullable=False),
        sa.Column("input_dataset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("input_column", sa.String(length=1000), nullable=True),
        sa.Column("transformations", sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql"), nullable=False),
        sa.Column("first_seen", UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_seen", UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_run_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["input_dataset_id"],
            ["lineage_dataset.id"],
            name=op.f("lineage_column_edge_input_dataset_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["lineage_job.id"], name=op.f("lineage_column_edge_job_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["output_dataset_id"],
            ["lineage_dataset.id"],
            name=op.f("lineage_column_edge_output_dataset_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_column_edge_pkey")),
        sa.UniqueConstraint("digest", name=op.f("lineage_column_edge_digest_uq")),
    )
    with op.batch_alter_table("lineage_column_edge", schema=None) as batch_op:
        batch_op.create_index("idx_lineage_column_edge_input_dataset_id", ["input_dataset_id"], unique=False)
        batch_op.create_index("idx_lineage_column_edge_job_id", ["job_id"], unique=False)
        batch_op.create_index(
            "idx_lineage_column_edge_output_dataset_id", ["output_dataset_id"], unique=False
        )

    op.create_table(
        "lineage_dataset_facet",
        sa.Column("dataset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=128, **COLLATION_ARGS), nullable=False),
        sa.Column("facet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset_id"],
            ["lineage_dataset.id"],
            name=op.f("lineage_dataset_facet_dataset_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["facet_id"], ["lineage_facet.id"], name=op.f("lineage_dataset_facet_facet_id_fkey")
        ),
        sa.PrimaryKeyConstraint("dataset_id", "name", name=op.f("lineage_dataset_facet_pkey")),
    )
    op.create_table(
        "lineage_dataset_schema",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("dataset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("schema_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", UtcDateTime(timezone=True), nullable=False),
        sa.Column("valid_to", UtcDateTime(timezone=True), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dataset_id"],
            ["lineage_dataset.id"],
            name=op.f("lineage_dataset_schema_dataset_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["schema_id"], ["lineage_schema.id"], name=op.f("lineage_dataset_schema_schema_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_dataset_schema_pkey")),
    )
    with op.batch_alter_table("lineage_dataset_schema", schema=None) as batch_op:
        batch_op.create_index(
            "idx_lineage_dataset_schema_dataset_id_valid_to", ["dataset_id", "valid_to"], unique=False
        )

    op.create_table(
        "lineage_edge",
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dataset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("direction", sa.String(length=6, **COLLATION_ARGS), nullable=False),
        sa.Column("evidence", sa.SmallInteger(), nullable=False),
        sa.Column("first_seen", UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_seen", UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_run_id", sa.BigInteger(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset_id"],
            ["lineage_dataset.id"],
            name=op.f("lineage_edge_dataset_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["lineage_job.id"], name=op.f("lineage_edge_job_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "dataset_id", "direction", name=op.f("lineage_edge_pkey")),
    )
    with op.batch_alter_table("lineage_edge", schema=None) as batch_op:
        batch_op.create_index(
            "idx_lineage_edge_dataset_id_direction", ["dataset_id", "direction"], unique=False
        )

    op.create_table(
        "lineage_job_facet",
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=128, **COLLATION_ARGS), nullable=False),
        sa.Column("facet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["facet_id"], ["lineage_facet.id"], name=op.f("lineage_job_facet_facet_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["lineage_job.id"], name=op.f("lineage_job_facet_job_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "name", name=op.f("lineage_job_facet_pkey")),
    )
    op.create_table(
        "lineage_run",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ti_id", sa.Uuid(), nullable=True),
        sa.Column("dag_run_id", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.String(length=250, **COLLATION_ARGS), nullable=True),
        sa.Column("map_index", sa.Integer(), server_default="-1", nullable=False),
        sa.Column("try_number", sa.Integer(), server_default="1", nullable=False),
        sa.Column("openlineage_run_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=20, **COLLATION_ARGS), nullable=True),
        sa.Column("capture", sa.String(length=12, **COLLATION_ARGS), nullable=False),
        sa.Column("segments", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("awaited", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("started_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("errors", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("capture_ms", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["job_id"], ["lineage_job.id"], name=op.f("lineage_run_job_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_run_pkey")),
        sa.UniqueConstraint("ti_id", name=op.f("lineage_run_ti_id_uq")),
    )
    with op.batch_alter_table("lineage_run", schema=None) as batch_op:
        batch_op.create_index("idx_lineage_run_capture", ["capture"], unique=False)
        batch_op.create_index("idx_lineage_run_dag_run_id", ["dag_run_id"], unique=False)
        batch_op.create_index("idx_lineage_run_job_id_id", ["job_id", "id"], unique=False)
        batch_op.create_index("idx_lineage_run_openlineage_run_id", ["openlineage_run_id"], unique=False)
        batch_op.create_index("idx_lineage_run_run_id", ["run_id"], unique=False)

    op.create_table(
        "lineage_run_facet",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=128, **COLLATION_ARGS), nullable=False),
        sa.Column("facet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["facet_id"], ["lineage_facet.id"], name=op.f("lineage_run_facet_facet_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["lineage_run.id"], name=op.f("lineage_run_facet_run_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "name", name=op.f("lineage_run_facet_pkey")),
    )
    op.create_table(
        "lineage_run_io",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dataset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("direction", sa.String(length=6, **COLLATION_ARGS), nullable=False),
        sa.Column("evidence", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=9, **COLLATION_ARGS), nullable=False),
        sa.Column("schema_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("row_count", sa.BigInteger(), nullable=True),
        sa.Column("byte_count", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dataset_id"],
            ["lineage_dataset.id"],
            name=op.f("lineage_run_io_dataset_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["lineage_run.id"], name=op.f("lineage_run_io_run_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["schema_id"], ["lineage_schema.id"], name=op.f("lineage_run_io_schema_id_fkey")
        ),
        sa.PrimaryKeyConstraint("run_id", "dataset_id", "direction", name=op.f("lineage_run_io_pkey")),
    )
    with op.batch_alter_table("lineage_run_io", schema=None) as batch_op:
        batch_op.create_index("idx_lineage_run_io_dataset_id_run_id", ["dataset_id", "run_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("lineage_run_io", schema=None) as batch_op:
        batch_op.drop_index("idx_lineage_run_io_dataset_id_run_id")

    op.drop_table("lineage_run_io")
    op.drop_table("lineage_run_facet")
    with op.batch_alter_table("lineage_run", schema=None) as batch_op:
        batch_op.drop_index("idx_lineage_run_run_id")
        batch_op.drop_index("idx_lineage_run_openlineage_run_id")
        batch_op.drop_index("idx_lineage_run_job_id_id")
        batch_op.drop_index("idx_lineage_run_dag_run_id")
        batch_op.drop_index("idx_lineage_run_capture")

    op.drop_table("lineage_run")
    op.drop_table("lineage_job_facet")
    with op.batch_alter_table("lineage_edge", schema=None) as batch_op:
        batch_op.drop_index("idx_lineage_edge_dataset_id_direction")

    op.drop_table("lineage_edge")
    with op.batch_alter_table("lineage_dataset_schema", schema=None) as batch_op:
        batch_op.drop_index("idx_lineage_dataset_schema_dataset_id_valid_to")

    op.drop_table("lineage_dataset_schema")
    op.drop_table("lineage_dataset_facet")
    with op.batch_alter_table("lineage_column_edge", schema=None) as batch_op:
        batch_op.drop_index("idx_lineage_column_edge_output_dataset_id")
        batch_op.drop_index("idx_lineage_column_edge_job_id")
        batch_op.drop_index("idx_lineage_column_edge_input_dataset_id")

    op.drop_table("lineage_column_edge")
    with op.batch_alter_table("lineage_alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("idx_lineage_alias_dataset_id"))

    op.drop_table("lineage_alias")
    op.drop_table("lineage_watermark")
    op.drop_table("lineage_schema")
    op.drop_table("lineage_open_dag_run")
    with op.batch_alter_table("lineage_job", schema=None) as batch_op:
        batch_op.drop_index("idx_lineage_job_dag_id_task_id")

    op.drop_table("lineage_job")
    op.drop_table("lineage_facet")
    op.drop_table("lineage_dead_letter")
    with op.batch_alter_table("lineage_dataset", schema=None) as batch_op:
        batch_op.drop_index("idx_lineage_dataset_namespace", mysql_length={"namespace": 255})

    op.drop_table("lineage_dataset")
