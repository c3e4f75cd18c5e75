"""
gate texts for everybody.

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


def upgrade() -> None:
    # Empty in the rows that are there: until they are judged again the gates tell the first line of their messages.
    op.add_column("lineage_gate_state", sa.Column("shown", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("lineage_gate_state") as table:
        table.drop_column("shown")
