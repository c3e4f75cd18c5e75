"""
gate texts for everybody, blocked runs, and when other producers were heard of.

Revision ID: b6e20f94a1d7
Revises: 3d81f5b7c942
Create Date: 2026-11-22 02:45:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "b6e20f94a1d7"
down_revision = "3d81f5b7c942"
branch_labels = None
depends_on = None
provider_version = "0.1.0"

_EXTERNAL = sa.text("external_digest IS NOT NULL")


def upgrade() -> None:
    # Empty in the rows that are there: until they are judged again the gates tell the first line of their messages.
    op.add_column("lineage_verdict", sa.Column("blocks", sa.Boolean(), nullable=True))
    op.add_column("lineage_gate_state", sa.Column("shown", sa.Text(), nullable=True))
    op.create_index(
        "idx_lineage_run_external_recorded_at",
        "lineage_run",
        ["recorded_at"],
        postgresql_where=_EXTERNAL,
        sqlite_where=_EXTERNAL,
    )


def downgrade() -> None:
    op.drop_index(
        "idx_lineage_run_external_recorded_at",
        table_name="lineage_run",
        postgresql_where=_EXTERNAL,
        sqlite_where=_EXTERNAL,
    )
    with op.batch_alter_table("lineage_gate_state") as table:
        table.drop_column("shown")
    with op.batch_alter_table("lineage_verdict") as table:
        table.drop_column("blocks")
