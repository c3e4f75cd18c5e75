"""
indexes for cleaning.

Revision ID: a27c5d0e9b61
Revises: e81f46b07a2c
Create Date: 2026-11-23 09:05:00
"""

from __future__ import annotations

from alembic import op

revision = "a27c5d0e9b61"
down_revision = "e81f46b07a2c"
branch_labels = None
depends_on = None
provider_version = "0.1.0"

_COLUMNS = (
    ("lineage_run_facet", "facet_id"),
    ("lineage_job_facet", "facet_id"),
    ("lineage_dataset_facet", "facet_id"),
    ("lineage_run_io", "schema_id"),
    ("lineage_dataset_schema", "schema_id"),
    ("lineage_dataset_schema", "run_id"),
)
"""What is asked of each facet, list of columns and run that may go: does anything still name it?"""


def upgrade() -> None:
    for table, column in _COLUMNS:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(f"idx_{table}_{column}", [column], unique=False)


def downgrade() -> None:
    for table, column in reversed(_COLUMNS):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(f"idx_{table}_{column}")
