"""
contracts and verdicts.

Revision ID: 7d1f0c2a9b34
Revises: 3b8e5a6d1c02
Create Date: 2026-11-21 09:48:51
"""

from __future__ import annotations

import sqlalchemy as sa
from airflow.models.base import COLLATION_ARGS
from airflow.utils.sqlalchemy import UtcDateTime
from alembic import op
from sqlalchemy.dialects import mysql

revision = "7d1f0c2a9b34"
down_revision = "3b8e5a6d1c02"
branch_labels = None
depends_on = None
provider_version = "0.1.0"


def upgrade() -> None:
    op.create_table(
        "lineage_contract",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("contract_id", sa.String(length=250, **COLLATION_ARGS), nullable=False),
        sa.Column("version", sa.String(length=64, **COLLATION_ARGS), nullable=False),
        sa.Column("api_version", sa.String(length=16, **COLLATION_ARGS), nullable=False),
        sa.Column("status", sa.String(length=32, **COLLATION_ARGS), nullable=True),
        sa.Column("name", sa.String(length=1000), nullable=True),
        sa.Column("content_hash", sa.String(length=64, **COLLATION_ARGS), nullable=False),
        sa.Column("body", sa.LargeBinary().with_variant(mysql.LONGBLOB(), "mysql"), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("applied_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("applied_by", sa.String(length=250, **COLLATION_ARGS), nullable=True),
        sa.Column("source", sa.String(length=2000), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_contract_pkey")),
        sa.UniqueConstraint("content_hash", name=op.f("lineage_contract_content_hash_uq")),
    )
    with op.batch_alter_table("lineage_contract", schema=None) as batch_op:
        batch_op.create_index(
            "idx_lineage_contract_contract_id_current", ["contract_id", "is_current"], unique=False
        )

    op.create_table(
        "lineage_verdict",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("gate", sa.String(length=32, **COLLATION_ARGS), nullable=False),
        sa.Column("dag_id", sa.String(length=250, **COLLATION_ARGS), nullable=True),
        sa.Column("run_id", sa.String(length=250, **COLLATION_ARGS), nullable=True),
        sa.Column("task_id", sa.String(length=250, **COLLATION_ARGS), nullable=True),
        sa.Column("map_index", sa.Integer(), nullable=True),
        sa.Column("try_number", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(length=8, **COLLATION_ARGS), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("datasets", sa.Integer(), nullable=False),
        sa.Column("judged_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_verdict_pkey")),
    )
    with op.batch_alter_table("lineage_verdict", schema=None) as batch_op:
        batch_op.create_index("idx_lineage_verdict_dag_id_run_id", ["dag_id", "run_id"], unique=False)

    op.create_table(
        "lineage_contract_dataset",
        sa.Column("contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("schema_name", sa.String(length=250, **COLLATION_ARGS), nullable=False),
        sa.Column("digest", sa.String(length=64, **COLLATION_ARGS), nullable=True),
        sa.Column("namespace", sa.String(length=1024), nullable=True),
        sa.Column("name", sa.String(length=2048), nullable=True),
        sa.Column("bound_by", sa.String(length=32, **COLLATION_ARGS), nullable=False),
        sa.Column("detail", sa.String(length=2000), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["lineage_contract.id"],
            name=op.f("lineage_contract_dataset_contract_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contract_id", "schema_name", name=op.f("lineage_contract_dataset_pkey")),
    )
    with op.batch_alter_table("lineage_contract_dataset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("idx_lineage_contract_dataset_digest"), ["digest"], unique=False)

    op.create_table(
        "lineage_finding",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("verdict_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule", sa.String(length=64, **COLLATION_ARGS), nullable=False),
        sa.Column("level", sa.String(length=8, **COLLATION_ARGS), nullable=False),
        sa.Column("result", sa.String(length=8, **COLLATION_ARGS), nullable=False),
        sa.Column("digest", sa.String(length=64, **COLLATION_ARGS), nullable=True),
        sa.Column("namespace", sa.String(length=1024), nullable=True),
        sa.Column("name", sa.String(length=2048), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["verdict_id"],
            ["lineage_verdict.id"],
            name=op.f("lineage_finding_verdict_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_finding_pkey")),
    )
    with op.batch_alter_table("lineage_finding", schema=None) as batch_op:
        batch_op.create_index("idx_lineage_finding_digest", ["digest"], unique=False)
        batch_op.create_index(batch_op.f("idx_lineage_finding_verdict_id"), ["verdict_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("lineage_finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("idx_lineage_finding_verdict_id"))
        batch_op.drop_index("idx_lineage_finding_digest")

    op.drop_table("lineage_finding")
    with op.batch_alter_table("lineage_contract_dataset", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("idx_lineage_contract_dataset_digest"))

    op.drop_table("lineage_contract_dataset")
    with op.batch_alter_table("lineage_verdict", schema=None) as batch_op:
        batch_op.drop_index("idx_lineage_verdict_dag_id_run_id")

    op.drop_table("lineage_verdict")
    with op.batch_alter_table("lineage_contract", schema=None) as batch_op:
        batch_op.drop_index("idx_lineage_contract_contract_id_current")

    op.drop_table("lineage_contract")
