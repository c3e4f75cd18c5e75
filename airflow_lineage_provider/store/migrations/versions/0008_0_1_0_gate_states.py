"""
gate states.

Revision ID: 3d81f5b7c942
Revises: 9e4d71c8a036
Create Date: 2026-11-21 22:50:00
"""

from __future__ import annotations

import sqlalchemy as sa
from airflow.models.base import COLLATION_ARGS
from airflow.utils.sqlalchemy import UtcDateTime
from alembic import op
from sqlalchemy.dialects import mysql

revision = "3d81f5b7c942"
down_revision = "9e4d71c8a036"
branch_labels = None
depends_on = None
provider_version = "0.1.0"

_JSON = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql")
_TIME = UtcDateTime(timezone=True)


def _word(length: int) -> sa.String:
    return sa.String(length=length, **COLLATION_ARGS)


def upgrade() -> None:
    # Nothing is judged yet: the first round of an API server fills it, and until then the gate says so.
    op.create_table(
        "lineage_gate_state",
        sa.Column("dag_id", _word(250), nullable=False),
        sa.Column("result", _word(8), nullable=False),
        sa.Column("level", _word(8), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("findings", _JSON, nullable=False),
        sa.Column("findings_total", sa.Integer(), nullable=False),
        sa.Column("datasets", sa.Integer(), nullable=False),
        sa.Column("fingerprint", _word(64), nullable=False),
        sa.Column("verdict_id", sa.BigInteger(), nullable=True),
        sa.Column("judged_at", _TIME, nullable=False),
        sa.Column("valid_until", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("dag_id", name=op.f("lineage_gate_state_pkey")),
    )
    # Each run leaves a verdict now: the last of one gate and DAG is looked for among many.
    op.create_index("idx_lineage_verdict_gate_dag_id_id", "lineage_verdict", ["gate", "dag_id", "id"])
    op.create_index("idx_lineage_gate_state_valid_until", "lineage_gate_state", ["valid_until"], unique=False)


def downgrade() -> None:
    op.drop_index("idx_lineage_verdict_gate_dag_id_id", table_name="lineage_verdict")
    op.drop_table("lineage_gate_state")
