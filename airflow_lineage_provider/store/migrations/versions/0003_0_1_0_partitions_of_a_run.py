"""
partitions of a run.

Revision ID: c4a95e17d8f3
Revises: 7d1f0c2a9b34
Create Date: 2026-11-22 08:12:30
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "c4a95e17d8f3"
down_revision = "7d1f0c2a9b34"
branch_labels = None
depends_on = None
provider_version = "0.1.0"


def upgrade() -> None:
    with op.batch_alter_table("lineage_run_io", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("partitions", sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql"), nullable=True)
        )
        batch_op.add_column(sa.Column("partition_count", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("lineage_run_io", schema=None) as batch_op:
        batch_op.drop_column("partition_count")
        batch_op.drop_column("partitions")
