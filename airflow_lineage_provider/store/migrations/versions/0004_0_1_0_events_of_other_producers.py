"""
events of other producers.

Revision ID: e81f46b07a2c
Revises: c4a95e17d8f3
Create Date: 2026-11-21 16:20:00
"""

from __future__ import annotations

import sqlalchemy as sa
from airflow.models.base import COLLATION_ARGS
from airflow.utils.sqlalchemy import UtcDateTime
from alembic import op
from sqlalchemy.dialects import mysql

revision = "e81f46b07a2c"
down_revision = "c4a95e17d8f3"
branch_labels = None
depends_on = None
provider_version = "0.1.0"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BLOB = sa.LargeBinary().with_variant(mysql.LONGBLOB(), "mysql")
_JSON = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql")
_TIME = UtcDateTime(timezone=True)
_EXTERNAL = 32
"""Evidence of an edge that only other producers told of."""
_FACET_LINKS = ("lineage_dataset_facet", "lineage_job_facet", "lineage_run_facet")


def _word(length: int) -> sa.String:
    return sa.String(length=length, **COLLATION_ARGS)


def upgrade() -> None:
    for table in _FACET_LINKS:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("seen_at", _TIME, nullable=True))

    with op.batch_alter_table("lineage_job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parent_id", _ID, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("lineage_job_parent_id_fkey"),
            "lineage_job",
            ["parent_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.create_index("idx_lineage_job_parent_id", ["parent_id"], unique=False)
        batch_op.create_index(
            "idx_lineage_job_namespace", ["namespace"], unique=False, mysql_length={"namespace": 255}
        )

    with op.batch_alter_table("lineage_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("external_digest", _word(64), nullable=True))
        batch_op.add_column(sa.Column("parent_run_id", sa.Uuid(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("lineage_run_external_digest_uq"), ["external_digest"])
        batch_op.create_index("idx_lineage_run_parent_run_id", ["parent_run_id"], unique=False)

    op.create_table(
        "lineage_link",
        sa.Column("job_id", _ID, nullable=False),
        sa.Column("output_dataset_id", _ID, nullable=False),
        sa.Column("input_dataset_id", _ID, nullable=False),
        sa.Column("first_seen", _TIME, nullable=False),
        sa.Column("last_seen", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["lineage_job.id"], name=op.f("lineage_link_job_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["output_dataset_id"],
            ["lineage_dataset.id"],
            name=op.f("lineage_link_output_dataset_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["input_dataset_id"],
            ["lineage_dataset.id"],
            name=op.f("lineage_link_input_dataset_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "job_id", "output_dataset_id", "input_dataset_id", name=op.f("lineage_link_pkey")
        ),
    )
    with op.batch_alter_table("lineage_link", schema=None) as batch_op:
        batch_op.create_index("idx_lineage_link_input_dataset_id", ["input_dataset_id"], unique=False)
        batch_op.create_index("idx_lineage_link_output_dataset_id", ["output_dataset_id"], unique=False)

    op.create_table(
        "lineage_event",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("digest", _word(64), nullable=False),
        sa.Column("kind", _word(8), nullable=False),
        sa.Column("phase", _word(8), nullable=True),
        sa.Column("event_at", _TIME, nullable=False),
        sa.Column("job_id", _ID, nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("received_from", sa.String(length=250), nullable=False),
        sa.Column("body", _BLOB, nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["lineage_job.id"], name=op.f("lineage_event_job_id_fkey"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_event_pkey")),
        sa.UniqueConstraint("digest", name=op.f("lineage_event_digest_uq")),
    )
    with op.batch_alter_table("lineage_event", schema=None) as batch_op:
        batch_op.create_index("idx_lineage_event_event_at", ["event_at", "id"], unique=False)
        batch_op.create_index("idx_lineage_event_job_id", ["job_id"], unique=False)
        batch_op.create_index("idx_lineage_event_received_at", ["received_at"], unique=False)

    op.create_table(
        "lineage_ingest_key",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", _word(128), nullable=False),
        sa.Column("prefix", _word(16), nullable=False),
        sa.Column("key_hash", _word(64), nullable=False),
        sa.Column("namespaces", _JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("created_by", sa.String(length=250), nullable=True),
        sa.Column("expires_at", _TIME, nullable=True),
        sa.Column("revoked_at", _TIME, nullable=True),
        sa.Column("last_used_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_ingest_key_pkey")),
        sa.UniqueConstraint("key_hash", name=op.f("lineage_ingest_key_key_hash_uq")),
        sa.UniqueConstraint("name", name=op.f("lineage_ingest_key_name_uq")),
    )

    op.create_table(
        "lineage_outgoing_event",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("digest", _word(64), nullable=False),
        sa.Column("body", _BLOB, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("next_try_at", _TIME, nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.String(length=2000), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_outgoing_event_pkey")),
        sa.UniqueConstraint("digest", name=op.f("lineage_outgoing_event_digest_uq")),
    )
    with op.batch_alter_table("lineage_outgoing_event", schema=None) as batch_op:
        batch_op.create_index("idx_lineage_outgoing_event_next_try_at", ["next_try_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("lineage_outgoing_event")
    op.drop_table("lineage_ingest_key")
    op.drop_table("lineage_event")
    op.drop_table("lineage_link")
    # What other producers told has no place in the older tables.
    told = "SELECT id FROM lineage_run WHERE external_digest IS NOT NULL"
    # By name, for SQLite follows no foreign keys while it migrates.
    for table in ("lineage_run_io", "lineage_run_facet"):
        op.execute(f"DELETE FROM {table} WHERE run_id IN ({told})")
    op.execute("DELETE FROM lineage_run WHERE external_digest IS NOT NULL")
    op.execute(f"DELETE FROM lineage_edge WHERE evidence = {_EXTERNAL}")
    # Of a task they may be its own as well, and of which side they are does not stand there.
    others = "SELECT id FROM lineage_job WHERE dag_id IS NULL"
    op.execute(f"DELETE FROM lineage_column_edge WHERE job_id IN ({others})")
    with op.batch_alter_table("lineage_run", schema=None) as batch_op:
        batch_op.drop_index("idx_lineage_run_parent_run_id")
        batch_op.drop_constraint(batch_op.f("lineage_run_external_digest_uq"), type_="unique")
        batch_op.drop_column("parent_run_id")
        batch_op.drop_column("external_digest")
    with op.batch_alter_table("lineage_job", schema=None) as batch_op:
        batch_op.drop_index("idx_lineage_job_namespace")
        batch_op.drop_index("idx_lineage_job_parent_id")
        batch_op.drop_constraint(batch_op.f("lineage_job_parent_id_fkey"), type_="foreignkey")
        batch_op.drop_column("parent_id")
    for table in reversed(_FACET_LINKS):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("seen_at")
